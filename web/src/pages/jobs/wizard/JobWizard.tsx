// What a backup job is: which machines, where to, when, how much is kept, and how it is done.
import { Wizard, WizardStep } from "@patternfly/react-core";
import { useState, type ReactNode } from "react";
import { text } from "../../../messages";
import type { Draft } from "../draft";
import { AdvancedStep } from "./AdvancedStep";
import { MachinesStep } from "./MachinesStep";
import { NameStep } from "./NameStep";
import { RepositoryStep } from "./RepositoryStep";
import { RetentionStep } from "./RetentionStep";
import { ReviewStep } from "./ReviewStep";
import { isScheduleWhole, ScheduleStep } from "./ScheduleStep";

interface JobWizardProps {
  first: Draft;
  // Of a job that is there: its repository stays, and the steps can be gone to in any order.
  isEdit: boolean;
  button: string;
  onClose(): void;
  // Throws what the server said.
  onSave(draft: Draft): Promise<void>;
  review?: ReactNode;
}

export function JobWizard({ first, isEdit, button, onClose, onSave, review }: JobWizardProps) {
  const [draft, setDraft] = useState(first);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  async function save() {
    setBusy(true);
    setError(undefined);
    try {
      await onSave(draft);
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  const step = { draft, change };
  const isWhole = {
    name: draft.name.trim() !== "",
    machines: draft.machines.size > 0,
    repository: draft.repository !== "",
    schedule: isScheduleWhole(draft.schedule),
  };
  const isBlocked = {
    machines: !isWhole.name,
    repository: !isWhole.name || !isWhole.machines,
    schedule: !isWhole.name || !isWhole.machines || !isWhole.repository,
    rest: !Object.values(isWhole).every(Boolean),
  };
  return (
    <Wizard height="100%" onClose={onClose} onSave={() => void save()}>
      <WizardStep id="name" name={text.wizard.name} footer={{ isNextDisabled: !isWhole.name }}>
        <NameStep {...step} />
      </WizardStep>
      <WizardStep id="machines" name={text.wizard.machines} isDisabled={isBlocked.machines} footer={{ isNextDisabled: !isWhole.machines }}>
        <MachinesStep {...step} />
      </WizardStep>
      <WizardStep
        id="repository"
        name={text.wizard.repository}
        isHidden={isEdit}
        isDisabled={isBlocked.repository}
        footer={{ isNextDisabled: !isWhole.repository }}
      >
        <RepositoryStep {...step} />
      </WizardStep>
      <WizardStep id="schedule" name={text.wizard.schedule} isDisabled={isBlocked.schedule} footer={{ isNextDisabled: !isWhole.schedule }}>
        <ScheduleStep {...step} mayKeep={first.schedule.kind === "kept"} />
      </WizardStep>
      <WizardStep id="retention" name={text.wizard.retention} isDisabled={isBlocked.rest}>
        <RetentionStep {...step} />
      </WizardStep>
      <WizardStep id="advanced" name={text.wizard.advanced} isDisabled={isBlocked.rest}>
        <AdvancedStep {...step} />
      </WizardStep>
      <WizardStep
        id="review"
        name={text.wizard.review}
        isDisabled={isBlocked.rest}
        footer={{ nextButtonText: button, nextButtonProps: { isLoading: isBusy }, isNextDisabled: isBusy }}
      >
        <ReviewStep draft={draft} error={error}>
          {review}
        </ReviewStep>
      </WizardStep>
    </Wizard>
  );
}
