// From nothing to the first finished backup, by the hand of the console. HOLDFAST_REPOSITORY_PATH, HOLDFAST_URI and HOLDFAST_MACHINE say of what.
import { expect, expectAccessible, inBrowser, logOn } from "./browser.js";

const { HOLDFAST_REPOSITORY_PATH: path, HOLDFAST_URI: uri, HOLDFAST_MACHINE: machine } = process.env;

await inBrowser(async (page) => {
  const began = Date.now();
  await logOn(page);
  await page.getByRole("heading", { name: "Welcome to Holdfast" }).waitFor();
  await expectAccessible(page, "the first page");
  await page.getByRole("link", { name: "Add a libvirt host" }).click();

  await page.getByRole("button", { name: "Add host" }).first().click();
  const host = page.getByRole("dialog");
  await host.getByLabel("libvirt URI").fill(uri);
  await expectAccessible(page, "adding a host");
  await host.getByRole("button", { name: "Add host" }).click();
  await host.waitFor({ state: "hidden" });

  await page.getByRole("navigation").getByRole("link", { name: "Repositories" }).click();
  await page.getByRole("button", { name: "Add repository" }).first().click();
  const repository = page.getByRole("dialog");
  await repository.getByLabel("Name").fill("Backups");
  await repository.getByLabel("Folder or address").fill(path);
  await expectAccessible(page, "adding a repository");
  expect(await repository.getByRole("button", { name: "Add repository" }).isDisabled(), "nobody has kept the password yet");
  const password = await repository.getByRole("textbox", { name: "Password" }).inputValue();
  expect(/^[a-z0-9-]{29}$/.test(password), `a password was made up: ${password}`);
  await repository.getByLabel("I have written the password down.").check();
  await repository.getByRole("button", { name: "Add repository" }).click();
  await repository.waitFor({ state: "hidden" });
  await page.getByRole("gridcell", { name: "Backups" }).waitFor();

  await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
  await page.getByRole("link", { name: "Create job" }).first().click();
  await page.getByLabel("Name").fill("Nightly of the console");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("row", { name: machine }).getByRole("checkbox").check();
  await expectAccessible(page, "choosing machines");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Backups").check();
  await page.getByRole("button", { name: "Next" }).click();
  await expectAccessible(page, "choosing a schedule");
  await page.getByRole("button", { name: "Sat", exact: true }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Restore points to keep for each machine").last().waitFor();
  await expectAccessible(page, "choosing what is kept");
  await page.getByRole("button", { name: "Next" }).click();
  await expectAccessible(page, "choosing how it is done");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Sun, Mon, Tue, Wed, Thu, Fri").waitFor();
  await page.getByRole("button", { name: "Create", exact: true }).click();

  // Created, started, and followed to its end without reloading.
  await page.getByRole("heading", { name: "Nightly of the console" }).waitFor();
  const sessions = page.getByRole("grid", { name: "Sessions" });
  await sessions.getByText("Success").waitFor({ timeout: 240_000 });
  expect(Date.now() - began < 300_000, "it took less than five minutes");
  await sessions.getByRole("link", { name: "Nightly of the console" }).click();
  await page.getByRole("grid", { name: "Machines of this session" }).getByRole("link", { name: machine }).click();
  await page.getByRole("grid", { name: "Restore points" }).getByText("Full").waitFor();
  console.log(JSON.stringify({ password }));
});
