import { Button, PageSection } from "@patternfly/react-core";
import { CubesIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { queryEntities } from "../../api/query";
import { useRoles } from "../../api/session";
import { idOf, type Job } from "../../api/types";
import { EntityTable } from "../../components/EntityTable";
import { PageHead } from "../../components/PageHead";
import { Disabled, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";
import { useJobActions } from "./jobActions";

function LastSession({ job }: { job: Job }) {
  const last = useQuery({
    queryKey: ["BackupJobSession", "last", job.UID],
    queryFn: ({ signal }) =>
      queryEntities(
        "BackupJobSession",
        { where: [`JobUid==${idOf(job)}`], sort: { field: "CreationTime", descending: true }, pageSize: 1 },
        signal,
      ),
  });
  const session = last.data?.items[0];
  return session ? <Link to={`/sessions/${idOf(session)}`}><SessionProgress of={session} name={session.Name ?? ""} /></Link> : null;
}

function NextRun({ job }: { job: Job }) {
  if (!job.ScheduleConfigured) return <>{text.jobs.notScheduled}</>;
  if (!job.ScheduleEnabled) return <Disabled />;
  return <Time at={job.NextRun} />;
}

export default function JobsPage() {
  const { isAdministrator } = useRoles();
  const { actionsOf, dialogs } = useJobActions();
  const create = isAdministrator && (
    <Button component={(props) => <Link {...props} to="/jobs/new" />}>{text.jobs.create}</Button>
  );
  return (
    <>
      <PageHead title={text.jobs.title} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <EntityTable
          type="Job"
          label={text.jobs.title}
          searchField="Name"
          firstOrder="Name"
          columns={[
            {
              title: text.common.name,
              sort: "Name",
              width: 30,
              cell: (job) => <Link to={`/jobs/${idOf(job)}`}>{job.Name}</Link>,
            },
            { title: text.jobs.lastResult, cell: (job) => <LastSession job={job} /> },
            { title: text.jobs.nextRun, sort: "NextRun", cell: (job) => <NextRun job={job} /> },
            { title: text.common.description, cell: (job) => job.Description },
          ]}
          actions={isAdministrator ? actionsOf : undefined}
          empty={{ title: text.jobs.emptyTitle, body: text.jobs.emptyText, icon: CubesIcon, action: create }}
        />
      </PageSection>
      {dialogs}
    </>
  );
}
