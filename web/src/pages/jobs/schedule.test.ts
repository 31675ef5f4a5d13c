import { describe, expect, it } from "vitest";
import type { Job, Schemas } from "../../api/types";
import { firstSchedule, readSchedule, readTime, writeSchedule, writeTime, type ScheduleChoice } from "./schedule";
import { noHour, paint } from "../../components/weekHours";

// As the server tells what it was sent.
function told(sent: Schemas["ScheduleOptionsInfoTypeInput"]): Pick<Job, "JobScheduleOptions"> {
  return { JobScheduleOptions: sent as Job["JobScheduleOptions"] };
}

const choose = (part: Partial<ScheduleChoice>): ScheduleChoice => ({ ...firstSchedule, ...part });

describe("a schedule that was chosen", () => {
  it("enables nothing where there is none", () => {
    const { OptionsBackupWindow: _, ...starts } = writeSchedule(choose({ kind: "none" })).Standart ?? {};
    expect(Object.values(starts)).toEqual(Array(5).fill({ Enabled: false }));
  });

  it("is every day where all days are chosen", () =>
    expect(writeSchedule(firstSchedule).Standart?.OptionsDaily).toMatchObject({ Enabled: true, Kind: "Everyday", Days: null }));

  it("names the days where some are chosen", () =>
    expect(writeSchedule(choose({ days: ["Sunday", "Friday"] })).Standart?.OptionsDaily).toMatchObject({
      Kind: "SelectedDays",
      Days: ["Sunday", "Friday"],
    }));

  it("comes back as it was chosen", () => {
    const hours = paint(noHour, [0, 0], [6, 5], true);
    for (const choice of [
      choose({ kind: "none" }),
      choose({ time: "03:30", days: ["Sunday", "Friday"] }),
      choose({ hasWindow: true, window: hours }),
    ])
      expect(readSchedule(told(writeSchedule(choice))).kind).toBe(choice.kind);
    const daily = choose({ time: "03:30", days: ["Sunday", "Friday"], hasWindow: true, window: hours });
    expect(readSchedule(told(writeSchedule(daily)))).toEqual(daily);
    const periodic = choose({ kind: "periodic", every: 15, unit: "Minutes", hours });
    expect(readSchedule(told(writeSchedule(periodic)))).toMatchObject({ kind: "periodic", every: 15, unit: "Minutes", hours });
  });

  it("is kept where the wizard cannot show it", () => {
    const chained = told({ Standart: { OptionsDaisyChaining: { Enabled: true, PreviousJobUid: "urn:veeam:Job:1" } } });
    const choice = readSchedule(chained);
    expect(choice.kind).toBe("kept");
    expect(writeSchedule(choice).Standart).not.toHaveProperty("OptionsDaisyChaining");
  });
});

describe("a time of day", () => {
  it("tells the zone of the viewer", () => {
    expect(writeTime("22:00", 120)).toBe("2000-01-01T22:00:00+02:00");
    expect(writeTime("22:00", -210)).toBe("2000-01-01T22:00:00-03:30");
  });

  it("is read in the zone of the viewer", () => {
    expect(readTime("2000-01-01T22:00:00+02:00", 120)).toEqual({ time: "22:00", daysOff: 0 });
    expect(readTime("2000-01-01T22:00:00+00:00", 330)).toEqual({ time: "03:30", daysOff: 1 });
    expect(readTime("2000-01-01T01:00:00+00:00", -300)).toEqual({ time: "20:00", daysOff: -1 });
  });
});
