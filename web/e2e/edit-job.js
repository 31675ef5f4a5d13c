// A job that is there is changed. HOLDFAST_JOB is its name, and becomes HOLDFAST_NEW_NAME.
import { expect, expectAccessible, inBrowser, logOn } from "./browser.js";

const { HOLDFAST_JOB: job, HOLDFAST_NEW_NAME: newName } = process.env;

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
  await page.getByRole("link", { name: job, exact: true }).click();
  await page.getByRole("main").getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  expect((await dialog.getByRole("button", { name: "Sat", exact: true }).getAttribute("aria-pressed")) === "false", "the days are those of the job");
  await dialog.getByLabel("Name").fill(newName);
  await dialog.getByLabel("Every few hours").check();
  await dialog.getByRole("spinbutton").fill("3");
  await expectAccessible(page, "editing a job");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: newName, level: 1 }).waitFor();
  await page.getByText("the newest 3 restore points").waitFor();
});
