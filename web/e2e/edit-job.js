// A job that is edited. HOLDFAST_JOB is its name, and becomes HOLDFAST_NEW_NAME; it has HOLDFAST_OWN_MACHINE, and gets HOLDFAST_OTHER_MACHINE instead.
import { join } from "node:path";
import { expect, expectAccessible, inBrowser, logOn } from "./browser.js";

const { HOLDFAST_JOB: job, HOLDFAST_NEW_NAME: newName, HOLDFAST_OWN_MACHINE: own, HOLDFAST_OTHER_MACHINE: other, HOLDFAST_SHOTS: shots } = process.env;

const pixelsOfAnHour = 8; // at least

// In a zone of another offset than the server's, half an hour included.
await inBrowser(
  async (page) => {
    const shoot = (name) => (shots ? page.screenshot({ path: join(shots, `edit-${name}.png`), fullPage: true }) : undefined);
    const next = () => page.getByRole("button", { name: "Next" }).click();
    async function edit(name) {
      await page.getByRole("main").getByRole("button", { name: "Actions" }).click();
      await page.getByRole("menuitem", { name: "Edit" }).click();
      await page.getByRole("heading", { name: `Edit ${name}` }).waitFor();
    }
    async function goTo(step) {
      await page.getByRole("button", { name: step, exact: true }).click();
    }
    async function save() {
      await goTo("Review");
      await expectAccessible(page, "the review");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("heading", { name: newName, level: 1, exact: true }).waitFor();
    }

    await logOn(page);
    await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
    await page.getByRole("link", { name: job, exact: true }).click();
    await edit(job);
    await page.getByRole("textbox", { name: "Name" }).fill(newName);
    await page.getByLabel("Description").fill("edited in a browser");
    await next();
    await page.getByRole("row", { name: other }).getByRole("checkbox").check();
    await page.getByRole("button", { name: `Take out ${own}` }).click();
    await page.getByText("1 machine chosen").first().waitFor();
    await next();
    await page.getByLabel("Every day, or on some days of the week").check();
    await page.getByRole("textbox", { name: "At", exact: true }).fill("02:15");
    await page.getByRole("button", { name: "Mon", exact: true }).click();
    await page.getByText("Only in a backup window").click();
    const week = page.getByRole("grid", { name: "Only in a backup window" });
    await page.getByRole("button", { name: "No hour" }).click();
    await page.getByText("Choose at least one day, or one hour of the week.").waitFor();
    expect(await page.getByRole("button", { name: "Next" }).isDisabled(), "a window without an hour is no choice");

    // Painted from one hour to another, and one more by the keyboard.
    const [from, to] = [await week.getByLabel("Sun 0:00").boundingBox(), await week.getByLabel("Sat 5:00").boundingBox()];
    expect(from.width >= pixelsOfAnHour, `an hour can be hit: ${from.width}`);
    await page.mouse.move(from.x + 3, from.y + 3);
    await page.mouse.down();
    await page.mouse.move(to.x + 3, to.y + 3, { steps: 5 });
    await page.mouse.up();
    expect((await week.getByRole("gridcell", { selected: true }).count()) === 42, "seven days of six hours are painted");
    await week.getByLabel("Sun 5:00").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    expect((await week.getByRole("gridcell", { selected: true }).count()) === 43, "one more hour by the keyboard");
    await expectAccessible(page, "the schedule");
    await shoot("schedule");
    await page.setViewportSize({ width: 360, height: 900 });
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth) && (await week.boundingBox()).width < 360,
      "the week fits a phone",
    );
    await shoot("schedule-360");
    await page.setViewportSize({ width: 1280, height: 900 });
    await next();
    await page.getByLabel("Days to keep restore points for").first().check();
    await page.getByText("One of each month, for so many months").click();
    await expectAccessible(page, "the retention");
    await shoot("retention");
    await next();
    await page.getByLabel("Do not freeze file systems").check();
    await page.getByLabel("Compression").selectOption("High");
    await expectAccessible(page, "the advanced step");
    await shoot("advanced");
    await save();
    await page.getByText("edited in a browser").waitFor();
    await page.getByRole("link", { name: other, exact: true }).waitFor();
    expect((await page.getByRole("link", { name: own, exact: true }).count()) === 0, "the other machine was taken out");

    // What was saved is what is edited next.
    await edit(newName);
    await goTo("Schedule");
    await page.getByRole("button", { name: "Mon", exact: true, pressed: false }).waitFor();
    expect((await page.getByRole("textbox", { name: "At", exact: true }).inputValue()) === "02:15", "the time is the viewer's");
    expect((await week.getByRole("gridcell", { selected: true }).count()) === 43, "the window is kept");
    await page.getByLabel("Every few hours or minutes").check();
    await page.getByText("Only in a backup window").click();
    await save();
  },
  { timezoneId: "Asia/Kolkata" },
);
