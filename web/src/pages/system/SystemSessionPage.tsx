// One piece of the server's own work, with all that it told.
import { Card, CardBody, CardTitle, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { get } from "../../api/client";
import { useEntity } from "../../api/query";
import { idOf, type Schemas } from "../../api/types";
import { FactCard } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { Duration, Time } from "../../components/values";
import { text } from "../../messages";
import { SystemState, type SystemSession } from "./states";

function Events({ session }: { session: SystemSession }) {
  const events = useQuery({
    queryKey: ["SystemSession", "events", session.UID, session.State],
    refetchInterval: session.State === "InProgress" ? 2000 : 60_000,
    queryFn: async ({ signal }) => (await get<Schemas["SystemSessionEvents"]>(`/systemSessions/${idOf(session)}/events`, signal)).Events,
  });
  return (
    <Card component="section">
      <CardTitle component="h2">{text.system.events}</CardTitle>
      <CardBody>
        <Loaded of={events}>
          {(told) => (
            <Table aria-label={text.system.events} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th width={20}>{text.audit.time}</Th>
                  <Th>{text.system.message}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {told.map((event, index) => (
                  <Tr key={`${index} ${event.CreationTimeUTC}`}>
                    <Td dataLabel={text.audit.time}>
                      <Time at={event.CreationTimeUTC} />
                    </Td>
                    <Td dataLabel={text.system.message} modifier="breakWord">
                      {event.Message}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )}
        </Loaded>
      </CardBody>
    </Card>
  );
}

export default function SystemSessionPage() {
  const { id = "" } = useParams();
  const session = useEntity<SystemSession>("SystemSession", "/systemSessions", id);
  return (
    <Loaded of={session}>
      {(shown) => (
        <>
          <PageHead title={shown.Name ?? ""} above={[{ title: text.system.title, to: "/system" }]} />
          <PageSection hasBodyWrapper={false}>
            <Stack hasGutter>
              <StackItem>
                <FactCard
                  rows={[
                    [text.sessions.state, <SystemState key="state" of={shown} />],
                    [text.sessions.began, <Time key="began" at={shown.CreationTimeUTC} />],
                    [text.sessions.duration, <Duration key="duration" from={shown.CreationTimeUTC} to={shown.EndTimeUTC} />],
                    ...(shown.Result?.Message ? [[text.sessions.reason, shown.Result.Message] as [string, string]] : []),
                  ]}
                />
              </StackItem>
              <StackItem>
                <Events session={shown} />
              </StackItem>
            </Stack>
          </PageSection>
        </>
      )}
    </Loaded>
  );
}
