import { Button, PageSection } from "@patternfly/react-core";
import { ServerIcon } from "@patternfly/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { run } from "../../api/client";
import { useRoles } from "../../api/session";
import { idOf, type ManagedServer, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { EntityTable } from "../../components/EntityTable";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";

const affected = ["ManagedServer", "HierarchyRoot", "lookup"];

function AddHostDialog({ onClose }: { onClose(): void }) {
  const [uri, setUri] = useState("qemu:///system");
  const [name, setName] = useState("");
  const { tell } = useNotices();
  const cache = useQueryClient();

  async function add() {
    const spec: Schemas["ManagedServerSpecInput"] = { Name: name.trim() || null, Uri: uri.trim() };
    const task = await run("POST", "/managedServers", spec);
    tell("success", text.task.done(text.hosts.done.create(name.trim() || uri.trim())), task.Result?.Message ?? undefined);
    for (const key of affected) void cache.invalidateQueries({ queryKey: [key] });
    onClose();
  }

  return (
    <FormDialog title={text.hosts.create} action={text.hosts.create} isReady={uri.trim() !== ""} onSubmit={add} onClose={onClose}>
      <TextField id="host-uri" label={text.hosts.uri} value={uri} onChange={setUri} help={text.hosts.uriHelp} isRequired />
      <TextField id="host-name" label={text.common.name} value={name} onChange={setName} help={text.hosts.nameHelp} />
    </FormDialog>
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
