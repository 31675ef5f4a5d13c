// One account: its roles, what it sees, its password.
import { ActionList, ActionListItem, Alert, Button, Card, CardBody, CardHeader, CardTitle, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { UsersIcon } from "@patternfly/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useParams } from "react-router";
import { get, send } from "../../api/client";
import { idOf, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { FactCard, type Fact } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { FormDialog, TextField } from "../../components/FormDialog";
import { PageHead } from "../../components/PageHead";
import { WholeTable } from "../../components/WholeTable";
import { text } from "../../messages";
import { RoleChoice } from "./RoleChoice";
import { roleNames, useRolesOf, useRoleUids, type RoleOfAccount } from "./roles";
import { putIntoEffect, ScopePicker, writeScopes, type Scope } from "./ScopePicker";

type Account = Schemas["EnterpriseAccount"];
type AccountScope = Schemas["EnterpriseAccountHierarchyScope"];

const affected = ["EnterpriseAccount", "EnterpriseAccountInRole"];
const pathOf = (account: Account) => `/security/accounts/${idOf(account)}`;

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <StackItem>
      <Card component="section">
        <CardHeader actions={{ actions: action, hasNoOffset: true }}>
          <CardTitle component="h2">{title}</CardTitle>
        </CardHeader>
        <CardBody>{children}</CardBody>
      </Card>
    </StackItem>
  );
}

function AddRolesDialog({ account, held, onClose }: { account: Account; held: string[]; onClose(): void }) {
  const [roles, setRoles] = useState<string[]>([]);
  const uids = useRoleUids();
  const cache = useQueryClient();
  async function add() {
    try {
      for (const role of roles) {
        const body: Schemas["EnterpriseAccountInRoleCreateSpecInput"] = { EnterpriseRoleUid: uids.data?.get(role) ?? role };
        await send("POST", `${pathOf(account)}/roles`, { body });
      }
    } finally {
      for (const key of affected) void cache.invalidateQueries({ queryKey: [key] });
    }
    onClose();
  }
  return (
    <FormDialog
      title={text.accounts.addRole}
      description={text.accounts.endsSessions}
      button={text.accounts.addRole}
      isReady={roles.length > 0}
      onSubmit={add}
      onClose={onClose}
    >
      <RoleChoice offered={roleNames.filter((role) => !held.includes(role))} chosen={roles} onChange={setRoles} />
    </FormDialog>
  );
}

function Roles({ account }: { account: Account }) {
  const roles = useRolesOf(account);
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<RoleOfAccount>();
  const { attempt } = useNotices();
  return (
    <Section
      title={text.account.roles}
      action={
        <Button variant="secondary" onClick={() => setAdding(true)}>
          {text.accounts.addRole}
        </Button>
      }
    >
      <Loaded of={roles}>
        {(held) => (
          <>
            <WholeTable
              label={text.account.roles}
              items={held}
              keyOf={(role) => role.id}
              columns={[
                { title: text.common.name, width: 30, cell: (role) => role.name },
                { title: text.common.description, cell: (role) => text.roles[role.name as keyof typeof text.roles] },
              ]}
              actions={(role) => [{ title: text.accounts.removeRole, isDanger: true, onClick: () => setRemoved(role) }]}
              empty={{ title: text.account.roles, body: text.common.none, icon: UsersIcon }}
            />
            {isAdding && <AddRolesDialog account={account} held={held.map(({ name }) => name)} onClose={() => setAdding(false)} />}
          </>
        )}
      </Loaded>
      {removed && (
        <ConfirmDialog
          title={text.accounts.removeRoleTitle}
          body={text.accounts.removeRoleText(account.Name ?? "", removed.name)}
          action={text.accounts.removeRole}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void attempt(text.accounts.done.removeRole(account.Name ?? "", removed.name), affected, () =>
              send("DELETE", `${pathOf(account)}/roles/${removed.id}`),
            )
          }
        />
      )}
    </Section>
  );
}

function AddScopesDialog({ account, onClose }: { account: Account; onClose(): void }) {
  const [scopes, setScopes] = useState<Scope[]>([]);
  const cache = useQueryClient();
  async function add() {
    await send("POST", `${pathOf(account)}/scopes`, { body: writeScopes(scopes) });
    await putIntoEffect();
    for (const key of affected) void cache.invalidateQueries({ queryKey: [key] });
    onClose();
  }
  return (
    <FormDialog title={text.scopes.addTitle} button={text.scopes.add} isReady={scopes.length > 0} onSubmit={add} onClose={onClose}>
      <ScopePicker scopes={scopes} onChange={setScopes} />
    </FormDialog>
  );
}

function Scopes({ account }: { account: Account }) {
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<AccountScope>();
  const { attempt } = useNotices();
  const scopes = useQuery({
    queryKey: ["EnterpriseAccount", "scopes", account.UID],
    queryFn: ({ signal }) => get<Schemas["EnterpriseAccountHierarchyScopes"]>(`${pathOf(account)}/scopes`, signal),
    // Until the hosts have told what is in new ones.
    refetchInterval: ({ state }) =>
      state.data?.EnterpriseAccountHierarchyScopes.some((scope) => scope.State === "Unprocessed") ? 2000 : 60_000,
  });
  const add = (
    <Button variant="secondary" onClick={() => setAdding(true)}>
      {text.scopes.addTitle}
    </Button>
  );
  return (
    <Section title={text.scopes.title} action={add}>
      <Stack hasGutter>
        {account.AllowRestoreAllVms && (
          <StackItem>
            <Alert isInline isPlain variant="info" title={text.accounts.scopesAreIdle} />
          </StackItem>
        )}
        <StackItem>
          <Loaded of={scopes}>
            {({ EnterpriseAccountHierarchyScopes }) => (
              <WholeTable
                label={text.scopes.title}
                items={EnterpriseAccountHierarchyScopes}
                keyOf={(scope) => scope.Href ?? ""}
                columns={[
                  { title: text.common.name, width: 30, cell: (scope) => scope.Name },
                  { title: text.scopes.kind, cell: (scope) => text.scopes.kinds[scope.HierarchyObjectType as keyof typeof text.scopes.kinds] },
                  { title: text.scopes.host, cell: (scope) => scope.HierarchyRootName },
                  { title: text.scopes.state, cell: (scope) => text.scopes.states[scope.State] },
                ]}
                actions={(scope) => [{ title: text.scopes.remove, isDanger: true, onClick: () => setRemoved(scope) }]}
                empty={{ title: text.scopes.emptyTitle, body: text.scopes.emptyText, icon: UsersIcon }}
              />
            )}
          </Loaded>
        </StackItem>
      </Stack>
      {isAdding && <AddScopesDialog account={account} onClose={() => setAdding(false)} />}
      {removed && (
        <ConfirmDialog
          title={text.scopes.removeTitle}
          body={text.scopes.removeText(account.Name ?? "", removed.Name ?? "")}
          action={text.scopes.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void attempt(text.accounts.done.removeScope(account.Name ?? "", removed.Name ?? ""), affected, () =>
              send("DELETE", `${pathOf(account)}/scopes/${(removed.Href ?? "").split("/").pop()}`),
            )
          }
        />
      )}
    </Section>
  );
}

function PasswordDialog({ account, onClose }: { account: Account; onClose(): void }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { tell } = useNotices();
  async function change() {
    await send("PUT", `${pathOf(account)}/password`, { body: { Password: password } });
    tell("success", text.task.done(text.accounts.done.password(account.Name ?? "")));
    onClose();
  }
  return (
    <FormDialog
      title={text.accounts.newPassword}
      description={text.accounts.endsSessions}
      button={text.common.save}
      isReady={password !== "" && password === again}
      onSubmit={change}
      onClose={onClose}
    >
      <TextField id="new-password" type="password" label={text.logon.password} value={password} onChange={setPassword} isRequired />
      <TextField
        id="new-again"
        type="password"
        label={text.accounts.again}
        value={again}
        onChange={setAgain}
        help={again !== "" && again !== password ? text.accounts.differ : undefined}
        isRequired
      />
    </FormDialog>
  );
}

function factsOf(account: Account): Fact[] {
  const files = account.FlrSettings;
  const extensions = files?.FlrExtentionRestrictions;
  return [
    [text.accounts.kind, text.accounts.types[account.AccountType]],
    [text.accounts.sees, account.AllowRestoreAllVms ? text.accounts.seesAll : text.accounts.seesSome],
    ...(files
      ? [
          [text.accounts.downloads, files.FlrInplaceOnly ? text.accounts.inPlaceOnly : text.accounts.mayDownload] as Fact,
          [text.accounts.extensions, extensions ? extensions : text.common.all] as Fact,
        ]
      : []),
  ];
}

export default function AccountPage() {
  const { id = "" } = useParams();
  const [isChanging, setChanging] = useState(false);
  const { attempt } = useNotices();
  const account = useQuery({
    queryKey: ["EnterpriseAccount", "entity", id],
    queryFn: ({ signal }) => get<Account>(`/security/accounts/${encodeURIComponent(id)}?format=Entity`, signal),
  });
  return (
    <Loaded of={account}>
      {(shown) => (
        <>
          <PageHead
            title={shown.Name ?? ""}
            above={[{ title: text.accounts.title, to: "/accounts" }]}
            actions={
              <ActionList>
                <ActionListItem>
                  <Button
                    variant="secondary"
                    onClick={() =>
                      void attempt(text.accounts.done.toggle(shown.Name ?? ""), affected, () => send("POST", pathOf(shown)))
                    }
                  >
                    {shown.AllowRestoreAllVms ? text.accounts.toSome : text.accounts.toAll}
                  </Button>
                </ActionListItem>
                {shown.AccountType === "User" && (
                  <ActionListItem>
                    <Button variant="secondary" onClick={() => setChanging(true)}>
                      {text.accounts.newPassword}
                    </Button>
                  </ActionListItem>
                )}
              </ActionList>
            }
          />
          <PageSection hasBodyWrapper={false}>
            <Stack hasGutter>
              <StackItem>
                <FactCard rows={factsOf(shown)} />
              </StackItem>
              <Roles account={shown} />
              <Scopes account={shown} />
            </Stack>
          </PageSection>
          {isChanging && <PasswordDialog account={shown} onClose={() => setChanging(false)} />}
        </>
      )}
    </Loaded>
  );
}
