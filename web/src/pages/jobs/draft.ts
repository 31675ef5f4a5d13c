// A backup job as the wizard has it, and what is sent to make it so.
import type { Job, Schemas } from "../../api/types";
import { firstSchedule, readSchedule, writeSchedule, type ScheduleChoice } from "./schedule";

// What a job backs up, before and after the API has given it an id of its own.
export interface ChosenMachine {
  reference: string;
  name: string;
  includeId?: string;
}

export interface Longer {
  isOn: boolean;
  count: number;
}

export interface Retention {
  kind: Schemas["RetainLimitTypeEnumeration"];
  points: number;
  days: number;
  // Points that are kept longer: one of each week, month, year.
  weekly: Longer;
  monthly: Longer;
  yearly: Longer;
}

export interface Draft {
  name: string;
  description: string;
  machines: Map<string, ChosenMachine>;
  repository: string;
  schedule: ScheduleChoice;
  retention: Retention;
  freezing: Schemas["VssSnapshotModeEnumeration"];
  indexesLinux: boolean;
  indexesWindows: boolean;
  compression: number;
}

export const optimalCompression = 3;

export const firstDraft: Draft = {
  name: "",
  description: "",
  machines: new Map(),
  repository: "",
  schedule: firstSchedule,
  retention: {
    kind: "Cycles",
    points: 14,
    days: 14,
    weekly: { isOn: false, count: 4 },
    monthly: { isOn: false, count: 12 },
    yearly: { isOn: false, count: 3 },
  },
  freezing: "IgnoreFailures",
  indexesLinux: false,
  indexesWindows: false,
  compression: optimalCompression,
};

type Info = NonNullable<NonNullable<Job["JobInfo"]>["BackupJobInfo"]>;

export function readRetention({ SimpleRetentionPolicy: simple, GfsRetentionPolicy: gfs }: Info): Retention {
  const first = firstDraft.retention;
  type Told = { Enabled: boolean | null; RetentionPeriod: number | null } | null | undefined;
  const longer = (told: Told, before: Longer): Longer => ({
    isOn: (gfs?.Enabled && told?.Enabled) ?? false,
    count: gfs?.Enabled && told?.Enabled ? (told.RetentionPeriod ?? before.count) : before.count,
  });
  return {
    kind: simple?.RetainLimitType ?? first.kind,
    points: simple?.RetainCycles ?? first.points,
    days: simple?.RetainDaysToKeep ?? first.days,
    weekly: longer(gfs?.Weekly, first.weekly),
    monthly: longer(gfs?.Monthly, first.monthly),
    yearly: longer(gfs?.Yearly, first.yearly),
  };
}

function machinesOf(job: Job): Map<string, ChosenMachine> {
  const machines = (job.JobInfo?.BackupJobInfo?.Includes?.ObjectInJobs ?? []).map<ChosenMachine>((object) => ({
    reference: object.HierarchyObjRef ?? "",
    name: object.Name ?? "",
    includeId: object.ObjectInJobId ?? "",
  }));
  return new Map(machines.map((machine) => [machine.reference, machine]));
}

function isIndexed(options: { FileSystemIndexingMode?: string | null } | null | undefined): boolean {
  return (options?.FileSystemIndexingMode ?? "Disabled") !== "Disabled";
}

export function readDraft(job: Job, repository: string): Draft {
  const info = job.JobInfo?.BackupJobInfo;
  if (!info) throw new Error(`${job.Name} is no backup job.`);
  const guest = info.GuestProcessingOptions;
  return {
    name: job.Name ?? "",
    description: job.Description ?? "",
    machines: machinesOf(job),
    repository,
    schedule: readSchedule(job),
    retention: readRetention(info),
    freezing: guest?.VssSnapshotOptions?.VssSnapshotMode ?? firstDraft.freezing,
    indexesLinux: isIndexed(guest?.LinuxGuestFSIndexingOptions),
    indexesWindows: isIndexed(guest?.WindowsGuestFSIndexingOptions),
    compression: info.AdvancedStorageOptions?.CompressionLevel ?? optimalCompression,
  };
}

function writeRetention({ kind, points, days, weekly, monthly, yearly }: Retention) {
  const longer = ({ isOn, count }: Longer) => ({ Enabled: isOn, ...(isOn ? { RetentionPeriod: count } : {}) });
  return {
    SimpleRetentionPolicy: { RetainCycles: points, RetainDaysToKeep: days, RetainLimitType: kind },
    GfsRetentionPolicy: {
      Enabled: weekly.isOn || monthly.isOn || yearly.isOn,
      Weekly: longer(weekly),
      Monthly: longer(monthly),
      Yearly: longer(yearly),
    },
  };
}

// Which folders are indexed the wizard does not show: what is not switched on or off stays as it is.
function writeGuest(draft: Draft, before: Draft): Schemas["GuestProcessingOptionsTypeInput"] {
  const indexing = (isOn: boolean) => ({ FileSystemIndexingMode: isOn ? ("EveryFolders" as const) : ("Disabled" as const) });
  return {
    VssSnapshotOptions: { VssSnapshotMode: draft.freezing },
    ...(draft.indexesLinux !== before.indexesLinux ? { LinuxGuestFSIndexingOptions: indexing(draft.indexesLinux) } : {}),
    ...(draft.indexesWindows !== before.indexesWindows ? { WindowsGuestFSIndexingOptions: indexing(draft.indexesWindows) } : {}),
  };
}

function include({ reference, name }: ChosenMachine): Schemas["CreateObjectInJobSpecInput"] {
  return { HierarchyObjRef: reference, HierarchyObjName: name };
}

export function writeSpec(draft: Draft): Schemas["JobSpecInput"] {
  return {
    Name: draft.name.trim(),
    Description: draft.description,
    RepositoryUid: draft.repository,
    Includes: { CreateObjectInJobSpecs: [...draft.machines.values()].map(include) },
    ScheduleEnabled: draft.schedule.kind !== "none",
    JobScheduleOptions: writeSchedule(draft.schedule),
    ...writeRetention(draft.retention),
    AdvancedStorageOptions: { CompressionLevel: draft.compression },
  };
}

// How the guests of all its machines are treated is no part of a new job's description: it is said in an edit.
export function hasGuestChoices(draft: Draft): boolean {
  return draft.freezing !== firstDraft.freezing || draft.indexesLinux || draft.indexesWindows;
}

export function writeGuestEdit(draft: Draft): Schemas["JobInput"] {
  return { JobInfo: { BackupJobInfo: { GuestProcessingOptions: writeGuest(draft, firstDraft) } } };
}

export interface Edit {
  job: Schemas["JobInput"];
  // Machines are added and removed one by one.
  added: Schemas["CreateObjectInJobSpecInput"][];
  removed: string[];
}

// `opened` is the job as the edit began with it, `current` as it is now: an edit that was refused in part can be sent again, and
// machines that somebody else added meanwhile stay.
export function writeEdit(opened: Job, current: Job, draft: Draft): Edit {
  const [before, now] = [machinesOf(opened), machinesOf(current)];
  const isNewlyScheduled = !current.ScheduleConfigured && draft.schedule.kind !== "none";
  return {
    job: {
      Name: draft.name.trim(),
      Description: draft.description,
      ...(isNewlyScheduled ? { ScheduleEnabled: true } : {}),
      JobScheduleOptions: writeSchedule(draft.schedule),
      JobInfo: {
        BackupJobInfo: {
          ...writeRetention(draft.retention),
          GuestProcessingOptions: writeGuest(draft, readDraft(opened, "")),
          AdvancedStorageOptions: { CompressionLevel: draft.compression },
        },
      },
    },
    added: [...draft.machines.values()].filter(({ reference }) => !before.has(reference) && !now.has(reference)).map(include),
    removed: [...now.values()]
      .filter(({ reference }) => before.has(reference) && !draft.machines.has(reference))
      .map((machine) => machine.includeId ?? ""),
  };
}
