// The repository HOLDFAST_REPOSITORY: counted, checked, one more password, which is removed again.
import { expectAccessible, inBrowser, logOn } from "./browser.js";

const name = process.env.HOLDFAST_REPOSITORY;

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("navigation", { name: "Navigation" }).getByRole("link", { name: "Repositories" }).click();
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.getByText("Snapshots", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Count now" }).click();
  await page.getByText("Deduplicated").waitFor();

  await page.getByRole("button", { name: "Check" }).click();
  await page.getByLabel("Read all data").check();
  await page.getByRole("dialog").getByRole("button", { name: "Check" }).click();
  await page.getByText(`Check ${name}: done`).first().waitFor({ timeout: 120_000 });

  // What it told is among the system sessions.
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  await navigation.getByRole("link", { name: "System sessions" }).click();
  await page.getByRole("link", { name: new RegExp(`^Check of ${name}`) }).first().click();
  await page.getByText("problems: 0").waitFor();
  await expectAccessible(page, "a system session");
  await navigation.getByRole("link", { name: "Repositories" }).click();
  await page.getByRole("link", { name, exact: true }).click();

  await page.getByRole("button", { name: "Add a password" }).click();
  await page.locator("#repository-new").fill("one more password");
  await page.locator("#repository-again").fill("one more password");
  await page.getByLabel("I have written the password down.").check();
  await expectAccessible(page, "the dialog of a password");
  await page.getByRole("dialog").getByRole("button", { name: "Add a password" }).click();
  const keys = page.getByRole("grid", { name: "Keys" }).getByRole("row");
  await keys.nth(2).waitFor();
  await expectAccessible(page, "a repository");
  await keys.filter({ hasNotText: "This server opens it by this one" }).nth(1).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await keys.nth(2).waitFor({ state: "detached" });
});
