import {
  EmptyState,
  EmptyStateBody,
  Label,
  PageSection,
  Pagination,
  SearchInput,
  Skeleton,
  Spinner,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from "@patternfly/react-core";
import { CheckCircleIcon, SearchIcon, ExclamationTriangleIcon, VirtualMachineIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link } from "react-router";
import { Failure } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { useListState } from "../../components/useListState";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { useMachines, useNewestPoint, type Machine } from "./machines";

const pageSize = 20;

function MachineRow({ machine }: { machine: Machine }) {
  const newest = useNewestPoint(machine.reference);
  return (
    <Tr>
      <Td dataLabel={text.common.name} modifier="breakWord">
        <Link to={`/machines/${encodeURIComponent(machine.reference)}`}>{machine.name}</Link>
      </Td>
      <Td dataLabel={text.machines.host}>{machine.host}</Td>
      <Td dataLabel={text.machines.protection}>
        {newest.data === undefined ? (
          <Skeleton />
        ) : newest.data ? (
          <Label color="green" icon={<CheckCircleIcon />} variant="outline">
            {text.machines.isProtected}
          </Label>
        ) : (
          <Label color="orange" icon={<ExclamationTriangleIcon />} variant="outline">
            {text.machines.isNot}
          </Label>
        )}
      </Td>
      <Td dataLabel={text.machines.newest}>{newest.data && <Time at={newest.data.CreationTimeUTC} />}</Td>
    </Tr>
  );
}

export default function MachinesPage() {
  const { machines, isComplete, error, refetch } = useMachines();
  const state = useListState(["search"], "Name");
  const words = (state.values.search ?? "").toLowerCase();
  const found = machines.filter((machine) => machine.name.toLowerCase().includes(words));
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const page = Math.min(state.page, pages);
  return (
    <>
      <PageHead title={text.machines.title} />
      <PageSection hasBodyWrapper={false}>
        {error !== undefined && error !== null && <Failure error={error} onRetry={refetch} />}
        {!isComplete && machines.length === 0 && <Spinner aria-label={text.common.loading} />}
        {isComplete && machines.length === 0 && !error && (
          <EmptyState titleText={text.machines.emptyTitle} headingLevel="h2" icon={VirtualMachineIcon}>
            <EmptyStateBody>{text.machines.emptyText}</EmptyStateBody>
          </EmptyState>
        )}
        {machines.length > 0 && (
          <>
            <Toolbar>
              <ToolbarContent>
                <ToolbarItem>
                  <SearchInput
                    aria-label={text.common.search(text.machines.title.toLowerCase())}
                    placeholder={text.common.search(text.machines.title.toLowerCase())}
                    value={state.values.search}
                    onChange={(_, value) => state.set("search", value)}
                    onClear={() => state.set("search", "")}
                  />
                </ToolbarItem>
                {pages > 1 && (
                  <ToolbarItem align={{ default: "alignEnd" }}>
                    <Pagination
                      isCompact
                      itemCount={found.length}
                      perPage={pageSize}
                      perPageOptions={[]}
                      page={page}
                      onSetPage={(_, next) => state.setPage(next)}
                    />
                  </ToolbarItem>
                )}
              </ToolbarContent>
            </Toolbar>
            <Table aria-label={text.machines.title} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th width={35}>{text.common.name}</Th>
                  <Th>{text.machines.host}</Th>
                  <Th>{text.machines.protection}</Th>
                  <Th>{text.machines.newest}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {found.slice((page - 1) * pageSize, page * pageSize).map((machine) => (
                  <MachineRow key={machine.reference} machine={machine} />
                ))}
              </Tbody>
            </Table>
            {found.length === 0 && (
              <EmptyState titleText={text.common.nothingFound} headingLevel="h2" icon={SearchIcon}>
                <EmptyStateBody>{text.common.nothingFoundHelp}</EmptyStateBody>
              </EmptyState>
            )}
          </>
        )}
      </PageSection>
    </>
  );
}
