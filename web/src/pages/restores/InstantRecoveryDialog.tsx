// A machine that runs at once, from the repository.
import {
  Button,
  Checkbox,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from "@patternfly/react-core";
import { useState } from "react";
import { idOf, type Schemas, type VmRestorePoint } from "../../api/types";
import { useNotices } from "../../app/notices";
import { text } from "../../messages";

export function InstantRecoveryDialog({ point, onClose }: { point: VmRestorePoint; onClose(): void }) {
  const name = point.VmDisplayName ?? "";
  const { follow } = useNotices();
  const [newName, setNewName] = useState(`${name}_restored`);
  const [connects, setConnects] = useState(false);

  function start() {
    const spec: Schemas["InstantRecoverySpecInput"] = { VmNewName: newName.trim(), PowerOn: true, ConnectToNetworks: connects };
    onClose();
    void follow(
      text.machines.done.instant(name),
      "POST",
      `/vmRestorePoints/${idOf(point)}?action=instantRecovery`,
      ["InstantRecovery", "RestoreSession", "lookup"],
      spec,
    );
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="instant-title">
      <ModalHeader title={text.instant.title(name)} labelId="instant-title" description={text.instant.text} />
      <ModalBody>
        <Form onSubmit={(event) => event.preventDefault()}>
          <FormGroup label={text.restore.newName} fieldId="instant-name" isRequired>
            <TextInput id="instant-name" value={newName} onChange={(_, value) => setNewName(value)} isRequired />
          </FormGroup>
          <Checkbox
            id="instant-connect"
            label={text.instant.connect}
            description={text.instant.connectHelp}
            isChecked={connects}
            onChange={(_, value) => setConnects(value)}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={newName.trim() === ""} onClick={start}>
          {text.instant.start}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
