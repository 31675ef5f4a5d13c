// What the server did by itself or was asked to do, besides the runs of jobs: checks, prunes, retention, indexing, scopes.
import { FormSelect, FormSelectOption, PageSection, Pagination, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { CogIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { get } from "../../api/client";
import { idOf, type Schemas } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { useListState } from "../../components/useListState";
import { Duration, Time } from "../../components/values";
import { text } from "../../messages";
import { SystemState, type SystemSession } from "./states";

const pageSize = 50;
const states = ["InProgress", "CompletedSuccessfully", "CompletedWarning", "Failed"] as const;

function Rows({ sessions }: { sessions: SystemSession[] }) {
  return (
    <Table aria-label={text.system.title} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th width={40}>{text.common.name}</Th>
          <Th>{text.sessions.state}</Th>
          <Th>{text.sessions.began}</Th>
          <Th>{text.sessions.duration}</Th>
          <Th width={30}>{text.sessions.reason}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {sessions.map((session) => (
          <Tr key={session.UID}>
            <Td dataLabel={text.common.name} modifier="breakWord">
              <Link to={`/system/${idOf(session)}`}>{session.Name}</Link>
            </Td>
            <Td dataLabel={text.sessions.state}>
              <SystemState of={session} />
            </Td>
            <Td dataLabel={text.sessions.began}>
              <Time at={session.CreationTimeUTC} />
            </Td>
            <Td dataLabel={text.sessions.duration}>
              <Duration from={session.CreationTimeUTC} to={session.EndTimeUTC} />
            </Td>
            <Td dataLabel={text.sessions.reason} modifier="breakWord">
              {session.State !== "CompletedSuccessfully" && session.Result?.Message}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

export default function SystemPage() {
  const state = useListState(["state"], "-CreationTime");
  const wanted = state.values.state ?? "";
  const sessions = useQuery({
    queryKey: ["SystemSession", wanted, state.page],
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ format: "Entity", sortDesc: "CreationTimeUTC", pageSize: String(pageSize), page: String(state.page) });
      if (wanted) query.set("filter", `State==${wanted}`);
      return get<Schemas["SystemSessions"]>(`/systemSessions?${query}`, signal);
    },
  });
  const count = sessions.data?.Sessions.length ?? 0;
  return (
    <>
      <PageHead title={text.system.title}>{text.system.help}</PageHead>
      <PageSection hasBodyWrapper={false}>
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <FormSelect aria-label={text.sessions.state} value={wanted} onChange={(_, value) => state.set("state", value)}>
                <FormSelectOption value="" label={`${text.sessions.state}: ${text.common.all}`} />
                {states.map((one) => (
                  <FormSelectOption key={one} value={one} label={text.system.states[one]} />
                ))}
              </FormSelect>
            </ToolbarItem>
            <ToolbarItem align={{ default: "alignEnd" }}>
              <Pagination
                isCompact
                toggleTemplate={({ firstIndex, lastIndex }) => (
                  <>
                    {firstIndex}–{lastIndex}
                  </>
                )}
                itemCount={count === pageSize ? undefined : (state.page - 1) * pageSize + count}
                perPage={pageSize}
                perPageOptions={[]}
                page={state.page}
                onSetPage={(_, page) => state.setPage(page)}
              />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        <Loaded of={sessions}>
          {({ Sessions }) =>
            Sessions.length > 0 ? (
              <Rows sessions={Sessions} />
            ) : (
              <Empty title={text.common.nothingFound} body={text.system.emptyText} icon={CogIcon} />
            )
          }
        </Loaded>
      </PageSection>
    </>
  );
}
