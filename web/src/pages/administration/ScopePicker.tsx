// What an account is to see: machines by name, or what holds them.
import { Alert, FormGroup, FormSelect, FormSelectOption, Label, LabelGroup, SearchInput, Spinner } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { FormFailure } from "../../components/Failure";
import { text } from "../../messages";
import { lookUp, useHierarchyRoots } from "../machines/machines";
import { scopeKinds, type ChosenScope, type ScopeKind } from "./accounts";

const words = text.administration.scopes;
const mostShown = 50;

interface Offered extends ChosenScope {
  host: string;
}

// A host is named by itself; the rest is looked up on each host, so that one that does not answer hides nothing of the others.
function useOffered(kind: ScopeKind) {
  const roots = useHierarchyRoots();
  const answers = useQueries({
    queries: (kind === "Host" ? [] : (roots.data ?? [])).map((root) => ({
      queryKey: ["lookup", root.UID, kind, "scopes"],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await lookUp(root.UID ?? "", kind, signal)).map<Offered>((item) => ({
          reference: item.ObjectRef,
          name: item.ObjectName,
          kind,
          host: root.Name ?? "",
        })),
    })),
  });
  const hosts = (roots.data ?? []).map<Offered>((root) => ({ reference: root.UID ?? "", name: root.Name ?? "", kind, host: root.Name ?? "" }));
  return {
    offered: (kind === "Host" ? hosts : answers.flatMap((answer) => answer.data ?? [])).sort((one, other) =>
      one.name.localeCompare(other.name, undefined, { numeric: true }),
    ),
    isComplete: roots.data !== undefined && answers.every((answer) => !answer.isPending),
    error: roots.error ?? answers.find((answer) => answer.error)?.error,
  };
}

interface ScopePickerProps {
  chosen: Map<string, ChosenScope>;
  onChange(chosen: Map<string, ChosenScope>): void;
}

export function ScopePicker({ chosen, onChange }: ScopePickerProps) {
  const [kind, setKind] = useState<ScopeKind>("Vm");
  const [search, setSearch] = useState("");
  const { offered, isComplete, error } = useOffered(kind);
  const found = offered.filter((one) => one.name.toLowerCase().includes(search.toLowerCase()));
  function choose(scope: ChosenScope, isChosen: boolean) {
    const next = new Map(chosen);
    if (isChosen) next.set(scope.reference, { reference: scope.reference, name: scope.name, kind: scope.kind });
    else next.delete(scope.reference);
    onChange(next);
  }
  return (
    <>
      <FormGroup label={words.kind} fieldId="scope-kind">
        <FormSelect id="scope-kind" value={kind} onChange={(_, value) => setKind(value as ScopeKind)}>
          {scopeKinds.map((one) => (
            <FormSelectOption key={one} value={one} label={words.kinds[one]} />
          ))}
        </FormSelect>
      </FormGroup>
      <p role="status">{words.chosen(chosen.size)}</p>
      {chosen.size > 0 && (
        <LabelGroup numLabels={10} aria-label={words.chosen(chosen.size)}>
          {[...chosen.values()].map((scope) => (
            <Label key={scope.reference} onClose={() => choose(scope, false)} closeBtnAriaLabel={text.wizard.takeOut(scope.name)}>
              {scope.name}
            </Label>
          ))}
        </LabelGroup>
      )}
      <FormFailure error={error} />
      {!isComplete && !error && <Spinner aria-label={text.common.loading} />}
      {isComplete && offered.length === 0 && <Alert isInline variant="info" title={words.nothing[kind]} />}
      {offered.length > 0 && (
        <div>
          <SearchInput
            aria-label={words.find}
            placeholder={words.find}
            value={search}
            onChange={(_, value) => setSearch(value)}
            onClear={() => setSearch("")}
          />
          <Table aria-label={words.kinds[kind]} variant="compact">
            <Thead>
              <Tr>
                <Th screenReaderText={text.common.actions} />
                <Th>{text.common.name}</Th>
                {kind !== "Host" && <Th>{text.machines.host}</Th>}
              </Tr>
            </Thead>
            <Tbody>
              {found.slice(0, mostShown).map((one, rowIndex) => (
                <Tr key={one.reference}>
                  <Td select={{ rowIndex, isSelected: chosen.has(one.reference), onSelect: (_, isSelected) => choose(one, isSelected) }} />
                  <Td dataLabel={text.common.name}>{one.name}</Td>
                  {kind !== "Host" && <Td dataLabel={text.machines.host}>{one.host}</Td>}
                </Tr>
              ))}
            </Tbody>
          </Table>
          {found.length > mostShown && <p>{text.wizard.more(found.length - mostShown)}</p>}
        </div>
      )}
    </>
  );
}
