import { Alert, Label, LabelGroup, SearchInput, Spinner, Stack, StackItem } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { FormFailure } from "../../../components/Failure";
import { text } from "../../../messages";
import { useMachines, type Machine } from "../../machines/machines";
import type { ChosenMachine } from "../draft";
import type { StepProps } from "./step";

const mostShown = 100;

export function MachinesStep({ draft, change }: StepProps) {
  const { machines, isComplete, error } = useMachines();
  const [words, setWords] = useState("");
  const found = machines.filter((machine) => machine.name.toLowerCase().includes(words.toLowerCase()));
  // A machine that was taken out and is put back is the one that it was.
  const [known] = useState(() => new Map(draft.machines));
  function choose(machine: ChosenMachine, isChosen: boolean) {
    const next = new Map(draft.machines);
    if (isChosen) next.set(machine.reference, known.get(machine.reference) ?? { reference: machine.reference, name: machine.name });
    else next.delete(machine.reference);
    change({ machines: next });
  }
  return (
    <Stack hasGutter>
      <FormFailure error={error} />
      {!isComplete && <Spinner aria-label={text.common.loading} />}
      {isComplete && machines.length === 0 && <Alert isInline variant="info" title={text.wizard.noMachines} />}
      <StackItem>
        <p role="status">{text.wizard.chosen(draft.machines.size)}</p>
        <LabelGroup numLabels={10} aria-label={text.wizard.chosen(draft.machines.size)}>
          {[...draft.machines.values()].map((machine) => (
            <Label key={machine.reference} onClose={() => choose(machine, false)} closeBtnAriaLabel={text.wizard.takeOut(machine.name)}>
              {machine.name}
            </Label>
          ))}
        </LabelGroup>
      </StackItem>
      {machines.length > 0 && (
        <StackItem>
          <SearchInput
            aria-label={text.common.search(text.machines.title.toLowerCase())}
            placeholder={text.common.search(text.machines.title.toLowerCase())}
            value={words}
            onChange={(_, value) => setWords(value)}
            onClear={() => setWords("")}
          />
          <MachineTable machines={found.slice(0, mostShown)} chosen={draft.machines} choose={choose} />
          {found.length > mostShown && <p>{text.wizard.more(found.length - mostShown)}</p>}
        </StackItem>
      )}
    </Stack>
  );
}

interface MachineTableProps {
  machines: Machine[];
  chosen: Map<string, ChosenMachine>;
  choose(machine: Machine, isChosen: boolean): void;
}

function MachineTable({ machines, chosen, choose }: MachineTableProps) {
  return (
    <Table aria-label={text.wizard.machines} variant="compact">
      <Thead>
        <Tr>
          <Th screenReaderText={text.common.actions} />
          <Th>{text.common.name}</Th>
          <Th>{text.machines.host}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {machines.map((machine, rowIndex) => (
          <Tr key={machine.reference}>
            <Td
              select={{
                rowIndex,
                isSelected: chosen.has(machine.reference),
                onSelect: (_, isSelected) => choose(machine, isSelected),
              }}
            />
            <Td dataLabel={text.common.name}>{machine.name}</Td>
            <Td dataLabel={text.machines.host}>{machine.host}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
