// The server goes and comes back: the page says so and goes on. Tells what it waits for by a line each, and is told to go on by one.
import { createInterface } from "node:readline/promises";
import { inBrowser, logOn } from "./browser.js";

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

await inBrowser(async (page, watch) => {
  watch.allow(/net::ERR_|dynamically imported module|503/);
  await logOn(page);
  console.log("stop the server");
  await lines.next();
  await page.getByRole("navigation").getByRole("link", { name: "Sessions", exact: true }).click();
  await page.getByText("It may be stopped or restarting.").first().waitFor();
  console.log("start the server");
  await lines.next();
  await page.getByText("It may be stopped or restarting.").first().waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
});
input.close();
process.exit(process.exitCode ?? 0);
