// An account is made for one machine and sees that one only; a token of it works until it is revoked.
// HOLDFAST_OWN_MACHINE and HOLDFAST_OTHER_MACHINE are names of machines.
import { expect, expectAccessible, inBrowser, logOn, logOut, url } from "./browser.js";

const { HOLDFAST_OWN_MACHINE: own, HOLDFAST_OTHER_MACHINE: other } = process.env;
const name = "console-hank";
const secret = "a password for Hank";
const token = "nightly report";

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("link", { name: "Administration", exact: true }).click();
  await page.getByRole("heading", { name: "Accounts", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("textbox", { name: /^Name/ }).fill(name);
  await page.getByRole("textbox", { name: "Password" }).fill(secret);
  await page.getByRole("textbox", { name: "Search by name" }).fill(own);
  await page.getByRole("row", { name: own }).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Work out scopes: done").first().waitFor();
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByText("In effect").waitFor();
  await expectAccessible(page, "an account");
  await logOut(page);
});

await inBrowser(async (page, watch) => {
  await logOn(page, name, secret);
  await page.getByRole("navigation").getByRole("link", { name: "Machines" }).click();
  await page.getByRole("link", { name: own, exact: true }).waitFor();
  expect((await page.getByText(other).count()) === 0, "the other machine is not listed");
  expect((await page.getByRole("link", { name: "Administration" }).count()) === 0, "the administration is not in the navigation");
  for (const part of ["accounts", "accounts/new", "credentials", "passwords", "notifications", "server"]) {
    await page.goto(`${url}/administration/${part}`);
    await page.getByRole("heading", { name: "Not allowed", level: 1 }).waitFor();
  }

  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("menuitem", { name: "API tokens" }).click();
  await page.getByRole("button", { name: "Create token" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(token);
  await expectAccessible(page, "the form of a token");
  await dialog.getByRole("button", { name: "Create token" }).click();
  const bearer = await dialog.getByRole("textbox", { name: "Token", exact: true }).inputValue();
  await expectAccessible(page, "the token");
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  const program = await watch.browser.newContext({ ignoreHTTPSErrors: true });
  const ask = async (path) => program.request.get(`${url}/api${path}`, { headers: { Authorization: `Bearer ${bearer}`, Accept: "application/json" } });
  expect((await (await ask("/ownLogon")).json()).UserName === name, "the token acts for the account");
  expect((await ask("/security/accounts")).status() === 403, "the token may do no more than the account");

  await page.getByRole("row", { name: token }).getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByText(token).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("heading", { name: "No API tokens" }).waitFor();
  expect((await ask("/ownLogon")).status() === 401, "the token is refused");
  await logOut(page, name);
});

await inBrowser(async (page) => {
  await logOn(page);
  await page.goto(`${url}/administration/accounts?search=${name}`);
  await page.getByRole("row", { name }).getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Nothing found" }).waitFor();
});
