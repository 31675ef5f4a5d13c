// A job fails, and the console says why. HOLDFAST_JOB is its name, HOLDFAST_MACHINE the machine that is no longer there.
import { expectAccessible, inBrowser, logOn } from "./browser.js";

const { HOLDFAST_JOB: job, HOLDFAST_MACHINE: machine } = process.env;

await inBrowser(async (page) => {
  await logOn(page);
  await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
  await page.getByRole("link", { name: job, exact: true }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const sessions = page.getByRole("grid", { name: "Sessions" });
  const failed = sessions.getByRole("row").filter({ hasText: "Failed" });
  await failed.waitFor({ timeout: 120_000 });
  await failed.getByRole("link").first().click();
  await page.getByText("Why it failed").waitFor();
  await page.getByRole("grid", { name: "Machines of this session" }).getByRole("row").filter({ hasText: machine }).getByText("Failed").waitFor();
  await expectAccessible(page, "a session that failed");
  await page.getByRole("navigation").getByRole("link", { name: "Dashboard" }).click();
  await page.getByRole("heading", { name: "Latest sessions that need a look" }).waitFor();
  await page.getByRole("main").getByRole("link", { name: job }).first().waitFor();
});
