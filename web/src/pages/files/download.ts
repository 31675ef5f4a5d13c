// Files that a task has prepared, on their way to the browser.
import { run } from "../../api/client";
import { useNotices } from "../../app/notices";
import { messageOf } from "../../components/Failure";
import { text } from "../../messages";

// "https://host/api/vmRestorePoints/..." -> "/vmRestorePoints/..."
export function pathOf(href: string): string {
  const url = new URL(href);
  return url.pathname.replace(/^\/api/i, "") + url.search;
}

// Has a file or folder prepared, by its address; the path below /api by which it is fetched.
export async function prepare(href: string): Promise<string> {
  const task = await run("POST", `${pathOf(href)}?action=restore`, { ForDirectDownload: {} });
  const link = task.Links?.find((one) => one.Rel === "Download")?.Href;
  if (!link) throw new Error(task.Result?.Message ?? "");
  return pathOf(link);
}

// A link that is followed: the browser saves what comes, and shows how far it is.
function followDownload(path: string) {
  const anchor = document.createElement("a");
  anchor.href = `/api${path}`;
  anchor.download = "";
  anchor.click();
}

// Has a file or folder prepared, by its address, and the browser fetch it; what goes wrong is told.
export function useDownload() {
  const { tell } = useNotices();
  return async (name: string, href: string) => {
    try {
      followDownload(await prepare(href));
    } catch (error) {
      tell("danger", text.task.failed(text.files.preparingDownload(name)), messageOf(error));
    }
  };
}
