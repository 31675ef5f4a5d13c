import { ActionGroup, Button, Checkbox, Form, FormGroup, FormSelect, FormSelectOption, Radio, Switch } from "@patternfly/react-core";
import { useState, type FormEvent } from "react";
import { useNavigate } from "react-router";
import { useEntities } from "../../api/query";
import { Help, PasswordField, TextField } from "../../components/Field";
import { FormFailure } from "../../components/Failure";
import { text } from "../../messages";
import { makePassword } from "../repositories/password";
import { isComplete, type MailEncryption, type TargetDraft } from "./targets";

const words = text.administration.targets;
const mostJobs = 200;

interface PartProps {
  draft: TargetDraft;
  set(some: Partial<TargetDraft>): void;
  isEdit: boolean;
}

function WebhookFields({ draft, set }: Pick<PartProps, "draft" | "set">) {
  return (
    <>
      <TextField
        id="webhook-url"
        label={words.url}
        value={draft.url}
        placeholder="https://chat.example.org/hooks/backup"
        onChange={(url) => set({ url })}
        isRequired
      />
      <PasswordField
        id="webhook-secret"
        label={words.secret}
        value={draft.secret}
        onChange={(secret) => set({ secret })}
        make={makePassword}
        help={draft.hasSecret ? words.secretKept : words.secretHelp}
        isRequired={!draft.hasSecret}
      />
    </>
  );
}

function MailFields({ draft, set, isEdit }: PartProps) {
  return (
    <>
      <TextField id="mail-to" label={words.recipients} value={draft.to} onChange={(to) => set({ to })} help={words.recipientsHelp} isRequired />
      <TextField id="mail-from" label={words.from} value={draft.from} onChange={(from) => set({ from })} isRequired />
      <TextField
        id="mail-server"
        label={words.mailServer}
        value={draft.server}
        placeholder="mail.example.org"
        onChange={(server) => set({ server })}
        isRequired
      />
      <FormGroup label={words.encryption} fieldId="mail-encryption">
        <FormSelect
          id="mail-encryption"
          value={draft.encryption}
          onChange={(_, encryption) => set({ encryption: encryption as MailEncryption })}
        >
          {(Object.keys(words.encryptions) as MailEncryption[]).map((one) => (
            <FormSelectOption key={one} value={one} label={words.encryptions[one]} />
          ))}
        </FormSelect>
      </FormGroup>
      <TextField id="mail-port" label={words.port} type="number" value={draft.port} onChange={(port) => set({ port })} help={words.portHelp} />
      {draft.encryption !== "None" && (
        <>
          <TextField id="mail-user" label={words.user} value={draft.user} onChange={(user) => set({ user })} />
          <PasswordField
            id="mail-password"
            label={words.password}
            value={draft.password}
            onChange={(password) => set({ password })}
            help={isEdit ? words.passwordKept : undefined}
          />
        </>
      )}
    </>
  );
}

function JobChoice({ draft, set }: Pick<PartProps, "draft" | "set">) {
  const jobs = useEntities("Job", { sort: { field: "Name", descending: false }, pageSize: mostJobs });
  const chosen = draft.jobs;
  return (
    <FormGroup label={words.jobs} role="group" fieldId="target-jobs" isStack>
      <Switch id="target-all-jobs" label={words.allJobs} isChecked={!chosen} onChange={(_, all) => set({ jobs: all ? undefined : new Set() })} />
      {chosen &&
        jobs.data?.items.map((job) => (
          <Checkbox
            key={job.UID}
            id={`job-${job.UID}`}
            label={job.Name}
            isChecked={chosen.has(job.UID ?? "")}
            onChange={(_, isChosen) => {
              const next = new Set(chosen);
              if (isChosen) next.add(job.UID ?? "");
              else next.delete(job.UID ?? "");
              set({ jobs: next });
            }}
          />
        ))}
      {chosen && jobs.data?.items.length === 0 && <Help>{words.noJobs}</Help>}
      <FormFailure error={jobs.error} />
    </FormGroup>
  );
}

interface TargetFormProps {
  first: TargetDraft;
  isEdit: boolean;
  action: string;
  // Throws what the server said where it refused.
  onSave(draft: TargetDraft): Promise<void>;
}

export function TargetForm({ first, isEdit, action, onSave }: TargetFormProps) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(first);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const set = (some: Partial<TargetDraft>) => setDraft((before) => ({ ...before, ...some }));

  async function save(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onSave(draft);
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  const check = (name: "onSuccess" | "onWarning" | "onFailed" | "restores", label: string) => (
    <Checkbox id={`target-${name}`} label={label} isChecked={draft[name]} onChange={(_, isChecked) => set({ [name]: isChecked })} />
  );
  return (
    <Form className="holdfast-form" onSubmit={(event) => void save(event)}>
      <TextField id="target-name" label={text.common.name} value={draft.name} maxLength={50} onChange={(name) => set({ name })} isRequired />
      <FormGroup label={words.kind} role="radiogroup" fieldId="target-kind" isInline>
        <Radio
          id="target-mail"
          name="target-kind"
          label={words.kinds.Mail}
          isChecked={draft.kind === "Mail"}
          onChange={() => set({ kind: "Mail" })}
        />
        <Radio
          id="target-webhook"
          name="target-kind"
          label={words.kinds.Webhook}
          isChecked={draft.kind === "Webhook"}
          onChange={() => set({ kind: "Webhook" })}
        />
      </FormGroup>
      {draft.kind === "Webhook" ? (
        <WebhookFields draft={draft} set={set} />
      ) : (
        <MailFields draft={draft} set={set} isEdit={isEdit} />
      )}
      <FormGroup label={words.when} role="group" fieldId="target-when" isStack>
        {check("onSuccess", text.result.Success)}
        {check("onWarning", text.result.Warning)}
        {check("onFailed", text.result.Failed)}
      </FormGroup>
      <JobChoice draft={draft} set={set} />
      <FormGroup label={text.restores.title} role="group" fieldId="target-restores">
        {check("restores", words.restores)}
      </FormGroup>
      <FormFailure error={error} />
      <ActionGroup>
        <Button type="submit" isLoading={isBusy} isDisabled={isBusy || !isComplete(draft)}>
          {action}
        </Button>
        <Button variant="link" onClick={() => void navigate("/administration/notifications")}>
          {text.common.cancel}
        </Button>
      </ActionGroup>
    </Form>
  );
}
