import { describe, expect, it } from "vitest";
import { countHours, everyHour, noHour, paint, readWeek, writeWeek } from "./weekHours";

describe("the hours of a week", () => {
  it("are all where none are told", () => expect(readWeek({ Days: [] })).toEqual(everyHour));

  it("come back as they were sent", () => {
    const week = paint(noHour, [1, 20], [5, 23], true);
    const sent = writeWeek(week);
    expect(sent.Days?.[1]).toEqual({ Name: "Monday", Value: `${"0,".repeat(20)}1,1,1,1` });
    expect(readWeek(sent as Parameters<typeof readWeek>[0])).toEqual(week);
  });

  it("has days that are not told without any", () => {
    const week = readWeek({ Days: [{ Name: "Friday", Value: Array(24).fill("1").join(",") }] });
    expect(countHours(week)).toBe(24);
  });

  it("are painted from any corner to any other", () =>
    expect(paint(noHour, [5, 23], [1, 20], true)).toEqual(paint(noHour, [1, 20], [5, 23], true)));

  it("are cleared as they are set", () => expect(paint(everyHour, [0, 0], [6, 23], false)).toEqual(noHour));
});
