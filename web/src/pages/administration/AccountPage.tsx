import { Alert, Button, Card, CardBody, CardTitle, Flex, Form, Label, Stack, StackItem, Switch } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { idOf, type Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { Facts, type Fact } from "../../components/Facts";
import { PasswordField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { text } from "../../messages";
import { makePassword } from "../repositories/password";
import { roleChanges, writeScopes, type ChosenScope, type ScopeKind } from "./accounts";
import { Administration, forAdministrators } from "./Administration";
import { accountPath, useAccount, useRoleIds, useRolesOf, useScopesOf } from "./data";
import { useRebuild } from "./rebuild";
import { RoleChoice } from "./RoleChoice";
import { ScopePicker } from "./ScopePicker";

type Account = Schemas["EnterpriseAccount"];
type Scope = Schemas["EnterpriseAccountHierarchyScope"];

const words = text.administration.accounts;
const scopeWords = text.administration.scopes;

function RolesCard({ account, held }: { account: Account; held: string[] }) {
  const [chosen, setChosen] = useState(() => new Set(held));
  const [isBusy, setBusy] = useState(false);
  const { tryChange } = useChange("Account");
  const ids = useRoleIds();
  const { add, remove } = roleChanges(held, chosen);
  const path = `${accountPath(idOf(account))}/roles`;

  async function save() {
    setBusy(true);
    const uidOf = (name: string) => ids.data?.find((role) => role.name === name)?.uid ?? "";
    const name = account.Name ?? "";
    // What follows a refusal is not asked for: the account would be left with less than it had.
    let isDone = true;
    for (const role of add)
      isDone &&= await tryChange(words.done.addRole(role, name), "POST", path, { EnterpriseRoleUid: uidOf(role) });
    for (const role of remove)
      isDone &&= await tryChange(words.done.removeRole(role, name), "DELETE", `${path}/${uidOf(role).split(":").pop()}`);
    setBusy(false);
  }

  return (
    <Card>
      <CardTitle component="h2">{words.mayDo}</CardTitle>
      <CardBody>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <RoleChoice chosen={chosen} onChange={setChosen} />
          {add.length + remove.length > 0 && <Alert isInline isPlain variant="info" title={words.rolesEnd} />}
          <div>
            <Button
              type="submit"
              variant="secondary"
              isLoading={isBusy}
              isDisabled={isBusy || !ids.data || chosen.size === 0 || add.length + remove.length === 0}
            >
              {words.saveRoles}
            </Button>
          </div>
        </Form>
      </CardBody>
    </Card>
  );
}

function AddScopesDialog({ account, onClose }: { account: Account; onClose(): void }) {
  const [chosen, setChosen] = useState(new Map<string, ChosenScope>());
  const { change } = useChange("Account");
  const rebuild = useRebuild();
  return (
    <FormDialog
      title={scopeWords.addTitle(account.Name ?? "")}
      action={scopeWords.add}
      isReady={chosen.size > 0}
      onClose={onClose}
      onSubmit={async () => {
        await change(scopeWords.done.add(account.Name ?? ""), "POST", `${accountPath(idOf(account))}/scopes`, writeScopes(chosen.values()));
        onClose();
        void rebuild();
      }}
    >
      <ScopePicker chosen={chosen} onChange={setChosen} />
    </FormDialog>
  );
}

function ScopeTable({ account, scopes }: { account: Account; scopes: Scope[] }) {
  const [removed, setRemoved] = useState<Scope>();
  const { tryChange } = useChange("Account");
  const nameOf = (scope: Scope) => scope.Name ?? "";
  return (
    <>
      <Table aria-label={scopeWords.title} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>{text.common.name}</Th>
            <Th>{scopeWords.kind}</Th>
            <Th>{text.machines.host}</Th>
            <Th>{scopeWords.state}</Th>
            <Th screenReaderText={text.common.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {scopes.map((scope) => (
            <Tr key={scope.Href}>
              <Td dataLabel={text.common.name} modifier="breakWord">
                {scope.Name}
              </Td>
              <Td dataLabel={scopeWords.kind}>{scopeWords.kinds[scope.HierarchyObjectType as ScopeKind] ?? scope.HierarchyObjectType}</Td>
              <Td dataLabel={text.machines.host}>{scope.HierarchyRootName}</Td>
              <Td dataLabel={scopeWords.state}>
                <Label variant="outline" color={scope.State === "Processed" ? "green" : "orange"}>
                  {scopeWords.states[scope.State]}
                </Label>
              </Td>
              <Td isActionCell>
                <Button variant="link" isDanger isInline aria-label={scopeWords.removeOf(nameOf(scope))} onClick={() => setRemoved(scope)}>
                  {scopeWords.remove}
                </Button>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {removed && (
        <ConfirmDialog
          title={scopeWords.removeTitle}
          body={scopeWords.removeText(nameOf(removed), account.Name ?? "")}
          action={scopeWords.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void tryChange(
              scopeWords.done.remove(nameOf(removed)),
              "DELETE",
              `${accountPath(idOf(account))}/scopes/${new URL(removed.Href ?? "").pathname.split("/").pop()}`,
            )
          }
        />
      )}
    </>
  );
}

function ScopesCard({ account }: { account: Account }) {
  const scopes = useScopesOf(idOf(account));
  const { tryChange } = useChange("Account");
  const rebuild = useRebuild();
  const [isAdding, setAdding] = useState(false);
  const [isOpening, setOpening] = useState(false);
  const toggle = () => void tryChange(words.done.toggle(account.Name ?? ""), "POST", accountPath(idOf(account)));
  return (
    <Card>
      <CardTitle component="h2">{scopeWords.title}</CardTitle>
      <CardBody>
        <Stack hasGutter>
          <StackItem>
            <Switch
              id="sees-all"
              label={words.seesAll}
              isChecked={account.AllowRestoreAllVms}
              onChange={() => (account.AllowRestoreAllVms ? toggle() : setOpening(true))}
            />
          </StackItem>
          <StackItem>
            <Loaded of={scopes}>
              {(items) =>
                items.length > 0 ? (
                  <ScopeTable account={account} scopes={items} />
                ) : (
                  <p>{account.AllowRestoreAllVms ? scopeWords.noneNeeded : scopeWords.none}</p>
                )
              }
            </Loaded>
          </StackItem>
          <StackItem>
            <Button variant="secondary" onClick={() => setAdding(true)}>
              {scopeWords.add}
            </Button>
            {scopes.data?.some((scope) => scope.State === "Unprocessed") && (
              <Button variant="link" onClick={() => void rebuild()}>
                {scopeWords.rebuild}
              </Button>
            )}
          </StackItem>
        </Stack>
      </CardBody>
      {isAdding && <AddScopesDialog account={account} onClose={() => setAdding(false)} />}
      {isOpening && (
        <ConfirmDialog
          title={words.seesAllTitle}
          body={words.seesAllText(account.Name ?? "")}
          action={words.seesAll}
          onClose={() => setOpening(false)}
          onConfirm={toggle}
        />
      )}
    </Card>
  );
}

function PasswordDialog({ account, onClose }: { account: Account; onClose(): void }) {
  const [password, setPassword] = useState("");
  const { change } = useChange("Account");
  return (
    <FormDialog
      title={words.passwordTitle(account.Name ?? "")}
      action={words.changePassword}
      isReady={password !== ""}
      onClose={onClose}
      onSubmit={async () => {
        await change(words.done.password(account.Name ?? ""), "PUT", `${accountPath(idOf(account))}/password`, { Password: password });
        onClose();
      }}
    >
      <PasswordField
        id="new-password"
        label={words.password}
        value={password}
        onChange={setPassword}
        make={makePassword}
        help={words.passwordEnds}
        isRequired
      />
    </FormDialog>
  );
}

function factsOf(account: Account): Fact[] {
  const facts: Fact[] = [[words.kind, words.kinds[account.AccountType]]];
  const files = account.FlrSettings;
  if (files) {
    facts.push([words.files, files.FlrInplaceOnly ? words.inPlaceOnly : words.filesAnywhere]);
    facts.push([words.letOut, files.FlrExtentionRestrictions || text.common.all]);
  }
  if (account.SqlSettings) facts.push([words.databases, account.SqlSettings.DenyInPlaceRestore ? words.databasesElsewhere : words.filesAnywhere]);
  return facts;
}

function AccountPage() {
  const { id = "" } = useParams();
  const account = useAccount(id);
  const roles = useRolesOf(id);
  const navigate = useNavigate();
  // Of the account itself nothing is read again: it is gone.
  const { tryChange } = useChange("Account", "all");
  const [dialog, setDialog] = useState<"password" | "remove">();
  const name = account.data?.Name ?? "";
  const isUser = account.data?.AccountType === "User";

  async function remove() {
    if (await tryChange(words.done.remove(name), "DELETE", accountPath(id))) void navigate("/administration/accounts");
  }

  return (
    <Administration
      title={name || words.account}
      above={[{ title: words.title, to: "/administration/accounts" }]}
      actions={
        account.data && (
          <Flex columnGap={{ default: "columnGapSm" }} rowGap={{ default: "rowGapSm" }}>
            {isUser && (
              <Button variant="secondary" onClick={() => setDialog("password")}>
                {words.changePassword}
              </Button>
            )}
            <Button variant="secondary" isDanger onClick={() => setDialog("remove")}>
              {words.remove}
            </Button>
          </Flex>
        )
      }
    >
      <Loaded of={account}>
        {(one) => (
          <Stack hasGutter>
            <Card>
              <CardBody>
                <Facts rows={factsOf(one)} columnModifier={{ default: "1Col", md: "2Col" }} />
              </CardBody>
            </Card>
            <Loaded of={roles}>{(held) => <RolesCard key={held.join()} account={one} held={held} />}</Loaded>
            <ScopesCard account={one} />
          </Stack>
        )}
      </Loaded>
      {dialog === "password" && account.data && <PasswordDialog account={account.data} onClose={() => setDialog(undefined)} />}
      {dialog === "remove" && (
        <ConfirmDialog
          title={words.removeTitle}
          body={words.removeText(name, !isUser)}
          action={words.remove}
          onClose={() => setDialog(undefined)}
          onConfirm={() => void remove()}
        />
      )}
    </Administration>
  );
}

export default forAdministrators(AccountPage);
