// Logging on and out: wrong passwords, expiry, other sites, what is not served.
import { expect, expectAccessible, inBrowser, logOn, password, url, user } from "./browser.js";

await inBrowser(async (page, watch) => {
  watch.allow(/401/);
  await page.goto(`${url}/jobs?search=web`);
  await expectAccessible(page, "the logon page");
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Log on" }).click();
  await page.getByText("Danger alert:").waitFor();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log on" }).click();
  // Where one wanted to be.
  await page.getByRole("heading", { name: "Jobs", level: 1 }).waitFor();
  expect(page.url().endsWith("/jobs?search=web"), `the address is kept: ${page.url()}`);

  const [cookie] = await watch.context.cookies(`${url}/api/`);
  expect(cookie.httpOnly && cookie.secure && cookie.sameSite === "Strict", `the cookie is safe: ${JSON.stringify(cookie)}`);
  expect((await page.evaluate(() => document.cookie)) === "", "no script sees the cookie");

  // The session ends elsewhere: the next thing that is read finds out.
  const other = await watch.context.newPage();
  await other.goto(url);
  await other.getByRole("button", { name: user }).click();
  await other.getByRole("menuitem", { name: "Log out", exact: true }).click();
  await other.getByRole("button", { name: "Log on" }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Sessions", exact: true }).click();
  await page.getByText("your session has ended").waitFor();
  await other.close();

  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log on" }).click();
  await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();

  // A page of another site cannot use the session.
  const refused = await page.evaluate(async () => (await fetch("/api/ownLogon", { method: "GET" })).status);
  expect(refused === 200, "this site may ask");
  const response = await watch.context.request.post(`${url}/api/jobs/00000000-0000-0000-0000-000000000000?action=start`, {
    headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://elsewhere.example" },
    ignoreHTTPSErrors: true,
  });
  expect(response.status() === 403, `another site is refused: ${response.status()}`);

  const policy = (await watch.context.request.get(url, { ignoreHTTPSErrors: true })).headers()["content-security-policy"];
  expect(/default-src 'none'/.test(policy) && !/unsafe/.test(policy), `nothing inline: ${policy}`);
  expect((await watch.context.request.get(`${url}/assets/none.js`, { ignoreHTTPSErrors: true })).status() === 404, "no file, no page");
});

await inBrowser(async (page, watch) => {
  watch.allow(/401/);
  await logOn(page);
  await page.getByRole("button", { name: user }).click();
  await page.getByRole("menuitem", { name: "Log out everywhere" }).click();
  await page.getByRole("button", { name: "Log on" }).waitFor();
  await page.goto(`${url}/hosts`);
  await page.getByRole("button", { name: "Log on" }).waitFor();
});
