// A form that is sent as a whole: it stays, with what the server said, where it was refused.
import { Button, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useState, type FormEvent, type ReactNode } from "react";
import { text } from "../messages";
import { FormFailure } from "./Failure";

interface FormDialogProps {
  title: string;
  description?: string;
  button: string;
  // Whether it can be sent as it is.
  isReady: boolean;
  // Closes the dialog by itself where it went well; what it throws is shown.
  onSubmit(): Promise<void>;
  onClose(): void;
  children: ReactNode;
}

export function FormDialog({ title, description, button, isReady, onSubmit, onClose, children }: FormDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!isReady || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="dialog-title">
      <ModalHeader title={title} labelId="dialog-title" description={description} />
      <ModalBody>
        <Form id="dialog-form" onSubmit={(event) => void submit(event)}>
          <FormFailure error={error} />
          {children}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="dialog-form" isLoading={isBusy} isDisabled={isBusy || !isReady}>
          {button}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

interface TextFieldProps {
  id: string;
  label: string;
  value: string;
  onChange(value: string): void;
  help?: string;
  type?: "text" | "password" | "date" | "url" | "email" | "number";
  isRequired?: boolean;
  // What is not required says so, unless its help does.
  isOptional?: boolean;
}

export function TextField({ id, label, value, onChange, help, type = "text", isRequired, isOptional }: TextFieldProps) {
  return (
    <FormGroup label={label} labelInfo={isOptional ? text.common.optional : undefined} fieldId={id} isRequired={isRequired}>
      <TextInput
        id={id}
        type={type}
        value={value}
        onChange={(_, next) => onChange(next)}
        isRequired={isRequired}
        autoComplete={type === "password" ? "new-password" : "off"}
        aria-describedby={help ? `${id}-help` : undefined}
      />
      {help && (
        <FormHelperText>
          <HelperText id={`${id}-help`}>
            <HelperTextItem>{help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
