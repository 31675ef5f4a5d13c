import { ActionGroup, Button, Checkbox, Form, FormGroup, Radio } from "@patternfly/react-core";
import { useState, type FormEvent } from "react";
import { useNavigate } from "react-router";
import { PasswordField, TextField } from "../../components/Field";
import { FormFailure } from "../../components/Failure";
import { text } from "../../messages";
import { makePassword } from "../repositories/password";
import { useChange } from "../../app/change";
import { firstAccount, hasPassword, isComplete, mayRestoreFiles, writeAccount, type AccountDraft } from "./accounts";
import { Administration, forAdministrators } from "./Administration";
import { useRoleIds } from "./data";
import { useRebuild } from "./rebuild";
import { RoleChoice } from "./RoleChoice";
import { ScopePicker } from "./ScopePicker";

const words = text.administration.accounts;

function NewAccountPage() {
  const navigate = useNavigate();
  const { change } = useChange("Account");
  const rebuild = useRebuild();
  const roles = useRoleIds();
  const [draft, setDraft] = useState<AccountDraft>(firstAccount);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const set = (some: Partial<AccountDraft>) => setDraft((before) => ({ ...before, ...some }));

  async function create(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const uids = new Map((roles.data ?? []).map((role) => [role.name, role.uid]));
    try {
      await change(words.done.create(draft.name.trim()), "POST", "/security/accounts", writeAccount(draft, uids));
    } catch (refused) {
      setError(refused);
      setBusy(false);
      return;
    }
    void navigate("/administration/accounts");
    if (!draft.seesAll) await rebuild();
  }

  return (
    <Administration title={words.createTitle} above={[{ title: words.title, to: "/administration/accounts" }]}>
      <Form className="holdfast-form" onSubmit={(event) => void create(event)}>
        <TextField
          id="account-name"
          label={text.common.name}
          value={draft.name}
          maxLength={255}
          onChange={(name) => set({ name })}
          help={words.nameHelp}
          isRequired
        />
        <FormGroup label={words.kind} role="radiogroup" fieldId="account-kind" isStack>
          <Radio
            id="account-local"
            name="account-kind"
            label={words.local}
            description={words.localHelp}
            isChecked={hasPassword(draft)}
            onChange={() => set({ kind: "User", keptBy: "Holdfast" })}
          />
          <Radio
            id="account-directory"
            name="account-kind"
            label={words.directory}
            description={words.directoryHelp}
            isChecked={draft.kind === "User" && draft.keptBy === "Directory"}
            onChange={() => set({ kind: "User", keptBy: "Directory" })}
          />
          <Radio
            id="account-group"
            name="account-kind"
            label={words.group}
            description={words.groupHelp}
            isChecked={draft.kind === "Group"}
            onChange={() => set({ kind: "Group", keptBy: "Directory" })}
          />
        </FormGroup>
        {hasPassword(draft) && (
          <PasswordField
            id="account-password"
            label={words.password}
            value={draft.password}
            onChange={(password) => set({ password })}
            make={makePassword}
            isRequired
          />
        )}
        <RoleChoice chosen={draft.roles} onChange={(chosen) => set({ roles: chosen })} />
        {mayRestoreFiles(draft) && (
          <FormGroup label={words.files} role="group" fieldId="account-files" isStack>
            <Checkbox
              id="account-in-place"
              label={words.inPlaceOnly}
              description={words.inPlaceOnlyHelp}
              isChecked={draft.filesInPlaceOnly}
              onChange={(_, filesInPlaceOnly) => set({ filesInPlaceOnly })}
            />
            <TextField
              id="account-extensions"
              label={words.extensions}
              value={draft.extensions}
              placeholder="doc, pdf"
              onChange={(extensions) => set({ extensions })}
              help={words.extensionsHelp}
            />
          </FormGroup>
        )}
        <FormGroup label={words.sees} role="radiogroup" fieldId="account-sees" isStack>
          <Radio
            id="account-scopes"
            name="account-sees"
            label={words.seesScopes}
            isChecked={!draft.seesAll}
            onChange={() => set({ seesAll: false })}
          />
          <Radio id="account-all" name="account-sees" label={words.seesAll} isChecked={draft.seesAll} onChange={() => set({ seesAll: true })} />
        </FormGroup>
        {!draft.seesAll && <ScopePicker chosen={draft.scopes} onChange={(scopes) => set({ scopes })} />}
        <FormFailure error={error} />
        <ActionGroup>
          <Button type="submit" isLoading={isBusy} isDisabled={isBusy || !roles.data || !isComplete(draft)}>
            {words.create}
          </Button>
          <Button variant="link" onClick={() => void navigate("/administration/accounts")}>
            {text.common.cancel}
          </Button>
        </ActionGroup>
      </Form>
    </Administration>
  );
}

export default forAdministrators(NewAccountPage);
