import { describe, expect, it } from "vitest";
import { allDays, fromScheduleOptions, toScheduleOptions, toViewersTime, type ScheduleChoice } from "./schedule";

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

describe("a schedule that a job has", () => {
  const read = (choice: ScheduleChoice) =>
    fromScheduleOptions({ ScheduleConfigured: choice.kind !== "none", JobScheduleOptions: toScheduleOptions(choice) as never });

  it("is read as it was chosen", () => {
    for (const choice of [
      { kind: "none" },
      { kind: "daily", time: "22:00", days: allDays },
      { kind: "daily", time: "03:30", days: ["Monday"] },
      { kind: "periodic", hours: 6 },
    ] as ScheduleChoice[])
      expect(read(choice)).toEqual(choice);
  });

  it("is left alone where it is of another kind", () =>
    expect(
      fromScheduleOptions({ ScheduleConfigured: true, JobScheduleOptions: { Standart: { OptionsMonthly: { Enabled: true } } } as never }),
    ).toBeUndefined());

  it("is told in the viewer's zone", () => {
    expect(toViewersTime("22:00:00", 0, 60)).toBe("23:00");
    expect(toViewersTime("00:30:00", 60, 0)).toBe("23:30");
  });
});
