// Asks before something is destroyed, and names it.
import { Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { text } from "../messages";

interface ConfirmDialogProps {
  title: string;
  body: string;
  action: string;
  // What has to be typed in, where one click would be too quick.
  typed?: { label: string; value: string };
  onConfirm(): void;
  onClose(): void;
}

export function ConfirmDialog({ title, body, action, typed, onConfirm, onClose }: ConfirmDialogProps) {
  const [entered, setEntered] = useState("");
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="confirm-title" aria-describedby="confirm-body">
      <ModalHeader title={title} titleIconVariant="warning" labelId="confirm-title" />
      <ModalBody id="confirm-body">
        {body}
        {typed && (
          <Form onSubmit={(event) => event.preventDefault()}>
            <FormGroup label={typed.label} fieldId="confirm-typed">
              <TextInput id="confirm-typed" value={entered} onChange={(_, value) => setEntered(value)} autoComplete="off" />
            </FormGroup>
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        <Button
          variant="danger"
          isDisabled={typed !== undefined && entered !== typed.value}
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
