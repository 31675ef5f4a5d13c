// Light or dark: as the browser says, until somebody chooses.
import { useEffect, useState } from "react";

const darkClass = "pf-v6-theme-dark";
const storageKey = "holdfast.theme";

function wanted(): boolean {
  const chosen = localStorage.getItem(storageKey);
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function useTheme(): { isDark: boolean; toggle(): void } {
  const [isDark, setDark] = useState(wanted);
  useEffect(() => void document.documentElement.classList.toggle(darkClass, isDark), [isDark]);
  return {
    isDark,
    toggle() {
      localStorage.setItem(storageKey, isDark ? "light" : "dark");
      setDark(!isDark);
    },
  };
}
