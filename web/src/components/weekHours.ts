// The hours of a week in which something may run, as the API has them: of each day 24 numbers with commas.
import type { Schemas } from "../api/types";
import { allDays, type Day } from "./days";

export const hoursOfDay = 24;

// A row a day, Sunday first; a place an hour.
export type WeekHours = readonly (readonly boolean[])[];

export const everyHour: WeekHours = allDays.map(() => Array.from({ length: hoursOfDay }, () => true));
export const noHour: WeekHours = allDays.map(() => Array.from({ length: hoursOfDay }, () => false));

// From eight in the evening to six in the morning, and the weekend.
export const outsideWork: WeekHours = allDays.map((day) =>
  Array.from({ length: hoursOfDay }, (_, hour) => day === "Saturday" || day === "Sunday" || hour < 6 || hour >= 20),
);

export function readWeek(form: Schemas["TimePeriodsType"] | null | undefined): WeekHours {
  if (!form || form.Days.length === 0) return everyHour;
  const rows = new Map<Day, boolean[]>(form.Days.map((day) => [day.Name, day.Value.split(",").map((hour) => hour.trim() === "1")]));
  return allDays.map((day) => {
    const hours = rows.get(day);
    return Array.from({ length: hoursOfDay }, (_, hour) => hours?.[hour] ?? false);
  });
}

export function writeWeek(week: WeekHours): Schemas["TimePeriodsTypeInput"] {
  return { Days: allDays.map((Name, day) => ({ Name, Value: (week[day] ?? []).map((isOn) => (isOn ? "1" : "0")).join(",") })) };
}

// The hours of the rectangle between two corners, set or cleared.
export function paint(week: WeekHours, from: [number, number], to: [number, number], isOn: boolean): WeekHours {
  const [firstDay, lastDay] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
  const [firstHour, lastHour] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
  return week.map((hours, day) =>
    day < firstDay || day > lastDay ? hours : hours.map((was, hour) => (hour < firstHour || hour > lastHour ? was : isOn)),
  );
}

export function countHours(week: WeekHours): number {
  return week.flat().filter(Boolean).length;
}
