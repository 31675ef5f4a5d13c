// A list that the server gives as a whole: searched, sorted and paged here, with its place in the URL.
import {
  Button,
  EmptyState,
  EmptyStateBody,
  EmptyStateFooter,
  Pagination,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { ActionsColumn, Table, Tbody, Td, Th, Thead, Tr, type IAction } from "@patternfly/react-table";
import type { ReactNode } from "react";
import { text } from "../messages";
import { Empty, type EmptyProps } from "./Empty";
import { Search } from "./EntityTable";
import { pageOf, type Sortable } from "./listPage";
import { useListState } from "./useListState";

export interface ListColumn<T> {
  // In the URL, where the list is sorted by it.
  name: string;
  title: string;
  // What it is sorted by; a column without one is not sorted.
  value?(item: T): Sortable;
  cell(item: T): ReactNode;
  width?: 10 | 15 | 20 | 25 | 30 | 35 | 40 | 45 | 50;
}

interface ListTableProps<T> {
  items: T[];
  label: string;
  columns: ListColumn<T>[];
  keyOf(item: T): string;
  // What the search box looks in.
  words(item: T): string;
  firstOrder: string;
  actions(item: T): IAction[];
  empty: EmptyProps;
}

const pageSize = 20;

export function ListTable<T>({ items, label, columns, keyOf, words, firstOrder, actions, empty }: ListTableProps<T>) {
  const state = useListState(["search"], firstOrder);
  if (items.length === 0)
    return <Empty {...empty} />;
  const sorted = columns.find((column) => column.name === state.sort.field);
  const page = pageOf(items, {
    search: state.values.search ?? "",
    words,
    value: sorted?.value,
    descending: state.sort.descending,
    page: state.page,
    pageSize,
  });
  const sortOf = (column: ListColumn<T>, index: number) =>
    column.value && {
      sortBy: { index: sorted ? columns.indexOf(sorted) : undefined, direction: state.sort.descending ? ("desc" as const) : ("asc" as const) },
      onSort: (_: unknown, __: number, direction: "asc" | "desc") => state.setSort(column.name, direction === "desc"),
      columnIndex: index,
    };
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <Search
              label={text.common.searchHere}
              value={state.values.search ?? ""}
              onChange={(value) => state.set("search", value)}
            />
          </ToolbarItem>
          {page.count > pageSize && (
            <ToolbarItem align={{ default: "alignEnd" }}>
              <Pagination
                isCompact
                itemCount={page.count}
                perPage={pageSize}
                perPageOptions={[]}
                page={page.page}
                onSetPage={(_, next) => state.setPage(next)}
              />
            </ToolbarItem>
          )}
        </ToolbarContent>
      </Toolbar>
      <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            {columns.map((column, index) => (
              <Th key={column.name} sort={sortOf(column, index)} width={column.width} modifier="nowrap">
                {column.title}
              </Th>
            ))}
            <Th screenReaderText={text.common.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((item) => (
            <Tr key={keyOf(item)}>
              {columns.map((column) => (
                <Td key={column.name} dataLabel={column.title} modifier="breakWord">
                  {column.cell(item)}
                </Td>
              ))}
              <Td isActionCell>
                <ActionsColumn items={actions(item)} popperProps={{ position: "right" }} />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {page.count === 0 && (
        <EmptyState titleText={text.common.nothingFound} headingLevel="h2" icon={SearchIcon}>
          <EmptyStateBody>{text.common.nothingFoundHelp}</EmptyStateBody>
          <EmptyStateFooter>
            <Button variant="link" onClick={state.clear}>
              {text.common.clearFilters}
            </Button>
          </EmptyStateFooter>
        </EmptyState>
      )}
    </>
  );
}
