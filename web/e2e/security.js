// Accounts and tokens in the console: an operator is made who sees one machine, HOLDFAST_MACHINE, and no other; a token is made, works,
// and is refused once it was deleted.
import { expect, expectAccessible, inBrowser, logOn, logOut, url } from "./browser.js";

const machine = process.env.HOLDFAST_MACHINE;
const operator = "operator-of-the-console";
const secret = "a password of the operator";

async function ask(page, path, token) {
  return page.context().request.get(`${url}/api${path}`, { headers: { Authorization: `Bearer ${token}` }, ignoreHTTPSErrors: true });
}

await inBrowser(async (page, watch) => {
  await logOn(page);
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  await navigation.getByRole("link", { name: "Accounts" }).click();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("User name").fill(operator);
  await page.locator("#account-password").fill(secret);
  await page.locator("#account-again").fill(secret);
  await page.getByLabel("VM Restore Operator").check();
  await page.getByLabel("What").selectOption({ label: machine });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expectAccessible(page, "the dialog of a new account");
  await page.getByRole("dialog").getByRole("button", { name: "Create account" }).click();
  await page.getByRole("link", { name: operator }).click();
  await page.getByRole("heading", { name: operator, level: 1 }).waitFor();
  const account = page.url().split("/").pop();
  // A scope takes effect when its host has told what is in it.
  await page.getByRole("row", { name: new RegExp(`${machine} .*In effect`) }).waitFor();
  await expectAccessible(page, "an account");

  await navigation.getByRole("link", { name: "API tokens" }).click();
  await page.getByRole("button", { name: "Create token" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill("console-token");
  await page.getByLabel("Portal User").check();
  await page.getByRole("dialog").getByRole("button", { name: "Create token" }).click();
  const token = await page.getByLabel("Token", { exact: true }).inputValue();
  await page.getByRole("button", { name: "I have it" }).click();
  expect((await ask(page, "/repositories", token)).status() === 200, "the token works");
  expect((await ask(page, "/security/accounts", token)).status() === 403, "with its role only");
  await page.getByRole("row", { name: /console-token/ }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Delete the token console-token: done").first().waitFor();
  expect((await ask(page, "/repositories", token)).status() === 401, "a token that was deleted is refused");
  await logOut(page);

  // The operator sees the one machine, and nothing of the administration, also by its address.
  await logOn(page, operator, secret);
  await navigation.getByRole("link", { name: "Machines" }).click();
  await page.getByRole("link", { name: machine }).waitFor();
  expect((await page.getByRole("row").count()) === 2, "one machine, below the head of the table");
  expect((await navigation.getByRole("link", { name: "Accounts" }).count()) === 0, "no accounts in the navigation");
  watch.allow(/403/);
  await page.goto(`${url}/accounts/${account}`);
  await page.getByText(/Access denied/).waitFor();
  await logOut(page, operator);

  await logOn(page);
  await page.goto(`${url}/accounts`);
  await page.getByRole("row", { name: new RegExp(operator) }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("link", { name: operator }).waitFor({ state: "detached" });
});
