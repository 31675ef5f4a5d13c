// A list of entities out of the query service: searched, filtered, sorted and paged by the server.
import {
  Button,
  EmptyState,
  EmptyStateBody,
  EmptyStateFooter,
  FormSelect,
  FormSelectOption,
  Pagination,
  SearchInput,
  Skeleton,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { ActionsColumn, Table, Tbody, Td, Th, Thead, Tr, type IAction } from "@patternfly/react-table";
import { useEffect, useState, type ReactNode } from "react";
import { contains, useEntities, type Entities, type QueryType } from "../api/query";
import { text } from "../messages";
import { Empty, type EmptyProps } from "./Empty";
import { Failure } from "./Failure";
import { useListState, type ListState } from "./useListState";

export interface Column<T> {
  title: string;
  // The field that the server sorts by; a column without one is not sorted.
  sort?: string;
  cell(item: T): ReactNode;
  width?: 10 | 15 | 20 | 25 | 30 | 35 | 40 | 45 | 50;
}

export interface Choice {
  // In the URL, and as the label.
  name: string;
  label: string;
  options: { value: string; label: string }[];
  where(value: string): string;
}

interface EntityTableProps<T extends QueryType> {
  type: T;
  label: string;
  columns: Column<Entities[T]>[];
  // The field that the search box looks in.
  searchField?: string;
  choices?: Choice[];
  // Always holds.
  where?: string[];
  firstOrder: string;
  actions?(item: Entities[T]): IAction[];
  // Where there is nothing at all.
  empty: EmptyProps;
}

const pageSize = 20;
const typingPause = 300;

// What is typed takes effect when the typing pauses.
export function Search({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), typingPause);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <SearchInput
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(_, next) => setTyped(next)}
      onClear={() => {
        setTyped("");
        onChange("");
      }}
    />
  );
}

function Filters({ state, choices, searchLabel, pages }: { state: ListState; choices: Choice[]; searchLabel?: string; pages: number }) {
  if (!searchLabel && choices.length === 0 && pages <= 1) return null;
  return (
    <Toolbar>
      <ToolbarContent>
        {searchLabel && (
          <ToolbarItem>
            <Search label={searchLabel} value={state.values.search ?? ""} onChange={(value) => state.set("search", value)} />
          </ToolbarItem>
        )}
        {choices.map((choice) => (
          <ToolbarItem key={choice.name}>
            <FormSelect
              aria-label={choice.label}
              value={state.values[choice.name]}
              onChange={(_, value) => state.set(choice.name, value)}
            >
              <FormSelectOption value="" label={`${choice.label}: ${text.common.all}`} />
              {choice.options.map((option) => (
                <FormSelectOption key={option.value} value={option.value} label={option.label} />
              ))}
            </FormSelect>
          </ToolbarItem>
        ))}
        {pages > 1 && (
          <ToolbarItem align={{ default: "alignEnd" }}>
            <Pagination
              isCompact
              itemCount={pages * pageSize}
              perPage={pageSize}
              perPageOptions={[]}
              page={state.page}
              onSetPage={(_, page) => state.setPage(page)}
              toggleTemplate={() => <>{text.common.page(state.page, pages)}</>}
            />
          </ToolbarItem>
        )}
      </ToolbarContent>
    </Toolbar>
  );
}

export function EntityTable<T extends QueryType>(props: EntityTableProps<T>) {
  const { type, label, columns, searchField, choices = [], where = [], firstOrder, actions, empty } = props;
  const state = useListState(["search", ...choices.map((choice) => choice.name)], firstOrder);
  const filters = choices.filter((choice) => state.values[choice.name]).map((choice) => choice.where(state.values[choice.name] ?? ""));
  if (searchField && state.values.search) filters.push(contains(searchField, state.values.search));
  const found = useEntities(type, { where: [...where, ...filters], sort: state.sort, page: state.page, pageSize });

  if (found.error && !found.data) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  const items = found.data?.items;
  if (items?.length === 0 && filters.length === 0 && state.page === 1)
    return <Empty {...empty} />;

  const sortOf = (column: Column<Entities[T]>, index: number) =>
    column.sort === undefined
      ? undefined
      : {
          sortBy: {
            index: columns.findIndex((other) => other.sort === state.sort.field),
            direction: state.sort.descending ? ("desc" as const) : ("asc" as const),
          },
          onSort: (_: unknown, __: number, direction: "asc" | "desc") => state.setSort(column.sort ?? "", direction === "desc"),
          columnIndex: index,
        };
  return (
    <>
      <Filters
        state={state}
        choices={choices}
        searchLabel={searchField ? text.common.search(label.toLowerCase()) : undefined}
        pages={found.data?.pages ?? 1}
      />
      <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            {columns.map((column, index) => (
              <Th key={column.title} sort={sortOf(column, index)} width={column.width}>
                {column.title}
              </Th>
            ))}
            {actions && <Th screenReaderText={text.common.actions} />}
          </Tr>
        </Thead>
        <Tbody>
          {items === undefined &&
            Array.from({ length: 5 }, (_, row) => (
              <Tr key={row}>
                {columns.map((column) => (
                  <Td key={column.title}>
                    <Skeleton screenreaderText={row === 0 ? text.common.loading : undefined} />
                  </Td>
                ))}
                {actions && <Td />}
              </Tr>
            ))}
          {items?.map((item) => (
            <Tr key={item.UID ?? item.Href}>
              {columns.map((column) => (
                <Td key={column.title} dataLabel={column.title} modifier="breakWord">
                  {column.cell(item)}
                </Td>
              ))}
              {actions && (
                <Td isActionCell>
                  <ActionsColumn items={actions(item)} popperProps={{ position: "right" }} />
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
      {items?.length === 0 && (
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
