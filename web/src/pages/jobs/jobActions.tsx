// What can be done with a job, wherever it is shown.
import { Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import type { IAction } from "@patternfly/react-table";
import { useState } from "react";
import { useNavigate } from "react-router";
import { get } from "../../api/client";
import { useRoles } from "../../api/session";
import { hasLink, idOf, type Job, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { text } from "../../messages";

// A job, with where it writes to, which is told only to whoever asks.
export async function readJob(id: string, signal?: AbortSignal): Promise<{ job: Job; repository: string }> {
  const job = await get<Job>(`/jobs/${id}?format=Entity&details=true`, signal);
  const href = job.Links?.find((link) => link.Rel === "Related" && link.Type === "RepositoryReference")?.Href;
  return { job, repository: href ? (new URL(href).pathname.split("/").pop() ?? "") : "" };
}

const affected = ["Job", "BackupJobSession", "report"];

function CloneDialog({ job, onClose }: { job: Job; onClose(): void }) {
  const { follow } = useNotices();
  const [name, setName] = useState(text.jobs.copyOf(job.Name ?? ""));
  const info = job.JobInfo?.BackupJobInfo;
  if (!info) return null;
  async function clone() {
    onClose();
    const { repository } = await readJob(idOf(job));
    const spec: Schemas["BackupJobCloneInfoTypeInput"] = {
      JobName: name.trim(),
      FolderName: "Backup",
      RepositoryUid: repository,
      Description: job.Description,
    };
    await follow(text.jobs.done.clone(job.Name ?? ""), "POST", `/jobs/${idOf(job)}?action=clone`, affected, { BackupJobCloneInfo: spec });
  }
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="clone-title">
      <ModalHeader title={text.jobs.cloneTitle} labelId="clone-title" />
      <ModalBody>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void clone();
          }}
        >
          <FormGroup label={text.jobs.cloneName} fieldId="clone-name" isRequired>
            <TextInput id="clone-name" value={name} maxLength={50} onChange={(_, value) => setName(value)} isRequired />
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={name.trim() === ""} onClick={() => void clone()}>
          {text.jobs.clone}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

// The actions that the account has, and the dialogs that belong to them.
export function useJobActions() {
  const { isAdministrator } = useRoles();
  const { follow } = useNotices();
  const navigate = useNavigate();
  const [cloned, setCloned] = useState<Job>();
  const [removed, setRemoved] = useState<Job>();

  const act = (job: Job, action: string, what: string) => void follow(what, "POST", `/jobs/${idOf(job)}?action=${action}`, affected);
  const done = text.jobs.done;
  const actionsOf = (job: Job): IAction[] => {
    if (!isAdministrator) return [];
    const name = job.Name ?? "";
    return [
      ...(hasLink(job, "Start") ? [{ title: text.jobs.start, onClick: () => act(job, "start", done.start(name)) }] : []),
      ...(hasLink(job, "Stop") ? [{ title: text.jobs.stop, onClick: () => act(job, "stop", done.stop(name)) }] : []),
      ...(hasLink(job, "Retry") ? [{ title: text.jobs.retry, onClick: () => act(job, "retry", done.retry(name)) }] : []),
      ...(hasLink(job, "ToggleScheduleEnabled") && job.ScheduleConfigured
        ? [
            {
              title: job.ScheduleEnabled ? text.jobs.disable : text.jobs.enable,
              onClick: () => act(job, "toggleScheduleEnabled", done.toggle(name)),
            },
          ]
        : []),
      ...(hasLink(job, "Edit") && job.JobType === "Backup"
        ? [{ title: text.jobs.edit, onClick: () => void navigate(`/jobs/${idOf(job)}/edit`) }]
        : []),
      ...(hasLink(job, "Clone") ? [{ title: text.jobs.clone, onClick: () => setCloned(job) }] : []),
      ...(hasLink(job, "Edit")
        ? [{ isSeparator: true }, { title: text.jobs.remove, isDanger: true, onClick: () => setRemoved(job) }]
        : []),
    ];
  };
  const dialogs = (
    <>
      {cloned && <CloneDialog job={cloned} onClose={() => setCloned(undefined)} />}
      {removed && (
        <ConfirmDialog
          title={text.jobs.removeTitle}
          body={text.jobs.removeText(removed.Name ?? "")}
          action={text.jobs.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void follow(done.remove(removed.Name ?? ""), "DELETE", `/jobs/${idOf(removed)}`, affected).then((task) => {
              if (task) void navigate("/jobs");
            })
          }
        />
      )}
    </>
  );
  return { actionsOf, dialogs };
}
