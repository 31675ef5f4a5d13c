// A job's schedule, as it is chosen and as it is told.
import type { Job, Schemas } from "../../api/types";
import { text } from "../../messages";

export type Day = keyof typeof text.days;
export const allDays = Object.keys(text.days) as Day[];

export type ScheduleChoice =
  | { kind: "none" }
  | { kind: "daily"; time: string; days: Day[] }
  | { kind: "periodic"; hours: number };

// A time of day of the viewer's zone, and the offset by which the server reads it.
function offsetInMinutes(): number {
  return -new Date().getTimezoneOffset();
}

export function toScheduleOptions(choice: ScheduleChoice): Schemas["ScheduleOptionsInfoTypeInput"] | null {
  switch (choice.kind) {
    case "none":
      return null;
    case "daily": {
      const isEveryday = choice.days.length === allDays.length;
      return {
        Standart: {
          OptionsDaily: {
            Enabled: true,
            Kind: isEveryday ? "Everyday" : "SelectedDays",
            Days: isEveryday ? null : choice.days,
            Time: `${choice.time}:00`,
            TimeOffsetUtc: offsetInMinutes(),
          },
        },
      };
    }
    case "periodic":
      return { Standart: { OptionsPeriodically: { Enabled: true, Kind: "Hours", FullPeriod: choice.hours } } };
  }
}

// What a job has, where the console can show it: a schedule by month, after another job or within windows is none of these.
export function fromScheduleOptions(job: { ScheduleConfigured: boolean | null; JobScheduleOptions: Job["JobScheduleOptions"] }): ScheduleChoice | undefined {
  if (!job.ScheduleConfigured) return { kind: "none" };
  const standard = job.JobScheduleOptions?.Standart;
  const daily = standard?.OptionsDaily;
  const periodic = standard?.OptionsPeriodically;
  const enabled = [daily, periodic, standard?.OptionsMonthly, standard?.OptionsContinuous, standard?.OptionsDaisyChaining].filter(
    (options) => options?.Enabled,
  );
  if (enabled.length !== 1) return undefined;
  if (daily?.Enabled && daily.Time) {
    const days = daily.Kind === "Everyday" ? allDays : daily.Kind === "WeekDays" ? allDays.filter(isWeekday) : daily.Days;
    return { kind: "daily", time: toViewersTime(daily.Time, daily.TimeOffsetUtc ?? 0), days: days ?? [] };
  }
  if (periodic?.Enabled && periodic.Kind === "Hours" && periodic.FullPeriod) return { kind: "periodic", hours: periodic.FullPeriod };
  return undefined;
}

const isWeekday = (day: Day) => day !== "Saturday" && day !== "Sunday";
const minutesOfDay = 24 * 60;

// "22:00:00" in the zone of the schedule -> "23:00" in the viewer's.
export function toViewersTime(time: string, offset: number, viewersOffset = offsetInMinutes()): string {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const shifted = (((hours * 60 + minutes - offset + viewersOffset) % minutesOfDay) + minutesOfDay) % minutesOfDay;
  return [Math.floor(shifted / 60), shifted % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
