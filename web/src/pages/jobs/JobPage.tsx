import {
  Button,
  Card,
  CardBody,
  Dropdown,
  DropdownItem,
  DropdownList,
  Flex,
  List,
  ListItem,
  MenuToggle,
  PageSection,
  Title,
} from "@patternfly/react-core";
import { CubesIcon, EllipsisVIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useEntity } from "../../api/query";
import { useRoles } from "../../api/session";
import { hasLink, idOf, type Job, type Repository } from "../../api/types";
import { EntityTable } from "../../components/EntityTable";
import { Facts, type Fact } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { Disabled, Time } from "../../components/values";
import { text } from "../../messages";
import { sessionColumns } from "../sessions/columns";
import { readRetention } from "./draft";
import { readJob, useJobActions } from "./jobActions";
import { describeRetention } from "./wizard/ReviewStep";

function Retention({ job }: { job: Job }) {
  const info = job.JobInfo?.BackupJobInfo;
  return info ? describeRetention(readRetention(info)) : text.common.unknown;
}

function RepositoryName({ id }: { id: string }) {
  return useEntity<Repository>("Repository", "/repositories", id).data?.Name ?? "";
}

function Overview({ job, repository }: { job: Job; repository: string }) {
  const objects = job.JobInfo?.BackupJobInfo?.Includes?.ObjectInJobs ?? [];
  const rows: Fact[] = [
    [
      text.jobs.objects,
      <List isPlain key="objects">
        {objects.map((object) => (
          <ListItem key={object.ObjectInJobId}>
            {object.HierarchyObjRef?.includes(":Vm:") ? (
              <Link to={`/machines/${encodeURIComponent(object.HierarchyObjRef)}`}>{object.Name}</Link>
            ) : (
              object.Name
            )}
          </ListItem>
        ))}
      </List>,
    ],
    [text.jobs.repository, repository && <RepositoryName key="repository" id={repository} />],
    [text.jobs.retention, <Retention key="retention" job={job} />],
    [
      text.jobs.nextRun,
      !job.ScheduleConfigured ? text.jobs.notScheduled : job.ScheduleEnabled ? <Time at={job.NextRun} /> : <Disabled />,
    ],
    [text.common.description, job.Description || text.common.none],
  ];
  return (
    <Card>
      <CardBody>
        <Facts rows={rows} columnModifier={{ default: "1Col", lg: "2Col" }} />
      </CardBody>
    </Card>
  );
}

function Actions({ job, actionsOf }: { job: Job; actionsOf: ReturnType<typeof useJobActions>["actionsOf"] }) {
  const [isOpen, setOpen] = useState(false);
  const actions = actionsOf(job);
  const start = actions.find((action) => action.title === text.jobs.start);
  if (actions.length === 0) return null;
  return (
    <Flex gap={{ default: "gapSm" }}>
      {start && <Button onClick={() => start.onClick?.({} as never, 0, {}, {} as never)}>{text.jobs.start}</Button>}
      <Dropdown
        isOpen={isOpen}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: "right" }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            aria-label={text.common.actions}
            isExpanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            icon={<EllipsisVIcon />}
          />
        )}
      >
        <DropdownList>
          {actions
            .filter((action) => action !== start && !action.isSeparator)
            .map((action) => (
              <DropdownItem
                key={String(action.title)}
                isDanger={action.isDanger}
                onClick={() => action.onClick?.({} as never, 0, {}, {} as never)}
              >
                {action.title}
              </DropdownItem>
            ))}
        </DropdownList>
      </Dropdown>
    </Flex>
  );
}

export default function JobPage() {
  const { id = "" } = useParams();
  const job = useQuery({ queryKey: ["Job", "entity", id], queryFn: ({ signal }) => readJob(id, signal) });
  const { isAdministrator } = useRoles();
  const { actionsOf, dialogs } = useJobActions();
  return (
    <Loaded of={job}>
      {({ job: shown, repository }) => (
        <>
          <PageHead
            title={shown.Name ?? ""}
            above={[{ title: text.jobs.title, to: "/jobs" }]}
            actions={isAdministrator && hasLink(shown, "Start") && <Actions job={shown} actionsOf={actionsOf} />}
          />
          <PageSection hasBodyWrapper={false}>
            <Overview job={shown} repository={repository} />
          </PageSection>
          <PageSection hasBodyWrapper={false}>
            <Title headingLevel="h2">{text.jobs.sessions}</Title>
            <EntityTable
              type="BackupJobSession"
              label={text.jobs.sessions}
              where={[`JobUid==${idOf(shown)}`]}
              firstOrder="-CreationTime"
              columns={sessionColumns}
              empty={{ title: text.sessions.emptyTitle, body: text.jobs.noSessions, icon: CubesIcon }}
            />
          </PageSection>
          {dialogs}
        </>
      )}
    </Loaded>
  );
}
