// open.js: how long a browser takes to show the console and its lists, on the server that HOLDFAST_URL names. A line of JSON a figure:
// {"what": …, "milliseconds" or "bytes": …}. Run by ./dev bench console.
import { inBrowser, logOn, password, url, user } from "../e2e/browser.js";

const rounds = 5;
const lists = ["Jobs", "Machines", "Sessions", "Restores", "Repositories", "Hosts", "Audit log"];

const tell = (figure) => console.log(JSON.stringify(figure));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

// Shown as it is: nothing of it is still a placeholder.
async function settled(page, heading) {
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".pf-v6-c-skeleton, .pf-v6-c-spinner"), undefined, { polling: "raf" });
}

// All that came over the wire, as it came: compressed.
async function countBytes(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const count = { bytes: 0 };
  client.on("Network.loadingFinished", ({ encodedDataLength }) => (count.bytes += encodedDataLength));
  return count;
}

const firstLoads = { logon: [], dashboard: [] };
const bytes = {};
for (let round = 0; round < rounds; ++round)
  await inBrowser(async (page) => {
    const count = await countBytes(page);
    firstLoads.logon.push(
      await timed(async () => {
        await page.goto(url);
        await page.getByLabel("User name").fill(user);
      }),
    );
    bytes.logon = count.bytes;
    await page.getByLabel("Password").fill(password);
    firstLoads.dashboard.push(
      await timed(async () => {
        await page.getByRole("button", { name: "Log on" }).click();
        await settled(page, "Dashboard");
      }),
    );
    bytes.dashboard = count.bytes;
  });
tell({ what: "first load, until one can type", milliseconds: median(firstLoads.logon) });
tell({ what: "first load: sent", bytes: bytes.logon });
tell({ what: "from the logon to the whole dashboard", milliseconds: median(firstLoads.dashboard) });
tell({ what: "sent from the logon to there, all pages with it", bytes: bytes.dashboard - bytes.logon });

await inBrowser(async (page) => {
  await logOn(page);
  await settled(page, "Dashboard");
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  for (const list of lists) {
    const times = [];
    for (let round = 0; round < rounds; ++round) {
      times.push(
        await timed(async () => {
          await navigation.getByRole("link", { name: list, exact: true }).click();
          await settled(page, list);
        }),
      );
      await navigation.getByRole("link", { name: "Dashboard", exact: true }).click();
      await settled(page, "Dashboard");
    }
    tell({ what: `list: ${list}`, milliseconds: median(times) });
  }

  await navigation.getByRole("link", { name: "Sessions", exact: true }).click();
  await settled(page, "Sessions");
  // The longest time between two pictures while the page is scrolled through.
  const longest = await page.evaluate(async () => {
    const scroller = [...document.querySelectorAll("*")].find((one) => one.scrollHeight > one.clientHeight + 100 && getComputedStyle(one).overflowY === "auto") ?? document.scrollingElement;
    let last = performance.now();
    let longest = 0;
    for (let top = 0; top < scroller.scrollHeight; top += 40) {
      scroller.scrollTop = top;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    return longest;
  });
  tell({ what: "scrolling through sessions: longest picture", milliseconds: longest });
});
