// A form in a dialog: what is refused is told in it, and what was entered stays.
import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useState, type FormEvent, type ReactNode } from "react";
import { text } from "../messages";
import { FormFailure } from "./Failure";

interface FormDialogProps {
  title: string;
  description?: string;
  action: string;
  isReady: boolean;
  // Throws what the server said where it refused.
  onSubmit(): Promise<void>;
  onClose(): void;
  children: ReactNode;
}

export function FormDialog({ title, description, action, isReady, onSubmit, onClose, children }: FormDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="form-title">
      <ModalHeader title={title} labelId="form-title" description={description} />
      <ModalBody>
        <Form id="dialog-form" onSubmit={(event) => void submit(event)}>
          <FormFailure error={error} />
          {children}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="dialog-form" isLoading={isBusy} isDisabled={isBusy || !isReady}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
