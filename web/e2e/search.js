// A file found by its name, across restore points, and downloaded. HOLDFAST_NAME is the name, HOLDFAST_PATH where it is.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expectAccessible, inBrowser, logOn, logOut } from "./browser.js";

const { HOLDFAST_NAME: name, HOLDFAST_PATH: path } = process.env;

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("navigation").getByRole("link", { name: "File search" }).click();
  await page.getByLabel("Name of the file, * for any text").fill(name);
  await page.keyboard.press("Enter");
  const found = page.getByRole("grid", { name: "Files found" });
  await found.getByRole("gridcell", { name: path, exact: true }).first().waitFor();
  await expectAccessible(page, "files that were found");
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: 240_000 }),
    found.getByRole("button", { name: `Download: ${path}`, exact: true }).first().click(),
  ]);
  const sha256 = createHash("sha256").update(readFileSync(await download.path())).digest("hex");
  await logOut(page);
  console.log(JSON.stringify({ name: download.suggestedFilename(), sha256 }));
});
