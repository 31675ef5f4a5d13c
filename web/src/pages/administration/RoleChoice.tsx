// Roles to choose from, each with what it allows.
import { Checkbox, FormGroup } from "@patternfly/react-core";
import { text } from "../../messages";
import { roleNames } from "./accounts";

interface RoleChoiceProps {
  chosen: Set<string>;
  onChange(chosen: Set<string>): void;
  offered?: readonly string[];
}

export function RoleChoice({ chosen, onChange, offered = roleNames }: RoleChoiceProps) {
  function choose(role: string, isChosen: boolean) {
    const next = new Set(chosen);
    if (isChosen) next.add(role);
    else next.delete(role);
    onChange(next);
  }
  return (
    <FormGroup label={text.administration.accounts.roles} role="group" fieldId="roles" isStack>
      {offered.map((role) => (
        <Checkbox
          key={role}
          id={`role-${role.replaceAll(" ", "-")}`}
          label={role}
          description={text.administration.roles[role as keyof typeof text.administration.roles]}
          isChecked={chosen.has(role)}
          onChange={(_, isChosen) => choose(role, isChosen)}
        />
      ))}
    </FormGroup>
  );
}
