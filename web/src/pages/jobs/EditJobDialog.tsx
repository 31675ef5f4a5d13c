// A job that is there: its name, when it runs, how much is kept, whether its files can be searched.
import { Alert, Button, Checkbox, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { run } from "../../api/client";
import { idOf, type Job, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { FormFailure } from "../../components/Failure";
import { text } from "../../messages";
import { RetentionField, ScheduleFields } from "./ScheduleFields";
import { fromScheduleOptions, toScheduleOptions } from "./schedule";

export function EditJobDialog({ job, onClose }: { job: Job; onClose(): void }) {
  const info = job.JobInfo?.BackupJobInfo;
  const given = fromScheduleOptions(job);
  const [name, setName] = useState(job.Name ?? "");
  const [description, setDescription] = useState(job.Description ?? "");
  const [schedule, setSchedule] = useState(given);
  const isByPoints = info?.SimpleRetentionPolicy?.RetainLimitType !== "Days";
  const [points, setPoints] = useState(info?.SimpleRetentionPolicy?.RetainCycles ?? 1);
  const wasIndexed = info?.GuestProcessingOptions?.LinuxGuestFSIndexingOptions?.FileSystemIndexingMode === "EveryFolders";
  const [isIndexed, setIndexed] = useState(wasIndexed);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { tell } = useNotices();
  const cache = useQueryClient();

  async function save(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    // An edit changes what it names, and nothing else.
    const backup: Schemas["BackupJobInfoTypeInput"] = {};
    if (isByPoints) backup.SimpleRetentionPolicy = { RetainCycles: points, RetainLimitType: "Cycles" };
    if (isIndexed !== wasIndexed) {
      const mode = isIndexed ? "EveryFolders" : "Disabled";
      backup.GuestProcessingOptions = {
        LinuxGuestFSIndexingOptions: { FileSystemIndexingMode: mode },
        WindowsGuestFSIndexingOptions: { FileSystemIndexingMode: mode },
      };
    }
    const edit: Schemas["JobInput"] = { Name: name.trim(), Description: description, JobInfo: { BackupJobInfo: backup } };
    if (schedule && schedule.kind !== "none") edit.JobScheduleOptions = toScheduleOptions(schedule);
    if (given) edit.ScheduleEnabled = schedule?.kind !== "none";
    try {
      await run("PUT", `/jobs/${idOf(job)}?action=edit`, edit);
      tell("success", text.task.done(text.jobs.done.edit(name.trim())));
      void cache.invalidateQueries({ queryKey: ["Job"] });
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="edit-title">
      <ModalHeader title={text.jobs.editTitle} labelId="edit-title" />
      <ModalBody>
        <Form id="edit-form" onSubmit={(event) => void save(event)}>
          <FormFailure error={error} />
          <FormGroup label={text.common.name} fieldId="edit-name" isRequired>
            <TextInput id="edit-name" value={name} maxLength={50} onChange={(_, value) => setName(value)} isRequired />
          </FormGroup>
          <FormGroup label={text.common.description} fieldId="edit-description">
            <TextInput id="edit-description" value={description} onChange={(_, value) => setDescription(value)} />
          </FormGroup>
          {schedule ? (
            <ScheduleFields schedule={schedule} set={setSchedule} />
          ) : (
            <Alert isInline variant="info" title={text.jobs.otherSchedule} />
          )}
          {isByPoints && <RetentionField points={points} set={setPoints} />}
          <Checkbox
            id="edit-index"
            label={text.jobs.index}
            description={text.jobs.indexHelp}
            isChecked={isIndexed}
            onChange={(_, value) => setIndexed(value)}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form="edit-form"
          isLoading={isBusy}
          isDisabled={isBusy || name.trim() === "" || (schedule?.kind === "daily" && schedule.days.length === 0)}
        >
          {text.common.save}
        </Button>
        <Button variant="link" onClick={onClose}>
          {text.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
