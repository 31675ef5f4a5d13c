import { Card, CardBody, CardTitle, Flex, FlexItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { queryEntities, quoted } from "../../api/query";
import { useRoles } from "../../api/session";
import type { BackupJobSession } from "../../api/types";
import { Loaded } from "../../components/Failure";
import { formatDuration, formatExact } from "../../components/format";
import { text } from "../../messages";
import { daysOf, rowsOf, weekUntil, type JobRow, type Run } from "./week";

// What a screen shows of a week; how many there are in all is told.
const mostSessions = 500;
const mostRows = 25;

const dayName = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric" });

type Kind = "running" | "success" | "warning" | "failed" | "none";

function kindOf(session: BackupJobSession): Kind {
  return session.State === "Stopped" ? (session.Result.toLowerCase() as Kind) : "running";
}

function describeRun({ session }: Run): string {
  const result = session.State === "Stopped" ? text.result[session.Result] : text.state[session.State];
  const end = session.EndTimeUTC ? new Date(session.EndTimeUTC).getTime() : Date.now();
  return `${session.JobName}: ${result}, ${formatExact(session.CreationTimeUTC)}, ${formatDuration((end - new Date(session.CreationTimeUTC).getTime()) / 1000)}`;
}

function countsOf(runs: Run[]): string {
  const counts = new Map<Kind, number>();
  for (const run of runs) counts.set(kindOf(run.session), (counts.get(kindOf(run.session)) ?? 0) + 1);
  return (["running", "success", "warning", "failed", "none"] as const)
    .filter((kind) => counts.has(kind))
    .map((kind) => text.timeline.count[kind](counts.get(kind) ?? 0))
    .join(", ");
}

function Row({ row, days }: { row: JobRow; days: Date[] }) {
  const { isAdministrator } = useRoles();
  return (
    <li className="holdfast-timeline-row">
      <div className="holdfast-timeline-name">
        {isAdministrator ? <Link to={`/jobs/${row.uid.split(":").pop()}`}>{row.name}</Link> : row.name}
        <small>{countsOf(row.runs)}</small>
      </div>
      {/* The same to the eye; the name leads to all runs of the job. */}
      <div className="holdfast-timeline-track" aria-hidden="true">
        {days.map((day) => (
          <span key={day.getTime()} className="holdfast-timeline-day" />
        ))}
        {row.runs.map((run) => (
          <Link
            key={run.id}
            to={`/sessions/${run.id}`}
            tabIndex={-1}
            title={describeRun(run)}
            className={`holdfast-run holdfast-run-${kindOf(run.session)}`}
            style={{ insetInlineStart: `${run.begin}%`, inlineSize: `${run.length}%` }}
          />
        ))}
      </div>
    </li>
  );
}

function Legend() {
  return (
    <Flex gap={{ default: "gapMd" }} aria-hidden="true">
      {(["success", "warning", "failed", "running"] as const).map((kind) => (
        <FlexItem key={kind} className="holdfast-legend">
          <span className={`holdfast-run holdfast-run-${kind}`} /> {text.timeline.legend[kind]}
        </FlexItem>
      ))}
    </Flex>
  );
}

// Every run of every job in the last seven days.
export function WeekTimeline() {
  const sessions = useQuery({
    // Large: read again when a session has ended, not at each step of one.
    queryKey: ["week"],
    queryFn: async ({ signal }) => {
      const week = weekUntil(Date.now());
      const page = await queryEntities(
        "BackupJobSession",
        {
          where: [`CreationTime>=${quoted(new Date(week.from).toISOString())}`],
          sort: { field: "CreationTime", descending: true },
          pageSize: mostSessions,
        },
        signal,
      );
      return { week, ...page };
    },
  });
  return (
    <Card component="section" isFullHeight>
      <CardTitle component="h2">{text.timeline.title}</CardTitle>
      <CardBody>
        <Loaded of={sessions}>
          {({ items, pages, week }) => {
            const rows = rowsOf(items, week, Date.now());
            const days = daysOf(week);
            if (rows.length === 0) return text.timeline.empty;
            return (
              <>
                <ul className="holdfast-timeline">
                  <li className="holdfast-timeline-row" aria-hidden="true">
                    <div className="holdfast-timeline-name" />
                    <div className="holdfast-timeline-track holdfast-timeline-head">
                      {days.map((day) => (
                        <span key={day.getTime()}>{dayName.format(day)}</span>
                      ))}
                    </div>
                  </li>
                  {rows.slice(0, mostRows).map((row) => (
                    <Row key={row.uid} row={row} days={days} />
                  ))}
                </ul>
                <Legend />
                {(pages > 1 || rows.length > mostRows) && <Link to="/sessions">{text.timeline.more}</Link>}
              </>
            );
          }}
        </Loaded>
      </CardBody>
    </Card>
  );
}
