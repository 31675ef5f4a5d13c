// One repository: its space, what is in it, its keys, and what keeps it well.
import { ActionList, ActionListItem, Alert, Button, Card, CardBody, CardFooter, CardHeader, CardTitle, Checkbox, Flex, Modal, ModalBody, ModalFooter, ModalHeader, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { KeyIcon } from "@patternfly/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { get, run } from "../../api/client";
import { useEntity } from "../../api/query";
import { useRoles } from "../../api/session";
import { idOf, type Repository, type Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { FactCard, Facts, type Fact } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { formatSize } from "../../components/format";
import { PasswordField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { ListTable } from "../../components/ListTable";
import { PageHead } from "../../components/PageHead";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { RepositorySpace } from "./RepositoriesPage";

type Key = Schemas["RepositoryKey"];
type Statistics = Schemas["RepositoryStatistics"];

const pathOf = (repository: Repository) => `/repositories/${idOf(repository)}`;
const shortKey = (key: Key) => key.Id.slice(0, 8);
const times = (whole: number, part: number) => (part > 0 ? text.repository.times((whole / part).toFixed(1)) : text.common.unknown);

function factsOf(told: Statistics): Fact[] {
  const { repository: words } = text;
  const facts: Fact[] = [
    [words.snapshots, told.Snapshots.toLocaleString()],
    [words.stored, formatSize(told.StoredSize)],
    [words.packs, told.Packs.toLocaleString()],
  ];
  if (told.CountedTimeUTC === null) return facts;
  const [files, restoreSize, uniqueSize] = [told.Files ?? 0, told.RestoreSize ?? 0, told.UniqueSize ?? 0];
  return [
    ...facts,
    [words.files, files.toLocaleString()],
    [words.restoreSize, formatSize(restoreSize)],
    [words.deduplicated, times(restoreSize, uniqueSize)],
    [words.compressed, times(uniqueSize, told.StoredSize)],
    [words.counted, <Time key="counted" at={told.CountedTimeUTC} />],
  ];
}

// How much the snapshots hold is counted when it is asked for: that reads every tree of the repository once.
function StatisticsCard({ repository }: { repository: Repository }) {
  const { follow } = useNotices();
  const [isBusy, setBusy] = useState(false);
  const statistics = useQuery({
    queryKey: ["RepositoryStatistics", repository.UID],
    queryFn: ({ signal }) => get<Statistics>(`${pathOf(repository)}/statistics`, signal),
  });
  async function count() {
    setBusy(true);
    await follow(text.repository.done.count(repository.Name ?? ""), "POST", `${pathOf(repository)}?action=statistics`, ["RepositoryStatistics"]);
    setBusy(false);
  }
  const button = (
    <Button variant="secondary" isLoading={isBusy} isDisabled={isBusy} onClick={() => void count()}>
      {text.repository.count}
    </Button>
  );
  return (
    <Card component="section">
      <CardHeader actions={{ actions: button, hasNoOffset: true }}>
        <CardTitle component="h2">{text.repository.statistics}</CardTitle>
      </CardHeader>
      <CardBody>
        <Loaded of={statistics}>
          {(told) => (
            <Stack hasGutter>
              <StackItem>
                <Facts rows={factsOf(told)} columnModifier={{ default: "1Col", md: "2Col", xl: "3Col" }} />
              </StackItem>
              {told.CountedTimeUTC === null && <StackItem>{text.repository.notCounted}</StackItem>}
            </Stack>
          )}
        </Loaded>
      </CardBody>
    </Card>
  );
}

function PasswordDialog({ repository, isFurther, onClose }: { repository: Repository; isFurther: boolean; onClose(): void }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [isKept, setKept] = useState(false);
  const { tell } = useNotices();
  const { change } = useChange("RepositoryKey");
  const cache = useQueryClient();
  const what = isFurther ? text.repository.addKey : text.repository.changePassword;
  async function save() {
    const body: Schemas["RepositoryPasswordSpecInput"] = { Password: password };
    if (isFurther) {
      await change(what, "POST", `${pathOf(repository)}/keys`, body);
    } else {
      const task = await run("PUT", `${pathOf(repository)}/password`, body);
      tell("success", text.task.done(what), task.Result?.Message ?? undefined);
      void cache.invalidateQueries({ queryKey: ["RepositoryKey"] });
    }
    onClose();
  }
  return (
    <FormDialog
      title={what}
      description={isFurther ? text.repository.addKeyHelp : text.repository.changePasswordHelp}
      action={what}
      isReady={password !== "" && password === again && isKept}
      onSubmit={save}
      onClose={onClose}
    >
      <PasswordField id="repository-new" label={text.repository.newPassword} value={password} onChange={setPassword} isRequired />
      <PasswordField
        id="repository-again"
        label={text.repository.again}
        value={again}
        onChange={setAgain}
        help={again !== "" && again !== password ? text.repository.differ : undefined}
        isRequired
      />
      <Checkbox id="repository-new-kept" label={text.repositories.kept} isChecked={isKept} onChange={(_, value) => setKept(value)} />
    </FormDialog>
  );
}

function KeysCard({ repository }: { repository: Repository }) {
  const [dialog, setDialog] = useState<"add" | "change">();
  const [removed, setRemoved] = useState<Key>();
  const { tryChange } = useChange("RepositoryKey");
  const keys = useQuery({
    queryKey: ["RepositoryKey", repository.UID],
    queryFn: async ({ signal }) => (await get<Schemas["RepositoryKeys"]>(`${pathOf(repository)}/keys`, signal)).RepositoryKeys,
  });
  return (
    <Card component="section">
      <CardTitle component="h2">{text.repository.keys}</CardTitle>
      <CardBody>
        <Loaded of={keys}>
          {(told) => (
            <ListTable
              label={text.repository.keys}
              items={told}
              keyOf={(key) => key.Id}
              words={(key) => `${key.Id} ${key.UserName} ${key.HostName}`}
              firstOrder="created"
              columns={[
                { name: "key", title: text.repository.key, cell: shortKey },
                {
                  name: "created",
                  title: text.repository.created,
                  value: (key) => key.CreationTimeUTC,
                  cell: (key) => <Time at={key.CreationTimeUTC} />,
                },
                { name: "by", title: text.repository.by, cell: (key) => `${key.UserName}@${key.HostName}` },
                { name: "use", title: text.repository.use, cell: (key) => (key.IsCurrent ? text.repository.current : "") },
              ]}
              actions={(key) => [
                { title: text.repository.removeKey, isDanger: true, isDisabled: key.IsCurrent, onClick: () => setRemoved(key) },
              ]}
              empty={{ title: text.repository.keys, body: text.common.none, icon: KeyIcon }}
            />
          )}
        </Loaded>
      </CardBody>
      <CardFooter>
        <Flex>
          <Button variant="secondary" onClick={() => setDialog("add")}>
            {text.repository.addKey}
          </Button>
          <Button variant="secondary" onClick={() => setDialog("change")}>
            {text.repository.changePassword}
          </Button>
        </Flex>
      </CardFooter>
      {dialog && <PasswordDialog repository={repository} isFurther={dialog === "add"} onClose={() => setDialog(undefined)} />}
      {removed && (
        <ConfirmDialog
          title={text.repository.removeKeyTitle}
          body={text.repository.removeKeyText(shortKey(removed), repository.Name ?? "")}
          action={text.repository.removeKey}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void tryChange(text.repository.done.removeKey(shortKey(removed)), "DELETE", `${pathOf(repository)}/keys/${removed.Id}`)
          }
        />
      )}
    </Card>
  );
}

function CheckDialog({ repository, onClose }: { repository: Repository; onClose(): void }) {
  const [readsData, setReadsData] = useState(false);
  const { follow } = useNotices();
  function start() {
    onClose();
    const body: Schemas["RepositoryCheckSpecInput"] = { ReadData: readsData };
    void follow(text.repository.done.check(repository.Name ?? ""), "POST", `${pathOf(repository)}?action=check`, ["SystemSession"], body);
  }
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="check-title">
      <ModalHeader title={text.repository.checkTitle(repository.Name ?? "")} labelId="check-title" />
      <ModalBody>
        <Checkbox
          id="check-data"
          label={text.repository.readData}
          description={text.repository.readDataHelp}
          isChecked={readsData}
          onChange={(_, value) => setReadsData(value)}
        />
      </ModalBody>
      <ModalFooter>
        <Button onClick={start}>{text.repository.check}</Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function Actions({ repository }: { repository: Repository }) {
  const [dialog, setDialog] = useState<"check" | "prune">();
  const { follow } = useNotices();
  const name = repository.Name ?? "";
  return (
    <>
      <ActionList>
        <ActionListItem>
          <Button variant="secondary" onClick={() => setDialog("check")}>
            {text.repository.check}
          </Button>
        </ActionListItem>
        <ActionListItem>
          <Button variant="secondary" onClick={() => setDialog("prune")}>
            {text.repository.prune}
          </Button>
        </ActionListItem>
      </ActionList>
      {dialog === "check" && <CheckDialog repository={repository} onClose={() => setDialog(undefined)} />}
      {dialog === "prune" && (
        <ConfirmDialog
          title={text.repository.pruneTitle}
          body={text.repository.pruneText(name)}
          action={text.repository.prune}
          onClose={() => setDialog(undefined)}
          onConfirm={() =>
            void follow(text.repository.done.prune(name), "POST", `${pathOf(repository)}?action=prune`, ["Repository", "RepositoryStatistics"])
          }
        />
      )}
    </>
  );
}

export default function RepositoryPage() {
  const { id = "" } = useParams();
  const { isAdministrator } = useRoles();
  const repository = useEntity<Repository>("Repository", "/repositories", id);
  return (
    <Loaded of={repository}>
      {(shown) => (
        <>
          <PageHead
            title={shown.Name ?? ""}
            above={[{ title: text.repositories.title, to: "/repositories" }]}
            actions={isAdministrator && <Actions repository={shown} />}
          />
          <PageSection hasBodyWrapper={false}>
            <Stack hasGutter>
              <StackItem>
                <FactCard rows={[[text.repositories.free, <RepositorySpace key="space" repository={shown} />]]} />
              </StackItem>
              {isAdministrator ? (
                <>
                  <StackItem>
                    <StatisticsCard repository={shown} />
                  </StackItem>
                  <StackItem>
                    <KeysCard repository={shown} />
                  </StackItem>
                </>
              ) : (
                <StackItem>
                  <Alert isInline isPlain variant="info" title={text.repository.forAdministrators} />
                </StackItem>
              )}
            </Stack>
          </PageSection>
        </>
      )}
    </Loaded>
  );
}
