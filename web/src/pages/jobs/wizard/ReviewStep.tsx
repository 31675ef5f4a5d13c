import type { ReactNode } from "react";
import { Facts, type Fact } from "../../../components/Facts";
import { FormFailure } from "../../../components/Failure";
import { countHours } from "../../../components/weekHours";
import { text } from "../../../messages";
import type { Draft, Retention } from "../draft";
import type { ScheduleChoice } from "../schedule";
import { useRepositories } from "./RepositoryStep";

function describeSchedule(schedule: ScheduleChoice): string {
  switch (schedule.kind) {
    case "kept":
      return text.wizard.scheduleKept;
    case "none":
      return text.wizard.scheduleNone;
    case "daily":
      return `${schedule.time} · ${schedule.days.map((day) => text.days[day]).join(", ")}`;
    case "periodic":
      return text.wizard.periodic(schedule.every, schedule.unit, countHours(schedule.hours));
  }
}

export function describeRetention({ kind, points, days, weekly, monthly, yearly }: Retention): string {
  return [
    kind === "Days" ? text.jobs.retainDays(days) : text.jobs.retainPoints(points),
    ...(weekly.isOn ? [text.jobs.weekly(weekly.count)] : []),
    ...(monthly.isOn ? [text.jobs.monthly(monthly.count)] : []),
    ...(yearly.isOn ? [text.jobs.yearly(yearly.count)] : []),
  ].join(", ");
}

export function ReviewStep({ draft, error, children }: { draft: Draft; error: unknown; children?: ReactNode }) {
  const repositories = useRepositories();
  const rows: Fact[] = [
    [text.common.name, draft.name],
    [text.wizard.machines, [...draft.machines.values()].map((machine) => machine.name).join(", ")],
    [text.wizard.repository, repositories.data?.items.find((item) => item.UID === draft.repository)?.Name ?? ""],
    [text.wizard.schedule, describeSchedule(draft.schedule)],
    ...(draft.schedule.hasWindow
      ? [[text.wizard.window, text.week.count(countHours(draft.schedule.window))] as Fact]
      : []),
    [text.wizard.retention, describeRetention(draft.retention)],
    [text.wizard.guest, text.wizard.freezing[draft.freezing]],
    [text.wizard.compression, text.wizard.compressions[draft.compression - 1] ?? ""],
  ];
  return (
    <>
      <FormFailure error={error} />
      <Facts rows={rows} isHorizontal />
      {children}
    </>
  );
}
