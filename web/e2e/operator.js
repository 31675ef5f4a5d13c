// A restore operator sees its own machine and none of the others', whatever is typed into the address line.
// HOLDFAST_OWN_MACHINE and HOLDFAST_OTHER_MACHINE are names, HOLDFAST_HIDDEN a list of paths of the console.
import { expect, inBrowser, logOn, url } from "./browser.js";

const { HOLDFAST_OWN_MACHINE: own, HOLDFAST_OTHER_MACHINE: other } = process.env;
const hidden = JSON.parse(process.env.HOLDFAST_HIDDEN);

await inBrowser(async (page, watch) => {
  watch.allow(/40[134]/);
  await logOn(page);
  await page.getByRole("navigation").getByRole("link", { name: "Machines" }).click();
  await page.getByRole("link", { name: own, exact: true }).waitFor();
  expect((await page.getByText(other).count()) === 0, "the other machine is not listed");
  for (const path of hidden) {
    await page.goto(url + path);
    await page.getByRole("main").getByRole("heading").first().waitFor();
    await page.waitForFunction(() => !document.querySelector(".pf-v6-c-skeleton, .pf-v6-c-spinner"));
    expect((await page.getByText(other).count()) === 0, `${path} tells nothing of the other machine`);
  }
  await page.goto(`${url}/repositories`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect((await page.getByRole("button", { name: "Add repository" }).count()) === 0, "an operator adds no repositories");
});
