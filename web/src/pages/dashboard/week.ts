// The runs of a week, as the dashboard draws them: a row a job, from left to right in time.
import { idOf, type BackupJobSession } from "../../api/types";

const day = 24 * 3600 * 1000;
const days = 7;

export interface Span {
  from: number;
  to: number;
}

// The week that ends with the day that it is, in the viewer's zone.
export function weekUntil(now: number): Span {
  const midnight = new Date(now);
  midnight.setHours(24, 0, 0, 0);
  return { from: midnight.getTime() - days * day, to: midnight.getTime() };
}

// Where each of its days begins.
export function daysOf({ from }: Span): Date[] {
  return Array.from({ length: days }, (_, index) => new Date(from + index * day));
}

export interface Run {
  id: string;
  begin: number; // in percent of the week
  length: number;
  session: BackupJobSession;
}

export interface JobRow {
  uid: string;
  name: string;
  runs: Run[];
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

function runOf(session: BackupJobSession, week: Span, now: number): Run {
  const percent = (time: number) => clamp(((time - week.from) / (week.to - week.from)) * 100);
  const begin = percent(new Date(session.CreationTimeUTC).getTime());
  const end = percent(session.EndTimeUTC ? new Date(session.EndTimeUTC).getTime() : now);
  return { id: idOf(session), begin, length: Math.max(0, end - begin), session };
}

// Jobs by their names, each with its runs.
export function rowsOf(sessions: BackupJobSession[], week: Span, now: number): JobRow[] {
  const rows = new Map<string, JobRow>();
  for (const session of sessions) {
    const row = rows.get(session.JobUid) ?? { uid: session.JobUid, name: session.JobName, runs: [] };
    row.runs.push(runOf(session, week, now));
    rows.set(session.JobUid, row);
  }
  return [...rows.values()].sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
}
