// Names and passwords that the server keeps; the passwords never come back.
import { Button, Card, CardBody, CardHeader, CardTitle, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { KeyIcon } from "@patternfly/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { get, send } from "../../api/client";
import type { Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { FormDialog, TextField } from "../../components/FormDialog";
import { PageHead } from "../../components/PageHead";
import { Time } from "../../components/values";
import { WholeTable } from "../../components/WholeTable";
import { text } from "../../messages";

type Credentials = Schemas["CredentialsInfo"];
type PasswordKey = Schemas["PasswordKeyInfo"];

// Those of this server are below it; other servers tell nothing of theirs.
function useOwnServer() {
  return useQuery({
    queryKey: ["BackupServer", "own"],
    queryFn: async ({ signal }) => {
      const { BackupServers } = await get<Schemas["BackupServers"]>("/backupServers?format=Entity", signal);
      const own = BackupServers.find((server) => server.Links?.some((link) => link.Type === "CredentialsList"));
      return `/backupServers/${own?.UID?.split(":").pop()}`;
    },
  });
}

// A dialog for one record; `record` is missing for a new one.
interface DialogProps<T> {
  path: string;
  record?: T;
  onClose(): void;
}

function CredentialsDialog({ path, record, onClose }: DialogProps<Credentials>) {
  const [user, setUser] = useState(record?.Username ?? "");
  const [password, setPassword] = useState("");
  const [description, setDescription] = useState(record?.Description ?? "");
  const cache = useQueryClient();
  async function save() {
    const body = { Username: user.trim(), Description: description, ...(password !== "" ? { Password: password } : {}) };
    await (record ? send("PUT", `${path}/${record.Id}`, { body }) : send("POST", `${path}?action=create`, { body }));
    void cache.invalidateQueries({ queryKey: ["Credentials"] });
    onClose();
  }
  return (
    <FormDialog
      title={record ? text.credentials.editTitle(record.Username ?? "") : text.credentials.create}
      button={record ? text.common.save : text.credentials.create}
      isReady={user.trim() !== "" && (record !== undefined || password !== "")}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField id="credentials-user" label={text.logon.user} value={user} onChange={setUser} isRequired />
      <TextField
        id="credentials-password"
        type="password"
        label={text.logon.password}
        value={password}
        onChange={setPassword}
        help={record ? text.credentials.passwordStays : undefined}
        isRequired={!record}
      />
      <TextField id="credentials-description" label={text.common.description} value={description} onChange={setDescription} isOptional />
    </FormDialog>
  );
}

function PasswordDialog({ path, record, onClose }: DialogProps<PasswordKey>) {
  const [hint, setHint] = useState(record?.Hint ?? "");
  const [password, setPassword] = useState("");
  const cache = useQueryClient();
  async function save() {
    await (record
      ? send("PUT", `${path}/${record.ID}`, { body: { Hint: hint } })
      : send("POST", `${path}?action=create`, { body: { Hint: hint, Password: password } }));
    void cache.invalidateQueries({ queryKey: ["PasswordKey"] });
    onClose();
  }
  return (
    <FormDialog
      title={record ? text.passwords.editTitle : text.passwords.create}
      button={record ? text.common.save : text.passwords.create}
      isReady={hint.trim() !== "" && (record !== undefined || password !== "")}
      onSubmit={save}
      onClose={onClose}
    >
      {!record && (
        <TextField id="key-password" type="password" label={text.logon.password} value={password} onChange={setPassword} isRequired />
      )}
      <TextField id="key-hint" label={text.passwords.hint} value={hint} onChange={setHint} help={text.passwords.hintHelp} isRequired />
    </FormDialog>
  );
}

function Section({ title, help, action, children }: { title: string; help: string; action: ReactNode; children: ReactNode }) {
  return (
    <StackItem>
      <Card component="section">
        <CardHeader actions={{ actions: action, hasNoOffset: true }}>
          <CardTitle component="h2">{title}</CardTitle>
        </CardHeader>
        <CardBody>{help}</CardBody>
        <CardBody>{children}</CardBody>
      </Card>
    </StackItem>
  );
}

interface RecordsProps<T> {
  texts: {
    title: string;
    help: string;
    create: string;
    edit: string;
    remove: string;
    removeTitle: string;
    removeText(name: string): string;
    done: { remove(name: string): string };
    emptyTitle: string;
  };
  queryKey: string;
  path: string;
  read(signal: AbortSignal): Promise<T[]>;
  idOf(record: T): string;
  nameOf(record: T): string;
  columns: { title: string; cell(record: T): ReactNode }[];
  dialog(props: DialogProps<T>): ReactNode;
}

function Records<T>({ texts, queryKey, path, read, idOf, nameOf, columns, dialog: Dialog }: RecordsProps<T>) {
  const [edited, setEdited] = useState<T | "new">();
  const [removed, setRemoved] = useState<T>();
  const { attempt } = useNotices();
  const records = useQuery({ queryKey: [queryKey, path], queryFn: ({ signal }) => read(signal) });
  const create = (
    <Button variant="secondary" onClick={() => setEdited("new")}>
      {texts.create}
    </Button>
  );
  return (
    <Section title={texts.title} help={texts.help} action={create}>
      <Loaded of={records}>
        {(items) => (
          <WholeTable
            label={texts.title}
            items={items}
            keyOf={idOf}
            columns={columns}
            actions={(record) => [
              { title: texts.edit, onClick: () => setEdited(record) },
              { title: texts.remove, isDanger: true, onClick: () => setRemoved(record) },
            ]}
            empty={{ title: texts.emptyTitle, body: "", icon: KeyIcon }}
          />
        )}
      </Loaded>
      {edited !== undefined && <Dialog path={path} record={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
      {removed !== undefined && (
        <ConfirmDialog
          title={texts.removeTitle}
          body={texts.removeText(nameOf(removed))}
          action={texts.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => void attempt(texts.done.remove(nameOf(removed)), [queryKey], () => send("DELETE", `${path}/${idOf(removed)}`))}
        />
      )}
    </Section>
  );
}

export default function CredentialsPage() {
  const server = useOwnServer();
  return (
    <>
      <PageHead title={text.credentials.pageTitle}>{text.credentials.pageHelp}</PageHead>
      <PageSection hasBodyWrapper={false}>
        <Loaded of={server}>
          {(own) => (
            <Stack hasGutter>
              <Records<Credentials>
                texts={text.credentials}
                queryKey="Credentials"
                path={`${own}/credentials`}
                read={async (signal) => (await get<Schemas["CredentialsInfoList"]>(`${own}/credentials`, signal)).CredentialsInfos}
                idOf={(record) => record.Id ?? ""}
                nameOf={(record) => record.Username ?? ""}
                columns={[
                  { title: text.logon.user, cell: (record) => record.Username },
                  { title: text.common.description, cell: (record) => record.Description },
                ]}
                dialog={CredentialsDialog}
              />
              <Records<PasswordKey>
                texts={text.passwords}
                queryKey="PasswordKey"
                path={`${own}/passwords`}
                read={async (signal) => (await get<Schemas["PasswordKeyInfoList"]>(`${own}/passwords`, signal)).PasswordKeyInfos}
                idOf={(record) => record.ID}
                nameOf={(record) => record.Hint ?? ""}
                columns={[
                  { title: text.passwords.hint, cell: (record) => record.Hint },
                  { title: text.passwords.modified, cell: (record) => <Time at={record.LastModificationDate} /> },
                ]}
                dialog={PasswordDialog}
              />
            </Stack>
          )}
        </Loaded>
      </PageSection>
    </>
  );
}
