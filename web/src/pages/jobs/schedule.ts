// A job's schedule, as it is chosen and as the API has it.
import type { Job, Schemas } from "../../api/types";
import { allDays, type Day } from "../../components/days";
import { everyHour, readWeek, writeWeek, type WeekHours } from "../../components/weekHours";

export type PeriodUnit = Schemas["PeriodKindEnumeration"];

// "kept": one that was made through the API and that the wizard cannot show. It is left as it is.
export type ScheduleKind = "daily" | "periodic" | "none" | "kept";

export interface ScheduleChoice {
  kind: ScheduleKind;
  time: string; // "22:00", in the viewer's zone
  days: Day[];
  every: number;
  unit: PeriodUnit;
  // Hours in which periodic runs begin, in the server's zone.
  hours: WeekHours;
  // The backup window: outside of it runs neither begin nor go on. In the server's zone.
  hasWindow: boolean;
  window: WeekHours;
}

export const firstSchedule: ScheduleChoice = {
  kind: "daily",
  time: "22:00",
  days: allDays,
  every: 4,
  unit: "Hours",
  hours: everyHour,
  hasWindow: false,
  window: everyHour,
};

const minutesOfDay = 24 * 60;
const two = (value: number) => String(value).padStart(2, "0");

function viewersOffset(): number {
  return -new Date().getTimezoneOffset();
}

// "+05:30"
function writeOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

// The date means nothing.
export function writeTime(time: string, offset = viewersOffset()): string {
  return `2000-01-01T${time}:00${writeOffset(offset)}`;
}

// The time in the viewer's zone, and by how many days the day there is another.
export function readTime(written: string, offset = viewersOffset()): { time: string; daysOff: number } {
  const parts = /T?(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d))?$/.exec(written);
  if (!parts) return { time: firstSchedule.time, daysOff: 0 };
  const its = (parts[3] === "-" ? -1 : 1) * (Number(parts[4] ?? 0) * 60 + Number(parts[5] ?? 0));
  const moment = Number(parts[1]) * 60 + Number(parts[2]) - its + offset;
  const daysOff = Math.floor(moment / minutesOfDay);
  const minutes = moment - daysOff * minutesOfDay;
  return { time: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`, daysOff };
}

const weekDays: Day[] = allDays.filter((day) => day !== "Saturday" && day !== "Sunday");

function daysOf(daily: Schemas["JobScheduleDailyOptionsType"]): Day[] {
  if (daily.Kind === "SelectedDays") return daily.Days;
  return daily.Kind === "WeekDays" ? weekDays : allDays;
}

function readDaily(daily: Schemas["JobScheduleDailyOptionsType"]): Pick<ScheduleChoice, "time" | "days"> {
  const { time, daysOff } = readTime(daily.Time ?? "");
  const moved = new Set(daysOf(daily).map((day) => allDays[(allDays.indexOf(day) + daysOff + 7) % 7]));
  return { time, days: allDays.filter((day) => moved.has(day)) };
}

export function readSchedule(job: Pick<Job, "JobScheduleOptions">): ScheduleChoice {
  const options = job.JobScheduleOptions?.Standart;
  if (!options) return { ...firstSchedule, kind: "kept" };
  const { OptionsDaily: daily, OptionsPeriodically: periodic, OptionsBackupWindow: window } = options;
  const enabled = [daily, periodic, options.OptionsMonthly, options.OptionsContinuous, options.OptionsDaisyChaining].filter(
    (one) => one?.Enabled,
  );
  const only = enabled.length === 1 ? enabled[0] : undefined;
  const kinds: [unknown, ScheduleKind][] = [
    [daily, "daily"],
    [periodic, "periodic"],
  ];
  return {
    kind: enabled.length === 0 ? "none" : (kinds.find(([one]) => one === only)?.[1] ?? "kept"),
    ...(daily ? readDaily(daily) : { time: firstSchedule.time, days: firstSchedule.days }),
    every: periodic?.FullPeriod ?? firstSchedule.every,
    unit: periodic?.Kind ?? firstSchedule.unit,
    hours: readWeek(periodic?.Schedule),
    hasWindow: window?.Enabled ?? false,
    window: readWeek(window?.TimePeriods),
  };
}

function writeDaily(choice: ScheduleChoice): Schemas["JobScheduleDailyOptionsTypeInput"] {
  if (choice.kind !== "daily") return { Enabled: false };
  const isEveryday = choice.days.length === allDays.length;
  return {
    Enabled: true,
    Kind: isEveryday ? "Everyday" : "SelectedDays",
    Days: isEveryday ? null : choice.days,
    Time: writeTime(choice.time),
  };
}

function writePeriodic(choice: ScheduleChoice): Schemas["JobSchedulePeriodicallyOptionsTypeInput"] {
  if (choice.kind !== "periodic") return { Enabled: false };
  return { Enabled: true, Kind: choice.unit, FullPeriod: choice.every, Schedule: writeWeek(choice.hours) };
}

// What was chosen, and nothing else that may have been there.
export function writeSchedule(choice: ScheduleChoice): Schemas["ScheduleOptionsInfoTypeInput"] {
  const OptionsBackupWindow = { Enabled: choice.hasWindow, TimePeriods: writeWeek(choice.window) };
  if (choice.kind === "kept") return { Standart: { OptionsBackupWindow } };
  return {
    Standart: {
      OptionsDaily: writeDaily(choice),
      OptionsPeriodically: writePeriodic(choice),
      OptionsMonthly: { Enabled: false },
      OptionsContinuous: { Enabled: false },
      OptionsDaisyChaining: { Enabled: false },
      OptionsBackupWindow,
    },
  };
}
