import {
  Alert,
  Label,
  PageSection,
  Title,
} from "@patternfly/react-core";
import { CubesIcon } from "@patternfly/react-icons";
import { Link, useParams } from "react-router";
import { useEntity } from "../../api/query";
import { useRoles } from "../../api/session";
import { idOf, type BackupJobSession, type BackupTaskSession } from "../../api/types";
import { EntityTable, type Column } from "../../components/EntityTable";
import { FactCard, type Fact } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { formatExact, formatSize } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { Duration, Result, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";

const columns: Column<BackupTaskSession>[] = [
  {
    title: text.sessions.machine,
    sort: "VmDisplayName",
    cell: (task) =>
      task.VmUid ? <Link to={`/machines/${encodeURIComponent(task.VmUid)}`}>{task.VmDisplayName}</Link> : task.VmDisplayName,
  },
  {
    title: text.sessions.result,
    sort: "Result",
    cell: (task) =>
      task.State === "Completed" ? (
        <Result of={task.Result} />
      ) : (
        <Label color="blue" variant="outline">
          {text.taskState[task.State]}
        </Label>
      ),
  },
  { title: text.sessions.duration, cell: (task) => <Duration from={task.CreationTimeUTC} to={task.EndTimeUTC} /> },
  { title: text.sessions.size, sort: "TotalSize", cell: (task) => formatSize(task.TotalSize) },
  { title: text.sessions.reason, width: 40, cell: (task) => task.Reason },
];

function Overview({ session }: { session: BackupJobSession }) {
  const { isAdministrator } = useRoles();
  const job = isAdministrator ? <Link to={`/jobs/${session.JobUid.split(":").pop()}`}>{session.JobName}</Link> : session.JobName;
  const rows: Fact[] = [
    [text.sessions.job, job],
    [text.sessions.state, <SessionProgress key="state" of={session} name={session.Name ?? ""} />],
    [text.sessions.began, <Time key="began" at={session.CreationTimeUTC} />],
    [text.sessions.duration, <Duration key="duration" from={session.CreationTimeUTC} to={session.EndTimeUTC} />],
  ];
  return (
    <FactCard rows={rows}>{session.IsRetry && <Label variant="outline">{text.sessions.retried}</Label>}</FactCard>
  );
}

export default function SessionPage() {
  const { id = "" } = useParams();
  const session = useEntity<BackupJobSession>("BackupJobSession", "/backupSessions", id);
  return (
    <Loaded of={session}>
      {(shown) => (
        <>
          <PageHead
            title={`${shown.JobName}, ${formatExact(shown.CreationTimeUTC)}`}
            above={[{ title: text.sessions.title, to: "/sessions" }]}
          />
          <PageSection hasBodyWrapper={false}>
            {shown.FailureMessage && (
              <Alert isInline variant={shown.Result === "Warning" ? "warning" : "danger"} title={text.sessions.failedBecause}>
                {shown.FailureMessage}
              </Alert>
            )}
            <Overview session={shown} />
          </PageSection>
          <PageSection hasBodyWrapper={false}>
            <Title headingLevel="h2">{text.sessions.taskSessions}</Title>
            <EntityTable
              type="BackupTaskSession"
              label={text.sessions.taskSessions}
              where={[`JobSessionUid==${idOf(shown)}`]}
              firstOrder="VmDisplayName"
              columns={columns}
              empty={{ title: text.common.none, body: text.sessions.notRead, icon: CubesIcon }}
            />
          </PageSection>
        </>
      )}
    </Loaded>
  );
}
