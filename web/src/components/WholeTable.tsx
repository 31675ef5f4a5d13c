// A list that the server sends as a whole.
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import { ActionsColumn, Table, Tbody, Td, Th, Thead, Tr, type IAction } from "@patternfly/react-table";
import type { ComponentType, ReactNode } from "react";
import { text } from "../messages";
import type { Column } from "./EntityTable";

interface WholeTableProps<T> {
  label: string;
  columns: Omit<Column<T>, "sort">[];
  items: T[];
  keyOf(item: T): string;
  actions?(item: T): IAction[];
  empty: { title: string; body: string; icon: ComponentType; action?: ReactNode };
}

export function WholeTable<T>({ label, columns, items, keyOf, actions, empty }: WholeTableProps<T>) {
  if (items.length === 0)
    return (
      <EmptyState titleText={empty.title} headingLevel="h2" icon={empty.icon}>
        <EmptyStateBody>{empty.body}</EmptyStateBody>
        {empty.action && (
          <EmptyStateFooter>
            <EmptyStateActions>{empty.action}</EmptyStateActions>
          </EmptyStateFooter>
        )}
      </EmptyState>
    );
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          {columns.map((column) => (
            <Th key={column.title} width={column.width}>
              {column.title}
            </Th>
          ))}
          {actions && <Th screenReaderText={text.common.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {items.map((item) => (
          <Tr key={keyOf(item)}>
            {columns.map((column) => (
              <Td key={column.title} dataLabel={column.title} modifier="breakWord">
                {column.cell(item)}
              </Td>
            ))}
            {actions && (
              <Td isActionCell>
                <ActionsColumn items={actions(item)} popperProps={{ appendTo: () => document.body, position: "right" }} />
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
