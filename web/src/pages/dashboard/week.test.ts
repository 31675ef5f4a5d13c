import { describe, expect, it } from "vitest";
import type { BackupJobSession } from "../../api/types";
import { daysOf, rowsOf, weekUntil } from "./week";

const now = new Date(2026, 5, 14, 12).getTime();
const week = weekUntil(now);
const hour = 3600 * 1000;

function session(job: string, begin: number, end: number | null): BackupJobSession {
  return {
    UID: `urn:veeam:BackupJobSession:${job}-${begin}`,
    JobUid: `urn:veeam:Job:${job}`,
    JobName: job,
    CreationTimeUTC: new Date(begin).toISOString(),
    EndTimeUTC: end === null ? null : new Date(end).toISOString(),
  } as BackupJobSession;
}

describe("the week's runs", () => {
  it("ends with today", () => {
    expect(week.from <= now && now < week.to).toBe(true);
    expect(daysOf(week).at(-1)?.getDate()).toBe(14);
  });

  it("has a row for each job", () => {
    const rows = rowsOf([session("web10", now, now), session("web2", now, now), session("web10", now - hour, now)], week, now);
    expect(rows.map((row) => [row.name, row.runs.length])).toEqual([
      ["web2", 1],
      ["web10", 2],
    ]);
  });

  it("is drawn where it was", () => {
    const [row] = rowsOf([session("web", week.from + 84 * hour, week.from + 84 * hour + 1.68 * hour)], week, now);
    expect(row?.runs[0]?.begin).toBeCloseTo(50);
    expect(row?.runs[0]?.length).toBeCloseTo(1);
  });

  it("goes on until now where it has not ended, and never out of the week", () => {
    const [row] = rowsOf([session("web", week.from - 10 * hour, null)], week, now);
    expect(row?.runs[0]?.begin).toBe(0);
    expect(row?.runs[0]?.length).toBeCloseTo(((now - week.from) / (week.to - week.from)) * 100);
  });
});
