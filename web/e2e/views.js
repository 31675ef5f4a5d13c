// views.js [FOLDER]: goes to every view that there is, in light and dark and at three widths; each must load, be accessible and
// not scroll sideways. With FOLDER it leaves a picture of each there.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, expectAccessible, inBrowser, logOn, url } from "./browser.js";

const folder = process.argv[2];
const widths = [360, 1024, 1920];
// Further views, by name: those of the machine, the job and the sessions that the caller has made.
const more = JSON.parse(process.env.HOLDFAST_VIEWS ?? "{}");
const views = {
  dashboard: "/",
  jobs: "/jobs",
  "new-job": "/jobs/new",
  machines: "/machines",
  sessions: "/sessions",
  restores: "/restores",
  repositories: "/repositories",
  hosts: "/hosts",
  search: "/search?name=random.bin",
  audit: "/audit",
  system: "/system",
  reports: "/reports",
  explorer: "/explorer?search=jobs&operation=getJobs",
  accounts: "/administration/accounts",
  "new-account": "/administration/accounts/new",
  tokens: "/administration/tokens",
  credentials: "/administration/credentials",
  passwords: "/administration/passwords",
  notifications: "/administration/notifications",
  "new-notification": "/administration/notifications/new",
  server: "/administration/server",
  ...more,
};

const problems = [];
if (folder) mkdirSync(folder, { recursive: true });
for (const colorScheme of ["light", "dark"])
  await inBrowser(
    async (page) => {
      await logOn(page);
      for (const [name, path] of Object.entries(views)) {
        await page.goto(url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForFunction(() => !document.querySelector(".pf-v6-c-skeleton, .pf-v6-c-spinner"), undefined, { timeout: 60_000 });
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 });
          // What slides in or out has done so.
          await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
          if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
          const wide = await page.evaluate(() =>
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && document.documentElement.scrollWidth > innerWidth).map((one) => one.className).slice(0, 5),
          );
          if (wide.length > 0) problems.push(`${name} is too wide at ${width}: ${wide.join(", ")}`);
        }
        await expectAccessible(page, `${name} (${colorScheme})`).catch((error) => problems.push(error.message));
      }
      expect(problems.length === 0, problems.join("\n"));
    },
    { colorScheme },
  );
