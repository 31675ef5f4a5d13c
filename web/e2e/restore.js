// A machine restored beside the original. HOLDFAST_MACHINE is it, HOLDFAST_NEW_NAME the copy.
import { expect, expectAccessible, inBrowser, logOn } from "./browser.js";

const { HOLDFAST_MACHINE: machine, HOLDFAST_NEW_NAME: newName } = process.env;

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("navigation").getByRole("link", { name: "Machines" }).click();
  await page.getByLabel("Search machines").fill(machine);
  await page.getByRole("link", { name: machine, exact: true }).click();
  await page.getByRole("grid", { name: "Restore points" }).getByRole("button", { name: "Kebab toggle" }).first().click();
  await page.getByRole("menuitem", { name: "Restore", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Over the original").check();
  expect(await dialog.getByRole("button", { name: "Restore" }).isDisabled(), "what is overwritten must be named first");
  await expectAccessible(page, "restoring");
  await dialog.getByLabel("Beside the original, as a new machine").check();
  await dialog.getByLabel("Name of the new machine").fill(newName);
  await dialog.getByRole("button", { name: "Restore" }).click();

  await page.getByRole("navigation").getByRole("link", { name: "Restores" }).click();
  const row = page.getByRole("grid", { name: "Restores" }).getByRole("row").nth(1);
  await row.getByText("Success").waitFor({ timeout: 240_000 });
  await row.getByRole("link").click();
  await page.getByRole("heading", { level: 1 }).getByText(machine).waitFor();
  await expectAccessible(page, "a restore session");
});
