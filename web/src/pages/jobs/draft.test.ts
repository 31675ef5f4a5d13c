import { describe, expect, it } from "vitest";
import type { Job } from "../../api/types";
import { firstDraft, hasGuestChoices, readDraft, writeEdit, writeGuestEdit, writeSpec, type Draft } from "./draft";

const web = { reference: "urn:CustomPlatform:Vm:host.web", name: "web" };
const mail = { reference: "urn:CustomPlatform:Vm:host.mail", name: "mail" };

function draftOf(part: Partial<Draft>): Draft {
  return { ...firstDraft, name: "Nightly", repository: "urn:veeam:Repository:1", ...part };
}

// As the server tells a job that was made of a draft.
function jobOf(draft: Draft, includes: string[]): Job {
  const spec = writeSpec(draft);
  return {
    Name: spec.Name,
    Description: spec.Description,
    ScheduleConfigured: draft.schedule.kind !== "none",
    JobScheduleOptions: spec.JobScheduleOptions,
    JobInfo: {
      BackupJobInfo: {
        Includes: {
          ObjectInJobs: [...draft.machines.values()].map((machine, index) => ({
            ObjectInJobId: includes[index],
            HierarchyObjRef: machine.reference,
            Name: machine.name,
          })),
        },
        SimpleRetentionPolicy: spec.SimpleRetentionPolicy,
        GfsRetentionPolicy: spec.GfsRetentionPolicy,
        AdvancedStorageOptions: spec.AdvancedStorageOptions,
        GuestProcessingOptions: writeGuestEdit(draft).JobInfo?.BackupJobInfo?.GuestProcessingOptions,
      },
    },
  } as unknown as Job;
}

const both = draftOf({
  machines: new Map([web, mail].map((machine) => [machine.reference, machine])),
  retention: { ...firstDraft.retention, kind: "Days", days: 30, weekly: { isOn: true, count: 8 } },
  freezing: "RequireSuccess",
  indexesLinux: true,
  compression: 5,
});
const job = jobOf(both, ["1", "2"]);

describe("a job in the wizard", () => {
  it("is the one that was made", () => {
    const draft = readDraft(job, both.repository);
    expect(draft).toMatchObject({ ...both, machines: draft.machines });
    expect([...draft.machines.values()].map((machine) => machine.includeId)).toEqual(["1", "2"]);
  });

  it("needs a second word for its guests only where something was chosen", () => {
    expect(hasGuestChoices(firstDraft)).toBe(false);
    expect(hasGuestChoices(both)).toBe(true);
  });

  it("keeps nothing longer unless asked", () =>
    expect(writeSpec(firstDraft).GfsRetentionPolicy).toEqual({
      Enabled: false,
      Weekly: { Enabled: false },
      Monthly: { Enabled: false },
      Yearly: { Enabled: false },
    }));
});

describe("an edit", () => {
  const draft = readDraft(job, both.repository);

  it("adds and removes what was chosen", () => {
    const other = { reference: "urn:CustomPlatform:Vm:host.db", name: "db" };
    const machines = new Map(draft.machines).set(other.reference, other);
    machines.delete(web.reference);
    const edit = writeEdit(job, job, { ...draft, machines });
    expect(edit.added).toEqual([{ HierarchyObjRef: other.reference, HierarchyObjName: "db" }]);
    expect(edit.removed).toEqual(["1"]);
  });

  it("that was done in part is not done twice", () => {
    const machines = new Map([[mail.reference, mail]]);
    const current = jobOf(draftOf({ machines }), ["2"]);
    expect(writeEdit(job, current, { ...draft, machines })).toMatchObject({ added: [], removed: [] });
  });

  it("leaves alone what somebody else added", () => {
    const opened = jobOf(draftOf({ machines: new Map([[web.reference, web]]) }), ["1"]);
    expect(writeEdit(opened, job, readDraft(opened, ""))).toMatchObject({ added: [], removed: [] });
  });

  it("leaves alone which folders are indexed, unless indexing is switched", () => {
    const edited = (change: Partial<Draft>) =>
      writeEdit(job, job, { ...draft, ...change }).job.JobInfo?.BackupJobInfo?.GuestProcessingOptions;
    expect(edited({})).toEqual({ VssSnapshotOptions: { VssSnapshotMode: "RequireSuccess" } });
    expect(edited({ indexesLinux: false })).toMatchObject({
      LinuxGuestFSIndexingOptions: { FileSystemIndexingMode: "Disabled" },
    });
  });

  it("switches a new schedule on, and leaves one that is off as it is", () => {
    const unscheduled = jobOf(draftOf({ schedule: { ...firstDraft.schedule, kind: "none" } }), []);
    expect(writeEdit(unscheduled, unscheduled, firstDraft).job.ScheduleEnabled).toBe(true);
    expect(writeEdit(job, job, draft).job).not.toHaveProperty("ScheduleEnabled");
  });
});
