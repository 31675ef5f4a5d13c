// What programs use in the place of a logon.
import { Alert, Button, Checkbox, ClipboardCopy, FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader, PageSection } from "@patternfly/react-core";
import { KeyIcon } from "@patternfly/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, send } from "../../api/client";
import { useRoles, useSession } from "../../api/session";
import { idOf, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { FormDialog, TextField } from "../../components/FormDialog";
import { PageHead } from "../../components/PageHead";
import { Time } from "../../components/values";
import { WholeTable } from "../../components/WholeTable";
import { text } from "../../messages";
import { RoleChoice } from "../accounts/RoleChoice";
import { roleNames } from "../accounts/roles";
import { ScopePicker, writeScopes, type Scope } from "../accounts/ScopePicker";

type Token = Schemas["ApiToken"];

const dayMilliseconds = 86_400_000;
const lives = [30, 90, 365, 1825];

function CreateDialog({ onMade, onClose }: { onMade(token: Token): void; onClose(): void }) {
  const { logon } = useSession();
  const { isAdministrator } = useRoles();
  const offered = isAdministrator ? roleNames : roleNames.filter((role) => logon?.Roles.Roles.includes(role));
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<string[]>([]);
  const [days, setDays] = useState(365);
  const [isScoped, setScoped] = useState(false);
  const [scopes, setScopes] = useState<Scope[]>([]);
  const cache = useQueryClient();

  async function create() {
    const body: Schemas["ApiTokenSpecInput"] = {
      Name: name.trim(),
      Roles: { Roles: roles },
      ExpirationTimeUTC: new Date(Date.now() + days * dayMilliseconds).toISOString(),
      HierarchyScopeObjects: isScoped ? writeScopes(scopes) : null,
    };
    onMade((await (await send("POST", "/tokens", { body })).json()) as Token);
    void cache.invalidateQueries({ queryKey: ["ApiToken"] });
  }

  return (
    <FormDialog
      title={text.tokens.create}
      button={text.tokens.create}
      isReady={name.trim() !== "" && roles.length > 0 && (!isScoped || scopes.length > 0)}
      onSubmit={create}
      onClose={onClose}
    >
      <TextField id="token-name" label={text.common.name} value={name} onChange={setName} help={text.tokens.nameHelp} isRequired />
      <RoleChoice offered={offered} chosen={roles} onChange={setRoles} />
      <FormGroup label={text.tokens.life} fieldId="token-life">
        <FormSelect id="token-life" value={days} onChange={(_, value) => setDays(Number(value))}>
          {lives.map((count) => (
            <FormSelectOption key={count} value={count} label={text.tokens.days(count)} />
          ))}
        </FormSelect>
      </FormGroup>
      <Checkbox
        id="token-scoped"
        label={text.tokens.scoped}
        description={text.tokens.scopedHelp}
        isChecked={isScoped}
        onChange={(_, value) => setScoped(value)}
      />
      {isScoped && <ScopePicker scopes={scopes} onChange={setScopes} />}
    </FormDialog>
  );
}

// The one time that its text is told.
function SecretDialog({ token, onClose }: { token: Token; onClose(): void }) {
  return (
    <Modal isOpen variant="medium" aria-labelledby="token-title">
      <ModalHeader title={text.tokens.made(token.Name ?? "")} labelId="token-title" />
      <ModalBody>
        <Alert isInline variant="warning" title={text.tokens.once} className="holdfast-above" />
        <ClipboardCopy isReadOnly hoverTip={text.common.copy} clickTip={text.common.copied} textAriaLabel={text.tokens.secret}>
          {token.Token ?? ""}
        </ClipboardCopy>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{text.tokens.close}</Button>
      </ModalFooter>
    </Modal>
  );
}

export default function TokensPage() {
  const { isAdministrator } = useRoles();
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<Token>();
  const [removed, setRemoved] = useState<Token>();
  const { attempt } = useNotices();
  const tokens = useQuery({
    queryKey: ["ApiToken"],
    queryFn: ({ signal }) => get<Schemas["ApiTokens"]>("/tokens?format=Entity", signal),
  });
  const create = <Button onClick={() => setCreating(true)}>{text.tokens.create}</Button>;
  return (
    <>
      <PageHead title={text.tokens.title} actions={create}>
        {text.tokens.help}
      </PageHead>
      <PageSection hasBodyWrapper={false}>
        <Loaded of={tokens}>
          {({ ApiTokens }) => (
            <WholeTable
              label={text.tokens.title}
              items={ApiTokens}
              keyOf={(token) => token.UID ?? ""}
              columns={[
                { title: text.common.name, width: 20, cell: (token) => token.Name },
                ...(isAdministrator ? [{ title: text.audit.account, cell: (token: Token) => token.AccountName }] : []),
                { title: text.account.roles, width: 20, cell: (token) => token.Roles.Roles.join(", ") },
                {
                  title: text.scopes.title,
                  cell: (token) => token.Scopes?.Scopes.map((scope) => scope.ObjectName).join(", ") ?? text.tokens.seesAll,
                },
                { title: text.tokens.expires, cell: (token) => <Time at={token.ExpirationTimeUTC} /> },
                { title: text.tokens.used, cell: (token) => <Time at={token.LastUseTimeUTC} /> },
              ]}
              actions={(token) => [{ title: text.tokens.remove, isDanger: true, onClick: () => setRemoved(token) }]}
              empty={{ title: text.tokens.emptyTitle, body: text.tokens.emptyText, icon: KeyIcon, action: create }}
            />
          )}
        </Loaded>
      </PageSection>
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
      {removed && (
        <ConfirmDialog
          title={text.tokens.removeTitle}
          body={text.tokens.removeText(removed.Name ?? "")}
          action={text.tokens.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void attempt(text.tokens.done.remove(removed.Name ?? ""), ["ApiToken"], () => send("DELETE", `/tokens/${idOf(removed)}`))
          }
        />
      )}
    </>
  );
}
