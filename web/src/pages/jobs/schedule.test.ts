import { describe, expect, it } from "vitest";
import { allDays, toScheduleOptions } from "./schedule";

describe("a schedule that was chosen", () => {
  it("is none", () => expect(toScheduleOptions({ kind: "none" })).toBeNull());

  it("is every day where all days are chosen", () => {
    const daily = toScheduleOptions({ kind: "daily", time: "22:00", days: allDays })?.Standart?.OptionsDaily;
    expect(daily).toMatchObject({ Enabled: true, Kind: "Everyday", Time: "22:00:00", Days: null });
  });

  it("names the days where some are chosen", () => {
    const daily = toScheduleOptions({ kind: "daily", time: "03:30", days: ["Sunday", "Friday"] })?.Standart?.OptionsDaily;
    expect(daily).toMatchObject({ Kind: "SelectedDays", Days: ["Sunday", "Friday"] });
  });

  it("is every few hours", () => {
    const periodic = toScheduleOptions({ kind: "periodic", hours: 4 })?.Standart?.OptionsPeriodically;
    expect(periodic).toMatchObject({ Kind: "Hours", FullPeriod: 4 });
  });
});
