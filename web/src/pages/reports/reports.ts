// The summary reports as tables: what the page shows, prints and gives as CSV.
import type { Bar } from "../../components/BarList";
import type { Schemas } from "../../api/types";
import { formatDuration, formatSize } from "../../components/format";
import { text } from "../../messages";
import type { Cell } from "./csv";

export interface Report {
  // Of the CSV file.
  name: string;
  title: string;
  columns: string[];
  // For people.
  rows: string[][];
  // For programs: bytes, seconds, times.
  values: Cell[][];
  plots: { title: string; bars: Bar[] }[];
}

// A number with how it is shown to people.
interface Figure {
  title: string;
  value: Cell;
  shown?: string;
}

const size = (title: string, bytes: number): Figure => ({ title, value: bytes, shown: bytes < 0 ? text.common.unknown : formatSize(bytes) });
const duration = (title: string, seconds: number): Figure => ({ title, value: seconds, shown: formatDuration(seconds) });
const shownOf = ({ value, shown }: Figure) => shown ?? (typeof value === "number" ? value.toLocaleString() : value);

function figuresReport(name: string, title: string, figures: Figure[], plots: Report["plots"]): Report {
  return {
    name,
    title,
    columns: [text.reports.figure, text.reports.value],
    rows: figures.map((figure) => [figure.title, shownOf(figure)]),
    values: figures.map(({ title: figure, value }) => [figure, value]),
    plots,
  };
}

export function machinesReport(overview: Schemas["OverviewReportFrame"], machines: Schemas["VmsOverviewReportFrame"]): Report {
  const { machines: words } = text.reports;
  return figuresReport(
    "machines",
    words.title,
    [
      { title: words.protected, value: machines.ProtectedVms },
      { title: words.backedUp, value: machines.BackedUpVms },
      { title: words.points, value: machines.RestorePoints },
      size(words.source, machines.SourceVmsSize),
      size(words.full, machines.FullBackupPointsSize),
      size(words.incremental, machines.IncrementalBackupPointsSize),
      { title: words.success, value: machines.SuccessBackupPercents, shown: `${machines.SuccessBackupPercents} %` },
    ],
    [
      {
        title: words.latest,
        bars: [
          { label: text.result.Success, value: overview.SuccessfulVmLastestStates },
          { label: text.result.Warning, value: overview.WarningVmLastestStates },
          { label: text.result.Failed, value: overview.FailedVmLastestStates },
        ],
      },
    ],
  );
}

export function jobsReport(jobs: Schemas["JobStatisticsReportFrame"]): Report {
  const { jobs: words } = text.reports;
  return figuresReport(
    "jobs",
    words.title,
    [
      { title: words.running, value: jobs.RunningJobs },
      { title: words.scheduled, value: jobs.ScheduledJobs },
      { title: words.runs, value: jobs.TotalJobRuns },
      duration(words.longest, jobs.MaxJobDuration),
      { title: words.longestName, value: jobs.MaxDurationBackupJobName },
    ],
    [
      {
        title: words.results,
        bars: [
          { label: text.result.Success, value: jobs.SuccessfulJobRuns },
          { label: text.result.Warning, value: jobs.WarningsJobRuns },
          { label: text.result.Failed, value: jobs.FailedJobRuns },
        ],
      },
    ],
  );
}

const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export function daysReport({ Days }: Schemas["ProcessedVmsReportFrame"]): Report {
  const { days: words } = text.reports;
  // The oldest first, as one reads.
  const days = [...Days].reverse();
  const named = (day: (typeof days)[number]) => dayFormat.format(new Date(day.Timestamp));
  return {
    name: "days",
    title: words.title,
    columns: [words.day, words.backedUp, words.replicated],
    rows: days.map((day) => [named(day), day.BackupedVms.toLocaleString(), day.ReplicatedVms.toLocaleString()]),
    values: days.map((day) => [day.Timestamp, day.BackupedVms, day.ReplicatedVms]),
    plots: [{ title: words.backedUp, bars: days.map((day) => ({ label: named(day), value: day.BackupedVms })) }],
  };
}

export function repositoriesReport({ Periods }: Schemas["RepositoryReportFrame"]): Report {
  const { repositories: words } = text.reports;
  const known = (bytes: number) => (bytes < 0 ? text.common.unknown : formatSize(bytes));
  return {
    name: "repositories",
    title: words.title,
    columns: [text.common.name, words.capacity, words.free, words.backups],
    rows: Periods.map((one) => [one.Name, known(one.Capacity), known(one.FreeSpace), formatSize(one.BackupSize)]),
    values: Periods.map((one) => [one.Name, one.Capacity, one.FreeSpace, one.BackupSize]),
    plots: [{ title: words.backups, bars: Periods.map((one) => ({ label: one.Name, value: one.BackupSize, shown: formatSize(one.BackupSize) })) }],
  };
}
