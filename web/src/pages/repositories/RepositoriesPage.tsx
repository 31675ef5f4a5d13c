import {
  Button,
  Checkbox,
  ClipboardCopy,
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
  Progress,
  ProgressSize,
  TextInput,
} from "@patternfly/react-core";
import { DatabaseIcon } from "@patternfly/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "react-router";
import { run } from "../../api/client";
import { useRoles } from "../../api/session";
import { idOf, type Repository, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { EntityTable } from "../../components/EntityTable";
import { FormFailure } from "../../components/Failure";
import { formatSize } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";
import { makePassword } from "./password";

const affected = ["Repository", "report"];

function AddRepositoryDialog({ onClose }: { onClose(): void }) {
  const [name, setName] = useState("");
  const [path, setPath] = useState("");
  const [password, setPassword] = useState(makePassword);
  const [isKept, setKept] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { tell } = useNotices();
  const cache = useQueryClient();
  const isReady = name.trim() !== "" && path.trim() !== "" && password !== "" && isKept;

  async function add(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const spec: Schemas["RepositorySpecInput"] = { Name: name.trim(), Path: path.trim(), Password: password };
    try {
      const task = await run("POST", "/repositories", spec);
      tell("success", text.task.done(text.repositories.done.create(name.trim())), task.Result?.Message ?? undefined);
      for (const key of affected) void cache.invalidateQueries({ queryKey: [key] });
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="repository-title">
      <ModalHeader title={text.repositories.create} labelId="repository-title" />
      <ModalBody>
        <Form id="repository-form" onSubmit={(event) => void add(event)}>
          <FormFailure error={error} />
          <FormGroup label={text.common.name} fieldId="repository-name" isRequired>
            <TextInput id="repository-name" value={name} maxLength={50} onChange={(_, value) => setName(value)} isRequired autoComplete="off" />
          </FormGroup>
          <FormGroup label={text.repositories.path} fieldId="repository-path" isRequired>
            <TextInput
              id="repository-path"
              value={path}
              placeholder="/srv/backups"
              onChange={(_, value) => setPath(value)}
              isRequired
              autoComplete="off"
            />
            <FormHelperText>
              <HelperText>
                <HelperTextItem>{text.repositories.pathHelp}</HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <FormGroup label={text.repositories.password} fieldId="repository-password" isRequired>
            <ClipboardCopy
              hoverTip={text.common.copy}
              clickTip={text.common.copied}
              textAriaLabel={text.repositories.password}
              onChange={(_, value) => {
                setPassword(String(value));
                setKept(false);
              }}
            >
              {password}
            </ClipboardCopy>
            <FormHelperText>
              <HelperText>
                <HelperTextItem variant="warning">{text.repositories.passwordHelp}</HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <Checkbox id="repository-kept" label={text.repositories.kept} isChecked={isKept} onChange={(_, value) => setKept(value)} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="repository-form" isLoading={isBusy} isDisabled={isBusy || !isReady}>
          {text.repositories.create}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

export function RepositorySpace({ repository }: { repository: Repository }) {
  if (repository.Capacity <= 0) return <>{text.common.unknown}</>;
  const used = ((repository.Capacity - repository.FreeSpace) / repository.Capacity) * 100;
  return (
    <Progress
      value={used}
      title={text.dashboard.spaceOf(formatSize(repository.FreeSpace), formatSize(repository.Capacity))}
      size={ProgressSize.sm}
      variant={used > 95 ? "danger" : used > 85 ? "warning" : undefined}
      label={`${Math.round(used)} %`}
    />
  );
}

export default function RepositoriesPage() {
  const { isAdministrator } = useRoles();
  const { follow } = useNotices();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Repository>();
  const create = isAdministrator && <Button onClick={() => setAdding(true)}>{text.repositories.create}</Button>;
  return (
    <>
      <PageHead title={text.repositories.title} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <EntityTable
          type="Repository"
          label={text.repositories.title}
          searchField="Name"
          firstOrder="Name"
          columns={[
            {
              title: text.common.name,
              sort: "Name",
              width: 30,
              cell: (repository) => <Link to={`/repositories/${idOf(repository)}`}>{repository.Name}</Link>,
            },
            {
              title: text.repositories.free,
              sort: "FreeSpace",
              width: 50,
              cell: (repository) => <RepositorySpace repository={repository} />,
            },
          ]}
          actions={
            isAdministrator
              ? (repository) => [{ title: text.repositories.remove, isDanger: true, onClick: () => setRemoved(repository) }]
              : undefined
          }
          empty={{ title: text.repositories.emptyTitle, body: text.repositories.emptyText, icon: DatabaseIcon, action: create }}
        />
      </PageSection>
      {isAdding && <AddRepositoryDialog onClose={() => setAdding(false)} />}
      {removed && (
        <ConfirmDialog
          title={text.repositories.removeTitle}
          body={text.repositories.removeText(removed.Name ?? "")}
          action={text.repositories.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void follow(text.repositories.done.remove(removed.Name ?? ""), "DELETE", `/repositories/${idOf(removed)}`, affected)
          }
        />
      )}
    </>
  );
}
