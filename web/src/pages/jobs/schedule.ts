// A job's schedule, as it is chosen and as it is told.
import type { Schemas } from "../../api/types";
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
