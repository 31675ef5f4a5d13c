import { Alert, Button, Flex, Label, PageSection, Title } from "@patternfly/react-core";
import { CubesIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { get } from "../../api/client";
import { useRoles } from "../../api/session";
import { idOf, type InstantRecovery, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { EntityTable } from "../../components/EntityTable";
import { PageHead } from "../../components/PageHead";
import { Duration, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";
import { resultChoice } from "../sessions/columns";

function InstantRecoveries() {
  const { follow } = useNotices();
  const [discarded, setDiscarded] = useState<InstantRecovery>();
  const running = useQuery({
    queryKey: ["InstantRecovery", "all"],
    queryFn: async ({ signal }) =>
      (await get<Schemas["InstantRecoveries"]>("/instantRecoveries?format=Entity", signal)).InstantRecoveries,
  });
  if (!running.data?.length) return null;
  const affected = ["InstantRecovery", "RestoreSession", "lookup"];
  return (
    <PageSection hasBodyWrapper={false}>
      <Title headingLevel="h2">{text.restores.instantTitle}</Title>
      <Table aria-label={text.restores.instantTitle} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>{text.sessions.machine}</Th>
            <Th>{text.sessions.state}</Th>
            <Th>{text.sessions.began}</Th>
            <Th screenReaderText={text.common.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {running.data.map((one) => (
            <Tr key={one.UID}>
              <Td dataLabel={text.sessions.machine}>
                {one.VmDisplayName}
                {one.Reason && <Alert isInline isPlain variant="warning" title={one.Reason} />}
              </Td>
              <Td dataLabel={text.sessions.state}>
                <Label color="blue" variant="outline">
                  {text.restores.instantState[one.State]}
                  {one.State === "Migrating" ? ` ${one.Progress} %` : ""}
                </Label>
              </Td>
              <Td dataLabel={text.sessions.began}>
                <Time at={one.CreationTimeUTC} />
              </Td>
              <Td isActionCell>
                <Flex gap={{ default: "gapSm" }}>
                  <Button
                    variant="secondary"
                    size="sm"
                    isDisabled={one.State !== "Published"}
                    onClick={() =>
                      void follow(
                        text.restores.done.migrate(one.VmDisplayName),
                        "POST",
                        `/instantRecoveries/${idOf(one)}?action=migrate`,
                        affected,
                      )
                    }
                  >
                    {text.restores.migrate}
                  </Button>
                  <Button
                    variant="secondary"
                    size="sm"
                    isDanger
                    isDisabled={one.State !== "Published"}
                    onClick={() => setDiscarded(one)}
                  >
                    {text.restores.discard}
                  </Button>
                </Flex>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {discarded && (
        <ConfirmDialog
          title={text.restores.discardTitle}
          body={text.restores.discardText(discarded.VmDisplayName)}
          action={text.restores.discard}
          onClose={() => setDiscarded(undefined)}
          onConfirm={() =>
            void follow(
              text.restores.done.discard(discarded.VmDisplayName),
              "DELETE",
              `/instantRecoveries/${idOf(discarded)}`,
              affected,
            )
          }
        />
      )}
    </PageSection>
  );
}

export default function RestoresPage() {
  const { mayRestoreMachines } = useRoles();
  return (
    <>
      <PageHead title={text.restores.title} />
      {mayRestoreMachines && <InstantRecoveries />}
      <PageSection hasBodyWrapper={false}>
        <EntityTable
          type="RestoreSession"
          label={text.restores.title}
          searchField="VmDisplayName"
          choices={[resultChoice]}
          firstOrder="-CreationTime"
          columns={[
            {
              title: text.sessions.machine,
              sort: "VmDisplayName",
              width: 30,
              cell: (session) => <Link to={`/restores/${idOf(session)}`}>{session.VmDisplayName}</Link>,
            },
            { title: text.sessions.result, sort: "Result", cell: (session) => <SessionProgress of={session} name={session.Name ?? ""} /> },
            { title: text.sessions.began, sort: "CreationTime", cell: (session) => <Time at={session.CreationTimeUTC} /> },
            { title: text.sessions.duration, cell: (session) => <Duration from={session.CreationTimeUTC} to={session.EndTimeUTC} /> },
          ]}
          empty={{ title: text.restores.emptyTitle, body: text.restores.emptyText, icon: CubesIcon }}
        />
      </PageSection>
    </>
  );
}
