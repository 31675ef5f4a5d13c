// Files that a task has prepared, on their way to the browser.
import type { Task } from "../../api/types";

// "https://host/api/vmRestorePoints/..." -> "/vmRestorePoints/..."
export function pathOf(href: string): string {
  const url = new URL(href);
  return url.pathname.replace(/^\/api/i, "") + url.search;
}

// A link that is followed: the browser saves what comes, and shows how far it is.
export function followDownload(task: Task) {
  const link = task.Links?.find((one) => one.Rel === "Download")?.Href;
  if (!link) throw new Error(task.Result?.Message ?? "");
  const anchor = document.createElement("a");
  anchor.href = `/api${pathOf(link)}`;
  anchor.download = "";
  anchor.click();
}
