// A file out of a restore point. HOLDFAST_MACHINE has it at HOLDFAST_FILE, a path whose first part is the root that the console shows.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expectAccessible, inBrowser, logOn, logOut } from "./browser.js";

const { HOLDFAST_MACHINE: machine, HOLDFAST_FILE: file } = process.env;

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("navigation").getByRole("link", { name: "Machines" }).click();
  await page.getByRole("link", { name: machine, exact: true }).click();
  await page.getByRole("grid", { name: "Restore points" }).getByRole("button", { name: "Kebab toggle" }).first().click();
  await page.getByRole("menuitem", { name: "Files" }).click();
  const files = page.getByRole("grid", { name: "Files" });
  await files.waitFor({ timeout: 240_000 });
  const folders = file.split("/").filter(Boolean);
  const name = folders.pop();
  await files.getByRole("row").nth(1).getByRole("button").first().click();
  for (const folder of folders) await files.getByRole("button", { name: folder, exact: true }).click();
  await files.getByRole("gridcell", { name, exact: true }).waitFor();
  await expectAccessible(page, "browsing files");

  // A text is shown before it is fetched; a picture would be, and what is neither says so.
  const { HOLDFAST_TEXT: text, HOLDFAST_TEXT_SAYS: says } = process.env;
  await files.getByRole("button", { name: text, exact: true }).click();
  await page.getByRole("dialog").getByText(says).waitFor();
  await expectAccessible(page, "a preview");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await files.getByRole("button", { name, exact: true }).click();
  await page.getByText("This is neither a text nor a picture").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

  // Reloading keeps the place.
  await page.reload();
  await files.getByRole("gridcell", { name, exact: true }).waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    files.getByRole("button", { name: `Download: ${name}`, exact: true }).click(),
  ]);
  const sha256 = createHash("sha256").update(readFileSync(await download.path())).digest("hex");
  await logOut(page);
  console.log(JSON.stringify({ name: download.suggestedFilename(), sha256 }));
});
