// A real browser on the real server, for the tests of the console. HOLDFAST_URL, HOLDFAST_USER and HOLDFAST_PASSWORD say where and who.
// Whatever the page's console or the network says goes wrong fails the test.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const url = process.env.HOLDFAST_URL;
export const user = process.env.HOLDFAST_USER ?? "admin";
export const password = process.env.HOLDFAST_PASSWORD;

const seconds = 1000;

// Runs `scenario(page, watch)`, and ends the process with 1 where it fails. `watch.allow(pattern)`: an error that is part of the scenario.
export async function inBrowser(scenario, options = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // As root, as CI is, Chromium has no sandbox; it sees pages of our own only.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(30 * seconds);
  const page = await context.newPage();
  const problems = [];
  // The stream of a page that was left is noticed by the server only when it writes to it: who goes through many pages quickly
  // has all the streams that an account may have, and gets the next one a little later.
  const allowed = [/503.*\/api\/events/];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    // The stream of events ends with the page, and requests that are no longer wanted are given up.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") problems.push(`network: ${request.url()}: ${request.failure()?.errorText}`);
  });
  const watch = { allow: (pattern) => allowed.push(pattern), context, browser };
  let failed = false;
  try {
    await scenario(page, watch);
  } catch (error) {
    failed = true;
    console.error(error);
    if (process.env.HOLDFAST_SHOT_OF_FAILURE) await page.screenshot({ path: process.env.HOLDFAST_SHOT_OF_FAILURE, fullPage: true }).catch(() => {});
    console.error(`at ${page.url()}\n${await page.locator("body").innerText().catch(() => "")}`);
  }
  for (const problem of problems)
    if (!allowed.some((pattern) => pattern.test(problem))) {
      failed = true;
      console.error(problem);
    }
  await browser.close();
  if (failed) process.exit(1);
}

export async function logOn(page, name = user, secret = password) {
  await page.goto(url);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Log on" }).click();
  await page.getByRole("navigation", { name: "Navigation" }).waitFor();
}

// What the session has mounted ends with it.
export async function logOut(page, name = user) {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("menuitem", { name: "Log out", exact: true }).click();
  await page.getByRole("button", { name: "Log on" }).waitFor();
}

// No violation of WCAG 2.1 A and AA on what is shown.
export async function expectAccessible(page, what) {
  // Evaluated through the debugger, as the Content-Security-Policy lets no script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }),
  );
  if (violations.length > 0)
    throw new Error(
      `${what}: ${violations
        .map((one) => `${one.id}: ${one.help}\n${one.nodes.map((node) => `    ${node.html.slice(0, 200)}\n    ${node.failureSummary}`).join("\n")}`)
        .join("\n")}`,
    );
}

export function expect(condition, what) {
  if (!condition) throw new Error(what);
}
