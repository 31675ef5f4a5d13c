// Which of some roles: a box each, with what it lets one do.
import { Checkbox, FormGroup, Stack, StackItem } from "@patternfly/react-core";
import { text } from "../../messages";
import type { RoleName } from "./roles";

interface RoleChoiceProps {
  offered: RoleName[];
  chosen: string[];
  onChange(chosen: string[]): void;
}

export function RoleChoice({ offered, chosen, onChange }: RoleChoiceProps) {
  return (
    <FormGroup role="group" label={text.account.roles} fieldId="roles" isRequired>
      <Stack hasGutter>
        {offered.map((role) => (
          <StackItem key={role}>
            <Checkbox
              id={`role-${role}`}
              label={role}
              description={text.roles[role]}
              isChecked={chosen.includes(role)}
              onChange={(_, isOn) => onChange(isOn ? [...chosen, role] : chosen.filter((other) => other !== role))}
            />
          </StackItem>
        ))}
      </Stack>
    </FormGroup>
  );
}
