// Who changed what.
import { Label, PageSection, Pagination, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Schemas } from "../../api/types";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { useListState } from "../../components/useListState";
import { Time } from "../../components/values";
import { text } from "../../messages";

const pageSize = 50;

export default function AuditPage() {
  const state = useListState([], "-TimeUTC");
  const events = useQuery({
    queryKey: ["AuditEvent", state.page],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get<Schemas["AuditEvents"]>(`/audit?pageSize=${pageSize}&page=${state.page}`, signal),
  });
  const count = events.data?.AuditEvents.length ?? 0;
  return (
    <>
      <PageHead title={text.audit.title}>{text.audit.help}</PageHead>
      <PageSection hasBodyWrapper={false}>
        <Toolbar>
          <ToolbarContent>
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
        <Loaded of={events}>
          {({ AuditEvents }) => (
            <Table aria-label={text.audit.title} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th>{text.audit.time}</Th>
                  <Th>{text.audit.account}</Th>
                  <Th>{text.audit.address}</Th>
                  <Th width={45}>{text.audit.operation}</Th>
                  <Th>{text.audit.answer}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {AuditEvents.map((event, index) => (
                  <Tr key={`${event.TimeUTC} ${index}`}>
                    <Td dataLabel={text.audit.time}>
                      <Time at={event.TimeUTC} />
                    </Td>
                    <Td dataLabel={text.audit.account}>{event.Account}</Td>
                    <Td dataLabel={text.audit.address}>{event.Address}</Td>
                    <Td dataLabel={text.audit.operation} modifier="breakWord">
                      {event.Operation}
                    </Td>
                    <Td dataLabel={text.audit.answer}>
                      <Label color={event.StatusCode < 400 ? "green" : "red"} variant="outline">
                        {event.StatusCode}
                      </Label>
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )}
        </Loaded>
      </PageSection>
    </>
  );
}
