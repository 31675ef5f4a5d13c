import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npx vite` serves the sources as they are edited; the API is that of a server that runs (HOLDFAST_URL).
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: process.env.HOLDFAST_CONSOLE_OUT ?? "dist",
    emptyOutDir: true,
    // Nothing may stand inline: the Content-Security-Policy allows files of this server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: { "/api": { target: process.env.HOLDFAST_URL ?? "https://127.0.0.1:9398", secure: false } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
