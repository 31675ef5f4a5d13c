// A whole machine, beside its original or over it.
import {
  Alert,
  Button,
  Checkbox,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Radio,
  TextInput,
} from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { idOf, type Schemas, type VmRestorePoint } from "../../api/types";
import { useNotices } from "../../app/notices";
import { formatExact } from "../../components/format";
import { text } from "../../messages";
import { lookUp } from "../machines/machines";

function usePools(point: VmRestorePoint) {
  const root = point.HierarchyObjRef?.replace(":Vm:", ":HierarchyRoot:").split(".")[0]?.split(":").pop() ?? "";
  return useQuery({
    queryKey: ["lookup", root, "Datastore"],
    queryFn: ({ signal }) => lookUp(`urn:veeam:HierarchyRoot:${root}`, "Datastore", signal),
  });
}

export function RestoreDialog({ point, onClose }: { point: VmRestorePoint; onClose(): void }) {
  const name = point.VmDisplayName ?? "";
  const pools = usePools(point);
  const { follow } = useNotices();
  const [isOver, setOver] = useState(false);
  const [newName, setNewName] = useState(`${name}_restored`);
  const [pool, setPool] = useState("");
  const [powerOn, setPowerOn] = useState(false);
  const [isQuick, setQuick] = useState(true);
  const [confirmed, setConfirmed] = useState("");
  const isReady = isOver ? confirmed === name : newName.trim() !== "";

  function start() {
    const spec: Schemas["VmRestoreSpecTypeInput"] = {
      PowerOnAfterRestore: powerOn,
      QuickRollback: isOver && isQuick,
      KeepOriginalVM: !isOver,
      VmRestoreParameters: isOver ? null : { VmNewName: newName.trim(), DatastoreRef: pool || null },
    };
    onClose();
    void follow(
      text.machines.done.restore(name),
      "POST",
      `/vmRestorePoints/${idOf(point)}?action=restore`,
      ["RestoreSession", "lookup"],
      { VmRestoreSpec: spec },
    );
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="restore-title">
      <ModalHeader title={text.restore.title(name)} labelId="restore-title" description={text.restore.point(formatExact(point.CreationTimeUTC))} />
      <ModalBody>
        <Form id="restore-form" onSubmit={(event) => event.preventDefault()}>
          <FormGroup role="radiogroup" label={text.restore.where} fieldId="restore-where">
            <Radio
              id="restore-beside"
              name="where"
              label={text.restore.beside}
              description={text.restore.besideHelp}
              isChecked={!isOver}
              onChange={() => setOver(false)}
            />
            <Radio
              id="restore-over"
              name="where"
              label={text.restore.over}
              description={text.restore.overHelp}
              isChecked={isOver}
              onChange={() => setOver(true)}
            />
          </FormGroup>
          {!isOver && (
            <>
              <FormGroup label={text.restore.newName} fieldId="restore-name" isRequired>
                <TextInput id="restore-name" value={newName} onChange={(_, value) => setNewName(value)} isRequired />
              </FormGroup>
              <FormGroup label={text.restore.pool} fieldId="restore-pool">
                <FormSelect id="restore-pool" value={pool} onChange={(_, value) => setPool(value)}>
                  <FormSelectOption value="" label={text.restore.samePlace} />
                  {pools.data?.map((item) => <FormSelectOption key={item.ObjectRef} value={item.ObjectRef} label={item.ObjectName} />)}
                </FormSelect>
              </FormGroup>
            </>
          )}
          {isOver && (
            <>
              <Checkbox id="restore-quick" label={text.restore.quick} isChecked={isQuick} onChange={(_, value) => setQuick(value)} />
              <Alert isInline variant="warning" title={text.restore.overWarning(name)} />
              <FormGroup label={text.restore.confirmOver(name)} fieldId="restore-confirm">
                <TextInput id="restore-confirm" value={confirmed} onChange={(_, value) => setConfirmed(value)} autoComplete="off" />
              </FormGroup>
            </>
          )}
          <Checkbox id="restore-power" label={text.restore.powerOn} isChecked={powerOn} onChange={(_, value) => setPowerOn(value)} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant={isOver ? "danger" : "primary"} isDisabled={!isReady} onClick={start}>
          {text.restore.start}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
