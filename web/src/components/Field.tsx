// Fields of forms: a label, what is entered, and a word of help.
import {
  Button,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  InputGroup,
  InputGroupItem,
  TextInput,
  type TextInputProps,
} from "@patternfly/react-core";
import { EyeIcon, EyeSlashIcon } from "@patternfly/react-icons";
import { useState, type ReactNode } from "react";
import { text } from "../messages";

export function Help({ children }: { children: ReactNode }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}

interface FieldProps {
  id: string;
  label: string;
  value: string;
  onChange(value: string): void;
  help?: ReactNode;
  isRequired?: boolean;
}

export function TextField({ id, label, value, onChange, help, isRequired, ...more }: FieldProps & Pick<TextInputProps, "type" | "placeholder" | "maxLength">) {
  return (
    <FormGroup label={label} labelInfo={isRequired ? undefined : text.common.optional} fieldId={id} isRequired={isRequired}>
      <TextInput id={id} value={value} onChange={(_, next) => onChange(next)} isRequired={isRequired} autoComplete="off" {...more} />
      {help && <Help>{help}</Help>}
    </FormGroup>
  );
}

// A secret that is entered; it can be looked at, and made where `make` is given.
export function PasswordField({ id, label, value, onChange, help, isRequired, make }: FieldProps & { make?: () => string }) {
  const [isShown, setShown] = useState(false);
  return (
    <FormGroup label={label} labelInfo={isRequired ? undefined : text.common.optional} fieldId={id} isRequired={isRequired}>
      <InputGroup>
        <InputGroupItem isFill>
          <TextInput
            id={id}
            type={isShown ? "text" : "password"}
            value={value}
            onChange={(_, next) => onChange(next)}
            isRequired={isRequired}
            autoComplete="new-password"
          />
        </InputGroupItem>
        <InputGroupItem>
          <Button
            variant="control"
            aria-label={isShown ? text.common.hide(label) : text.common.show(label)}
            icon={isShown ? <EyeSlashIcon /> : <EyeIcon />}
            onClick={() => setShown(!isShown)}
          />
        </InputGroupItem>
        {make && (
          <InputGroupItem>
            <Button
              variant="control"
              onClick={() => {
                onChange(make());
                setShown(true);
              }}
            >
              {text.common.make}
            </Button>
          </InputGroupItem>
        )}
      </InputGroup>
      {help && <Help>{help}</Help>}
    </FormGroup>
  );
}
