import {
  Button,
  Card,
  CardBody,
  CardTitle,
  Content,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Grid,
  GridItem,
  List,
  ListItem,
  PageSection,
  ProgressStep,
  ProgressStepper,
  Stack,
  StackItem,
} from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { get } from "../../api/client";
import { useEntities } from "../../api/query";
import { useRoles } from "../../api/session";
import { idOf, type Schemas } from "../../api/types";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { Result, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";
import { useMachines } from "../machines/machines";
import { RepositorySpace } from "../repositories/RepositoriesPage";
import { PointsByAge } from "./PointsByAge";
import { WeekTimeline } from "./WeekTimeline";

function useReport<T>(name: string) {
  return useQuery({ queryKey: ["report", name], queryFn: ({ signal }) => get<T>(`/reports/summary/${name}`, signal) });
}

function Tile({ title, children }: { title: string; children: ReactNode }) {
  return (
    <GridItem md={6} xl={4}>
      <Card isFullHeight component="section">
        <CardTitle component="h2">{title}</CardTitle>
        <CardBody>{children}</CardBody>
      </Card>
    </GridItem>
  );
}

function Machines() {
  const report = useReport<Schemas["VmsOverviewReportFrame"]>("vms_overview");
  const { machines, isComplete } = useMachines();
  return (
    <Tile title={text.dashboard.protection}>
      <Loaded of={report}>
        {(told) => (
          <DescriptionList isCompact>
            <DescriptionListGroup>
              <DescriptionListTerm>{text.dashboard.protected}</DescriptionListTerm>
              <DescriptionListDescription>
                <Content component="h3">
                  {told.ProtectedVms}
                  {isComplete && ` / ${Math.max(machines.length, told.ProtectedVms)}`}
                </Content>
                {text.dashboard.points(told.RestorePoints)}
              </DescriptionListDescription>
            </DescriptionListGroup>
          </DescriptionList>
        )}
      </Loaded>
      <Link to="/machines">{text.common.showAll}</Link>
    </Tile>
  );
}

function LatestResults() {
  const report = useReport<Schemas["OverviewReportFrame"]>("overview");
  return (
    <Tile title={text.dashboard.latest}>
      <Loaded of={report}>
        {(told) => (
          <List isPlain>
            {(
              [
                ["Success", told.SuccessfulVmLastestStates],
                ["Warning", told.WarningVmLastestStates],
                ["Failed", told.FailedVmLastestStates],
              ] as const
            ).map(([result, count]) => (
              <ListItem key={result}>
                <Result of={result} /> {count}
              </ListItem>
            ))}
          </List>
        )}
      </Loaded>
    </Tile>
  );
}

function Running() {
  const running = useEntities("BackupJobSession", {
    where: ["State!=Stopped"],
    sort: { field: "CreationTime", descending: true },
    pageSize: 5,
  });
  return (
    <Tile title={text.dashboard.running}>
      <Loaded of={running}>
        {({ items }) =>
          items.length === 0 ? (
            text.dashboard.nothingRuns
          ) : (
            <Stack hasGutter>
              {items.map((session) => (
                <StackItem key={session.UID}>
                  <Link to={`/sessions/${idOf(session)}`}>{session.JobName}</Link>
                  <SessionProgress of={session} name={session.JobName} />
                </StackItem>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Tile>
  );
}

function Space() {
  const repositories = useEntities("Repository", { sort: { field: "FreeSpace", descending: false }, pageSize: 5 });
  return (
    <Tile title={text.dashboard.space}>
      <Loaded of={repositories}>
        {({ items }) =>
          items.length === 0 ? (
            text.dashboard.noRepositories
          ) : (
            <Stack hasGutter>
              {items.map((repository) => (
                <StackItem key={repository.UID}>
                  <strong>{repository.Name}</strong>
                  <RepositorySpace repository={repository} />
                </StackItem>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Tile>
  );
}

const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });

function Week() {
  const report = useReport<Schemas["ProcessedVmsReportFrame"]>("processed_vms");
  return (
    <Tile title={text.dashboard.week}>
      <Loaded of={report}>
        {({ Days }) => {
          const days = [...Days].reverse();
          const most = Math.max(1, ...days.map((day) => day.BackupedVms));
          return (
            <ul className="holdfast-bars">
              {days.map((day) => {
                const height = (day.BackupedVms / most) * 100;
                return (
                  <li key={day.Timestamp}>
                    {day.BackupedVms}
                    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                      <rect x="10" width="80" y={100 - height} height={height} />
                    </svg>
                    {weekday.format(new Date(day.Timestamp))}
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Loaded>
    </Tile>
  );
}

function NeedALook() {
  const sessions = useEntities("BackupJobSession", {
    where: ["Result>=Warning"],
    sort: { field: "CreationTime", descending: true },
    pageSize: 5,
  });
  return (
    <Tile title={text.dashboard.recentFailures}>
      <Loaded of={sessions}>
        {({ items }) =>
          items.length === 0 ? (
            text.dashboard.noFailures
          ) : (
            <List isPlain isBordered>
              {items.map((session) => (
                <ListItem key={session.UID}>
                  <Result of={session.Result} /> <Link to={`/sessions/${idOf(session)}`}>{session.JobName}</Link>{" "}
                  <Time at={session.CreationTimeUTC} />
                </ListItem>
              ))}
            </List>
          )
        }
      </Loaded>
    </Tile>
  );
}

// From nothing to the first backup, until there is a job.
function FirstRun() {
  const hosts = useEntities("ManagedServer", { pageSize: 1 });
  const repositories = useEntities("Repository", { pageSize: 1 });
  const hasHost = (hosts.data?.items.length ?? 0) > 0;
  const hasRepository = (repositories.data?.items.length ?? 0) > 0;
  if (!hosts.data || !repositories.data) return null;
  const steps = [
    { id: "host", isDone: hasHost, title: hasHost ? text.firstRun.hostDone : text.firstRun.host, help: text.firstRun.hostText, to: "/hosts" },
    {
      id: "repository",
      isDone: hasRepository,
      title: hasRepository ? text.firstRun.repositoryDone : text.firstRun.repository,
      help: text.firstRun.repositoryText,
      to: "/repositories",
    },
    { id: "job", isDone: false, title: text.firstRun.job, help: text.firstRun.jobText, to: "/jobs/new" },
  ];
  const current = steps.findIndex((step) => !step.isDone);
  return (
    <PageSection hasBodyWrapper={false}>
      <Card component="section">
        <CardTitle component="h2">{text.firstRun.title}</CardTitle>
        <CardBody>
          <Stack hasGutter>
            <StackItem>{text.firstRun.text}</StackItem>
            <StackItem>
              <ProgressStepper isVertical>
                {steps.map((step, index) => (
                  <ProgressStep
                    key={step.id}
                    id={step.id}
                    titleId={`${step.id}-title`}
                    variant={step.isDone ? "success" : index === current ? "info" : "pending"}
                    isCurrent={index === current}
                    description={step.help}
                  >
                    {step.title}
                  </ProgressStep>
                ))}
              </ProgressStepper>
            </StackItem>
            <StackItem>
              <Button component={(props) => <Link {...props} to={steps[current]?.to ?? "/jobs/new"} />}>{steps[current]?.title}</Button>
            </StackItem>
          </Stack>
        </CardBody>
      </Card>
    </PageSection>
  );
}

export default function DashboardPage() {
  const { isAdministrator } = useRoles();
  // By reference: an entity has all machines of its job.
  const jobs = useQuery({
    queryKey: ["Job", "any"],
    enabled: isAdministrator,
    queryFn: ({ signal }) => get<Schemas["EntityReferences"]>("/jobs?pageSize=1&page=1", signal),
  });
  const isNew = isAdministrator && jobs.data?.Refs?.length === 0;
  return (
    <>
      <PageHead title={text.dashboard.title} />
      {isNew && <FirstRun />}
      <PageSection hasBodyWrapper={false}>
        <Grid hasGutter>
          <Machines />
          <LatestResults />
          <Running />
          <NeedALook />
          <Week />
          <Space />
        </Grid>
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Grid hasGutter>
          <GridItem xl={8}>
            <WeekTimeline />
          </GridItem>
          <GridItem xl={4}>
            <PointsByAge />
          </GridItem>
        </Grid>
      </PageSection>
    </>
  );
}
