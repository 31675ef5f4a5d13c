import {
  Button,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  PageSection,
  TextInput,
} from "@patternfly/react-core";
import { ServerIcon } from "@patternfly/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { run } from "../../api/client";
import { useRoles } from "../../api/session";
import { idOf, type ManagedServer, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { EntityTable } from "../../components/EntityTable";
import { FormFailure } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";

const affected = ["ManagedServer", "HierarchyRoot", "lookup"];

function AddHostDialog({ onClose }: { onClose(): void }) {
  const [uri, setUri] = useState("qemu:///system");
  const [name, setName] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { tell } = useNotices();
  const cache = useQueryClient();

  async function add(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const spec: Schemas["ManagedServerSpecInput"] = { Name: name.trim() || null, Uri: uri.trim() };
    try {
      const task = await run("POST", "/managedServers", spec);
      tell("success", text.task.done(text.hosts.done.create(name.trim() || uri.trim())), task.Result?.Message ?? undefined);
      for (const key of affected) void cache.invalidateQueries({ queryKey: [key] });
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="host-title">
      <ModalHeader title={text.hosts.create} labelId="host-title" />
      <ModalBody>
        <Form id="host-form" onSubmit={(event) => void add(event)}>
          <FormFailure error={error} />
          <FormGroup label={text.hosts.uri} fieldId="host-uri" isRequired>
            <TextInput id="host-uri" value={uri} onChange={(_, value) => setUri(value)} isRequired autoComplete="off" />
            <FormHelperText>
              <HelperText>
                <HelperTextItem>{text.hosts.uriHelp}</HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <FormGroup label={text.common.name} labelInfo={text.common.optional} fieldId="host-name">
            <TextInput id="host-name" value={name} onChange={(_, value) => setName(value)} autoComplete="off" />
            <FormHelperText>
              <HelperText>
                <HelperTextItem>{text.hosts.nameHelp}</HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="host-form" isLoading={isBusy} isDisabled={isBusy || uri.trim() === ""}>
          {text.hosts.create}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

export default function HostsPage() {
  const { isAdministrator } = useRoles();
  const { follow } = useNotices();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<ManagedServer>();
  const create = isAdministrator && <Button onClick={() => setAdding(true)}>{text.hosts.create}</Button>;
  return (
    <>
      <PageHead title={text.hosts.title} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <EntityTable
          type="ManagedServer"
          label={text.hosts.title}
          searchField="Name"
          firstOrder="Name"
          columns={[
            { title: text.common.name, sort: "Name", width: 40, cell: (host) => host.Name },
            { title: text.common.description, sort: "Description", cell: (host) => host.Description },
          ]}
          actions={
            isAdministrator ? (host) => [{ title: text.hosts.remove, isDanger: true, onClick: () => setRemoved(host) }] : undefined
          }
          empty={{ title: text.hosts.emptyTitle, body: text.hosts.emptyText, icon: ServerIcon, action: create }}
        />
      </PageSection>
      {isAdding && <AddHostDialog onClose={() => setAdding(false)} />}
      {removed && (
        <ConfirmDialog
          title={text.hosts.removeTitle}
          body={text.hosts.removeText(removed.Name ?? "")}
          action={text.hosts.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => void follow(text.hosts.done.remove(removed.Name ?? ""), "DELETE", `/managedServers/${idOf(removed)}`, affected)}
        />
      )}
    </>
  );
}
