import { Checkbox, FormGroup, FormSelect, FormSelectOption, Radio } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../../api/client";
import type { Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { FormDialog, TextField } from "../../components/FormDialog";
import { text } from "../../messages";
import { RoleChoice } from "./RoleChoice";
import { roleNames, useRoleUids } from "./roles";
import { putIntoEffect, ScopePicker, writeScopes, type Scope } from "./ScopePicker";

// Who knows the password, and who is meant.
type Kind = keyof typeof text.accounts.kinds;

export function CreateAccountDialog({ onClose }: { onClose(): void }) {
  const [kind, setKind] = useState<Kind>("own");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [roles, setRoles] = useState<string[]>(["Portal User"]);
  const [seesAll, setSeesAll] = useState(false);
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [inPlaceOnly, setInPlaceOnly] = useState(false);
  const [extensions, setExtensions] = useState("");
  const uids = useRoleUids();
  const { tell } = useNotices();
  const cache = useQueryClient();
  const isOwn = kind === "own";
  const isAdministrator = roles.includes("Portal Administrator");
  const restoresFiles = roles.includes("File Restore Operator");
  const isReady =
    name.trim() !== "" && roles.length > 0 && (!isOwn || (password !== "" && password === again)) && (isAdministrator || seesAll || scopes.length > 0);

  async function create() {
    const isAll = isAdministrator || seesAll;
    const spec: Schemas["EnterpriseAccountCreateSpecInput"] = {
      AccountType: kind === "group" ? "Group" : "User",
      AccountName: name.trim(),
      Roles: { EnterpriseRoles: roles.map((role) => ({ EnterpriseRoleUid: uids.data?.get(role) ?? role })) },
      AllowRestoreAllVms: isAll,
      HierarchyScopeObjects: isAll ? null : writeScopes(scopes),
      FlrSettings: restoresFiles ? { FlrInplaceOnly: inPlaceOnly, FlrExtentionRestrictions: extensions.trim() || null } : null,
      Password: isOwn ? password : null,
    };
    await send("POST", "/security/accounts", { body: spec });
    if (!isAll) await putIntoEffect();
    tell("success", text.task.done(text.accounts.done.create(name.trim())));
    void cache.invalidateQueries({ queryKey: ["EnterpriseAccount"] });
    onClose();
  }

  return (
    <FormDialog title={text.accounts.create} button={text.accounts.create} isReady={isReady} onSubmit={create} onClose={onClose}>
      <FormGroup label={text.accounts.kind} fieldId="account-kind">
        <FormSelect id="account-kind" value={kind} onChange={(_, value) => setKind(value as Kind)}>
          {Object.entries(text.accounts.kinds).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      <TextField id="account-name" label={kind === "group" ? text.accounts.group : text.logon.user} value={name} onChange={setName} isRequired />
      {isOwn && (
        <>
          <TextField id="account-password" type="password" label={text.logon.password} value={password} onChange={setPassword} isRequired />
          <TextField
            id="account-again"
            type="password"
            label={text.accounts.again}
            value={again}
            onChange={setAgain}
            help={again !== "" && again !== password ? text.accounts.differ : undefined}
            isRequired
          />
        </>
      )}
      <RoleChoice offered={roleNames} chosen={roles} onChange={setRoles} />
      {restoresFiles && (
        <>
          <Checkbox
            id="account-in-place"
            label={text.accounts.inPlaceOnly}
            isChecked={inPlaceOnly}
            onChange={(_, value) => setInPlaceOnly(value)}
          />
          <TextField
            id="account-extensions"
            label={text.accounts.extensions}
            value={extensions}
            onChange={setExtensions}
            help={text.accounts.extensionsHelp}
            isOptional
          />
        </>
      )}
      {!isAdministrator && (
        <FormGroup role="radiogroup" label={text.accounts.sees} fieldId="account-sees">
          <Radio id="sees-some" name="sees" label={text.accounts.seesSome} isChecked={!seesAll} onChange={() => setSeesAll(false)} />
          <Radio id="sees-all" name="sees" label={text.accounts.seesAll} isChecked={seesAll} onChange={() => setSeesAll(true)} />
        </FormGroup>
      )}
      {!isAdministrator && !seesAll && <ScopePicker scopes={scopes} onChange={setScopes} />}
    </FormDialog>
  );
}
