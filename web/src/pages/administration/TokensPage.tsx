import {
  Alert,
  Button,
  Checkbox,
  ClipboardCopy,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Label,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from "@patternfly/react-core";
import { KeyIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { useRoles, useSession } from "../../api/session";
import { idOf, type Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { ListTable } from "../../components/ListTable";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { rolesForToken, writeScopes, type ChosenScope } from "./accounts";
import { Administration } from "./Administration";
import { useAccounts, useRolesOf, useTokens } from "./data";
import { RoleChoice } from "./RoleChoice";
import { ScopePicker } from "./ScopePicker";
import { expirationAfter, isExpired, lives } from "./tokens";

type ApiToken = Schemas["ApiToken"];

const words = text.administration.tokens;

function CreateDialog({ onMade, onClose }: { onMade(token: ApiToken): void; onClose(): void }) {
  const { logon } = useSession();
  const { isAdministrator } = useRoles();
  const accounts = useAccounts(isAdministrator);
  const { change } = useChange("ApiToken");
  const [name, setName] = useState("");
  const [days, setDays] = useState<number>(365);
  // Empty: one's own.
  const [accountUid, setAccountUid] = useState("");
  const others = (accounts.data ?? []).filter((account) => account.AccountType === "User" && account.Name !== logon?.UserName);
  const rolesOfOther = useRolesOf(accountUid.split(":").pop() ?? "", accountUid !== "");
  const offered = rolesForToken((accountUid ? rolesOfOther.data : logon?.Roles.Roles) ?? []);
  // What was taken out; so a token has all that is offered until something is.
  const [without, setWithout] = useState(new Set<string>());
  const roles = offered.filter((role) => !without.has(role));
  const [isScoped, setScoped] = useState(false);
  const [scopes, setScopes] = useState(new Map<string, ChosenScope>());

  return (
    <FormDialog
      title={words.createTitle}
      action={words.create}
      isReady={name.trim() !== "" && roles.length > 0 && (!isScoped || scopes.size > 0)}
      onClose={onClose}
      onSubmit={async () => {
        const spec: Schemas["ApiTokenSpecInput"] = {
          Name: name.trim(),
          AccountUid: accountUid || null,
          Roles: { Roles: roles },
          ExpirationTimeUTC: expirationAfter(days, Date.now()),
          HierarchyScopeObjects: isScoped ? writeScopes(scopes.values()) : null,
        };
        const answer = await change(words.done.create(name.trim()), "POST", "/tokens", spec);
        onMade((await answer.json()) as ApiToken);
      }}
    >
      <TextField id="token-name" label={text.common.name} value={name} maxLength={50} onChange={setName} help={words.nameHelp} isRequired />
      {isAdministrator && (
        <FormGroup label={words.account} fieldId="token-account">
          <FormSelect id="token-account" value={accountUid} onChange={(_, value) => setAccountUid(value)}>
            <FormSelectOption value="" label={words.own(logon?.UserName ?? "")} />
            {others.map((account) => (
              <FormSelectOption key={account.UID} value={account.UID ?? ""} label={account.Name ?? ""} />
            ))}
          </FormSelect>
        </FormGroup>
      )}
      <FormGroup label={words.expires} fieldId="token-life">
        <FormSelect id="token-life" value={days} onChange={(_, value) => setDays(Number(value))}>
          {lives.map((life) => (
            <FormSelectOption key={life} value={life} label={words.life(life)} />
          ))}
        </FormSelect>
      </FormGroup>
      <RoleChoice
        offered={offered}
        chosen={new Set(roles)}
        onChange={(chosen) => setWithout(new Set(offered.filter((role) => !chosen.has(role))))}
      />
      <Checkbox
        id="token-scoped"
        label={words.scoped}
        description={words.scopedHelp}
        isChecked={isScoped}
        onChange={(_, value) => setScoped(value)}
      />
      {isScoped && <ScopePicker chosen={scopes} onChange={setScopes} />}
    </FormDialog>
  );
}

function SecretDialog({ token, onClose }: { token: ApiToken; onClose(): void }) {
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="secret-title">
      <ModalHeader title={words.madeTitle(token.Name ?? "")} labelId="secret-title" />
      <ModalBody>
        <Alert isInline variant="warning" title={words.onlyOnce} />
        <br />
        <ClipboardCopy isReadOnly hoverTip={text.common.copy} clickTip={text.common.copied} textAriaLabel={words.secret}>
          {token.Token ?? ""}
        </ClipboardCopy>
        <br />
        <p>{words.use}</p>
        <ClipboardCopy isReadOnly hoverTip={text.common.copy} clickTip={text.common.copied} textAriaLabel={words.header}>
          {`Authorization: Bearer ${token.Token ?? ""}`}
        </ClipboardCopy>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{words.close}</Button>
      </ModalFooter>
    </Modal>
  );
}

export default function TokensPage() {
  const tokens = useTokens();
  const { tryChange } = useChange("ApiToken");
  const { isAdministrator } = useRoles();
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<ApiToken>();
  const [revoked, setRevoked] = useState<ApiToken>();
  const create = <Button onClick={() => setCreating(true)}>{words.create}</Button>;
  return (
    <Administration title={words.title} help={isAdministrator ? words.help : words.ownHelp} actions={create}>
      <Loaded of={tokens}>
        {(items) => (
          <ListTable
            items={items}
            label={words.title}
            firstOrder="name"
            keyOf={(token) => idOf(token)}
            words={(token) => `${token.Name} ${token.AccountName}`}
            columns={[
              { name: "name", title: text.common.name, width: 20, value: (token) => token.Name, cell: (token) => token.Name },
              { name: "account", title: words.account, value: (token) => token.AccountName, cell: (token) => token.AccountName },
              {
                name: "roles",
                title: text.administration.accounts.roles,
                width: 25,
                cell: (token) => token.Roles.Roles.join(", "),
              },
              {
                name: "scopes",
                title: words.sees,
                cell: (token) => token.Scopes?.Scopes.map((scope) => scope.ObjectName).join(", ") ?? words.seesAsAccount,
              },
              {
                name: "expires",
                title: words.expires,
                value: (token) => token.ExpirationTimeUTC,
                cell: (token) =>
                  isExpired(token.ExpirationTimeUTC, Date.now()) ? (
                    <Label color="red" variant="outline">
                      {words.expired}
                    </Label>
                  ) : (
                    <Time at={token.ExpirationTimeUTC} />
                  ),
              },
              {
                name: "used",
                title: words.lastUse,
                value: (token) => token.LastUseTimeUTC,
                cell: (token) => <Time at={token.LastUseTimeUTC} />,
              },
            ]}
            actions={(token) => [{ title: words.revoke, isDanger: true, onClick: () => setRevoked(token) }]}
            empty={{ title: words.emptyTitle, body: words.emptyText, icon: KeyIcon, action: create }}
          />
        )}
      </Loaded>
      {isCreating && (
        <CreateDialog
          onClose={() => setCreating(false)}
          onMade={(token) => {
            setCreating(false);
            setMade(token);
          }}
        />
      )}
      {made && <SecretDialog token={made} onClose={() => setMade(undefined)} />}
      {revoked && (
        <ConfirmDialog
          title={words.revokeTitle}
          body={words.revokeText(revoked.Name ?? "", revoked.AccountName)}
          action={words.revoke}
          onClose={() => setRevoked(undefined)}
          onConfirm={() => void tryChange(words.done.revoke(revoked.Name ?? ""), "DELETE", `/tokens/${idOf(revoked)}`)}
        />
      )}
    </Administration>
  );
}
