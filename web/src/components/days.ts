// The days of the week, by their names in the API.
import { text } from "../messages";

export type Day = keyof typeof text.days;
export const allDays = Object.keys(text.days) as Day[];
