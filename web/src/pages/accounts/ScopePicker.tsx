// Chooses what an account or a token may see: whole hosts, machines, storage pools, networks, tags.
import { Button, FormGroup, FormSelect, FormSelectOption, InputGroup, InputGroupItem, Label, LabelGroup } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../../api/client";
import type { Schemas } from "../../api/types";
import { text } from "../../messages";
import { lookUp, useHierarchyRoots } from "../machines/machines";

export interface Scope {
  reference: string;
  name: string;
}

// New ones hold nothing until their hosts were asked; how that ends, they tell.
export async function putIntoEffect(): Promise<void> {
  const body: Schemas["RebuildScopeJobSpecInput"] = { RebuildUnprocessed: {} };
  await send("POST", "/security/accounts?action=rebuildScope", { body });
}

export function writeScopes(scopes: Scope[]): Schemas["HierarchyScopeCreateSpecInput"] {
  return { HierarchyScopeItems: scopes.map(({ reference, name }) => ({ HierarchyObjRef: reference, ObjectName: name })) };
}

type Kind = keyof typeof text.scopes.kinds;

export function ScopePicker({ scopes, onChange }: { scopes: Scope[]; onChange(scopes: Scope[]): void }) {
  const roots = useHierarchyRoots();
  const [chosenRoot, setRoot] = useState("");
  const [kind, setKind] = useState<Kind>("Vm");
  const [object, setObject] = useState("");
  const root = chosenRoot || (roots.data?.[0]?.UID ?? "");
  const found = useQuery({
    queryKey: ["lookup", root, kind],
    enabled: root !== "",
    queryFn: ({ signal }) => lookUp(root, kind, signal),
  });
  const items = [...(found.data ?? [])].sort((one, other) => one.ObjectName.localeCompare(other.ObjectName, undefined, { numeric: true }));
  const chosen = items.find((item) => item.ObjectRef === object) ?? items[0];

  function add() {
    if (!chosen || scopes.some(({ reference }) => reference === chosen.ObjectRef)) return;
    onChange([...scopes, { reference: chosen.ObjectRef, name: chosen.ObjectName }]);
  }

  return (
    <FormGroup role="group" label={text.scopes.title} fieldId="scopes">
      {scopes.length > 0 && (
        <LabelGroup aria-label={text.scopes.title} numLabels={20} className="holdfast-labels">
          {scopes.map(({ reference, name }) => (
            <Label
              key={reference}
              closeBtnAriaLabel={text.scopes.drop(name)}
              onClose={() => onChange(scopes.filter((other) => other.reference !== reference))}
            >
              {name}
            </Label>
          ))}
        </LabelGroup>
      )}
      <InputGroup className="holdfast-wrap">
        {(roots.data?.length ?? 0) > 1 && (
          <InputGroupItem>
            <FormSelect aria-label={text.scopes.host} value={root} onChange={(_, value) => setRoot(value)}>
              {roots.data?.map((one) => <FormSelectOption key={one.UID} value={one.UID ?? ""} label={one.Name ?? ""} />)}
            </FormSelect>
          </InputGroupItem>
        )}
        <InputGroupItem>
          <FormSelect aria-label={text.scopes.kind} value={kind} onChange={(_, value) => setKind(value as Kind)}>
            {Object.entries(text.scopes.kinds).map(([value, label]) => (
              <FormSelectOption key={value} value={value} label={label} />
            ))}
          </FormSelect>
        </InputGroupItem>
        <InputGroupItem isFill>
          <FormSelect
            aria-label={text.scopes.object}
            value={chosen?.ObjectRef ?? ""}
            isDisabled={items.length === 0}
            onChange={(_, value) => setObject(value)}
          >
            {items.length === 0 && <FormSelectOption value="" label={found.isPending ? text.common.loading : text.common.none} />}
            {items.map((item) => (
              <FormSelectOption key={item.ObjectRef} value={item.ObjectRef} label={item.ObjectName} />
            ))}
          </FormSelect>
        </InputGroupItem>
        <InputGroupItem>
          <Button variant="secondary" isDisabled={!chosen} onClick={add}>
            {text.scopes.add}
          </Button>
        </InputGroupItem>
      </InputGroup>
    </FormGroup>
  );
}
