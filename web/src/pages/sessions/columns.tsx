// How sessions of jobs are listed, wherever that is.
import { Link } from "react-router";
import { idOf, type BackupJobSession } from "../../api/types";
import type { Column } from "../../components/EntityTable";
import { Duration, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";

export const sessionColumns: Column<BackupJobSession>[] = [
  {
    title: text.sessions.job,
    sort: "JobName",
    width: 30,
    cell: (session) => <Link to={`/sessions/${idOf(session)}`}>{session.JobName}</Link>,
  },
  { title: text.sessions.result, sort: "Result", width: 25, cell: (session) => <SessionProgress of={session} name={session.Name ?? ""} /> },
  { title: text.sessions.began, sort: "CreationTime", cell: (session) => <Time at={session.CreationTimeUTC} /> },
  { title: text.sessions.duration, cell: (session) => <Duration from={session.CreationTimeUTC} to={session.EndTimeUTC} /> },
];

export const resultChoice = {
  name: "result",
  label: text.sessions.result,
  options: (["Success", "Warning", "Failed", "None"] as const).map((value) => ({ value, label: text.result[value] })),
  where: (value: string) => `Result==${value}`,
};
