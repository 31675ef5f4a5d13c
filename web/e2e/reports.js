// Reports with their CSV, and the API explorer: what they say is what the API says.
import { readFile } from "node:fs/promises";
import { expect, inBrowser, logOn, url } from "./browser.js";

await inBrowser(async (page) => {
  await logOn(page);
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  await navigation.getByRole("link", { name: "Reports" }).click();
  await page.getByRole("heading", { name: "Machines backed up on each day" }).waitFor();
  const told = await page.evaluate(async () => (await fetch("/api/reports/summary/vms_overview", { headers: { Accept: "application/json" } })).json());
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Machines as CSV" }).click();
  const file = await waiting;
  expect(file.suggestedFilename() === "holdfast-machines.csv", file.suggestedFilename());
  const csv = await readFile(await file.path(), "utf8");
  expect(csv.includes(`Restore points,${told.RestorePoints}\r\n`), `the CSV tells of ${told.RestorePoints} restore points: ${csv}`);
  // What is printed is the reports.
  await page.emulateMedia({ media: "print" });
  expect(!(await navigation.isVisible()), "the navigation is not printed");
  expect(!(await page.getByRole("button", { name: "Print" }).isVisible()), "nor is the button");
  expect(await page.getByRole("heading", { name: "Repositories", level: 2 }).isVisible(), "but every report");
  await page.emulateMedia({ media: "screen" });

  await page.goto(`${url}/explorer?search=hierarchyRoots`);
  await page.getByRole("menuitem", { name: "GET /hierarchyRoots", exact: true }).click();
  expect(page.url().includes("operation=getHierarchyRoots"), `the operation is in the address: ${page.url()}`);
  await page.getByRole("button", { name: "Send GET" }).click();
  await page.getByText(/200 OK, after \d+ ms/).waitFor();
  await page.getByText("HierarchyRootReference").first().waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "GET /hierarchyRoots" }).waitFor();
});
