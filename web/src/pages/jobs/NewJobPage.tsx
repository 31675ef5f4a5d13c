// The wizard that makes a job: which machines, where to, when, and how much is kept.
import {
  Alert,
  Checkbox,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  PageSection,
  Radio,
  SearchInput,
  Spinner,
  TextInput,
  Wizard,
  WizardStep,
} from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useNavigate } from "react-router";
import { relatedId, run } from "../../api/client";
import { useEntities } from "../../api/query";
import { idOf, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { FormFailure } from "../../components/Failure";
import { formatSize } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";
import { useMachines, type Machine } from "../machines/machines";
import { RetentionField, ScheduleFields } from "./ScheduleFields";
import { allDays, toScheduleOptions, type ScheduleChoice } from "./schedule";

const mostShown = 100;

interface Draft {
  name: string;
  description: string;
  machines: Map<string, Machine>;
  repository: string;
  schedule: ScheduleChoice;
  points: number;
  runsNow: boolean;
}

const firstDraft: Draft = {
  name: "",
  description: "",
  machines: new Map(),
  repository: "",
  schedule: { kind: "daily", time: "22:00", days: allDays },
  points: 14,
  runsNow: true,
};

interface StepProps {
  draft: Draft;
  change(part: Partial<Draft>): void;
}

function NameStep({ draft, change }: StepProps) {
  return (
    <Form className="holdfast-form" onSubmit={(event) => event.preventDefault()}>
      <FormGroup label={text.common.name} fieldId="job-name" isRequired>
        <TextInput id="job-name" value={draft.name} maxLength={50} onChange={(_, name) => change({ name })} isRequired autoFocus />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{text.wizard.nameHelp}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <FormGroup label={text.common.description} fieldId="job-description">
        <TextInput id="job-description" value={draft.description} onChange={(_, description) => change({ description })} />
      </FormGroup>
    </Form>
  );
}

function MachinesStep({ draft, change }: StepProps) {
  const { machines, isComplete, error } = useMachines();
  const [words, setWords] = useState("");
  const found = machines.filter((machine) => machine.name.toLowerCase().includes(words.toLowerCase()));
  function choose(machine: Machine, isChosen: boolean) {
    const next = new Map(draft.machines);
    if (isChosen) next.set(machine.reference, machine);
    else next.delete(machine.reference);
    change({ machines: next });
  }
  return (
    <>
      <FormFailure error={error} />
      {!isComplete && <Spinner aria-label={text.common.loading} />}
      {isComplete && machines.length === 0 && <Alert isInline variant="info" title={text.wizard.noMachines} />}
      {machines.length > 0 && (
        <>
          <SearchInput
            aria-label={text.common.search(text.machines.title.toLowerCase())}
            placeholder={text.common.search(text.machines.title.toLowerCase())}
            value={words}
            onChange={(_, value) => setWords(value)}
            onClear={() => setWords("")}
          />
          <p role="status">{text.wizard.chosen(draft.machines.size)}</p>
          <Table aria-label={text.wizard.machines} variant="compact">
            <Thead>
              <Tr>
                <Th screenReaderText={text.common.actions} />
                <Th>{text.common.name}</Th>
                <Th>{text.machines.host}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {found.slice(0, mostShown).map((machine, rowIndex) => (
                <Tr key={machine.reference}>
                  <Td
                    select={{
                      rowIndex,
                      isSelected: draft.machines.has(machine.reference),
                      onSelect: (_, isSelected) => choose(machine, isSelected),
                    }}
                  />
                  <Td dataLabel={text.common.name}>{machine.name}</Td>
                  <Td dataLabel={text.machines.host}>{machine.host}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </>
      )}
    </>
  );
}

function useRepositories() {
  return useEntities("Repository", { sort: { field: "Name", descending: false }, pageSize: 100 });
}

function RepositoryStep({ draft, change }: StepProps) {
  const repositories = useRepositories();
  if (repositories.data?.items.length === 0) return <Alert isInline variant="info" title={text.wizard.noRepository} />;
  return (
    <Form className="holdfast-form">
      <FormFailure error={repositories.error} />
      <FormGroup role="radiogroup" label={text.wizard.repository} fieldId="job-repository">
        {repositories.data?.items.map((repository) => (
          <Radio
            key={repository.UID}
            id={`repository-${idOf(repository)}`}
            name="repository"
            label={repository.Name}
            description={
              repository.Capacity > 0
                ? text.dashboard.spaceOf(formatSize(repository.FreeSpace), formatSize(repository.Capacity))
                : undefined
            }
            isChecked={draft.repository === repository.UID}
            onChange={() => change({ repository: repository.UID ?? "" })}
          />
        ))}
      </FormGroup>
    </Form>
  );
}

function ScheduleStep({ draft, change }: StepProps) {
  return (
    <Form className="holdfast-form" onSubmit={(event) => event.preventDefault()}>
      <ScheduleFields schedule={draft.schedule} set={(schedule) => change({ schedule })} />
      <RetentionField points={draft.points} set={(points) => change({ points })} />
    </Form>
  );
}

function describeSchedule(schedule: ScheduleChoice): string {
  switch (schedule.kind) {
    case "none":
      return text.wizard.scheduleNone;
    case "daily":
      return `${schedule.time} · ${schedule.days.map((day) => text.days[day]).join(", ")}`;
    case "periodic":
      return `${text.wizard.everyHours} ${text.wizard.hours(schedule.hours)}`;
  }
}

function ReviewStep({ draft, change, error }: StepProps & { error: unknown }) {
  const repositories = useRepositories();
  const rows: [string, string][] = [
    [text.common.name, draft.name],
    [text.wizard.machines, [...draft.machines.values()].map((machine) => machine.name).join(", ")],
    [text.wizard.repository, repositories.data?.items.find((item) => item.UID === draft.repository)?.Name ?? ""],
    [text.wizard.schedule, describeSchedule(draft.schedule)],
    [text.wizard.retention, text.jobs.retainPoints(draft.points)],
  ];
  return (
    <>
      <FormFailure error={error} />
      <DescriptionList isHorizontal>
        {rows.map(([term, value]) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{value}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
      <Checkbox id="job-run-now" label={text.wizard.runNow} isChecked={draft.runsNow} onChange={(_, runsNow) => change({ runsNow })} />
    </>
  );
}

function toSpec(draft: Draft): Schemas["JobSpecInput"] {
  return {
    Name: draft.name.trim(),
    Description: draft.description,
    RepositoryUid: draft.repository,
    Includes: {
      CreateObjectInJobSpecs: [...draft.machines.values()].map((machine) => ({
        HierarchyObjRef: machine.reference,
        HierarchyObjName: machine.name,
      })),
    },
    ScheduleEnabled: draft.schedule.kind !== "none",
    JobScheduleOptions: toScheduleOptions(draft.schedule),
    SimpleRetentionPolicy: { RetainCycles: draft.points, RetainLimitType: "Cycles" },
  };
}

export default function NewJobPage() {
  const navigate = useNavigate();
  const { follow, tell } = useNotices();
  const [draft, setDraft] = useState(firstDraft);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  const hasName = draft.name.trim() !== "";
  const hasMachines = draft.machines.size > 0;
  const hasRepository = draft.repository !== "";
  const hasDays = draft.schedule.kind !== "daily" || draft.schedule.days.length > 0;

  async function create() {
    setBusy(true);
    setError(undefined);
    try {
      const task = await run("POST", "/jobs", toSpec(draft));
      const id = relatedId(task, "Job");
      tell("success", text.task.done(text.jobs.done.create(draft.name)));
      if (draft.runsNow && id)
        void follow(text.jobs.done.start(draft.name), "POST", `/jobs/${id}?action=start`, ["Job", "BackupJobSession", "report"]);
      void navigate(id ? `/jobs/${id}` : "/jobs");
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  const step = { draft, change };
  return (
    <>
      <PageHead title={text.wizard.createTitle} above={[{ title: text.jobs.title, to: "/jobs" }]} />
      <PageSection hasBodyWrapper={false} isFilled>
        <Wizard height="100%" onClose={() => void navigate("/jobs")} onSave={() => void create()}>
          <WizardStep id="name" name={text.wizard.name} footer={{ isNextDisabled: !hasName }}>
            <NameStep {...step} />
          </WizardStep>
          <WizardStep id="machines" name={text.wizard.machines} isDisabled={!hasName} footer={{ isNextDisabled: !hasMachines }}>
            <MachinesStep {...step} />
          </WizardStep>
          <WizardStep
            id="repository"
            name={text.wizard.repository}
            isDisabled={!hasName || !hasMachines}
            footer={{ isNextDisabled: !hasRepository }}
          >
            <RepositoryStep {...step} />
          </WizardStep>
          <WizardStep
            id="schedule"
            name={text.wizard.schedule}
            isDisabled={!hasName || !hasMachines || !hasRepository}
            footer={{ isNextDisabled: !hasDays }}
          >
            <ScheduleStep {...step} />
          </WizardStep>
          <WizardStep
            id="review"
            name={text.wizard.review}
            isDisabled={!hasName || !hasMachines || !hasRepository || !hasDays}
            footer={{ nextButtonText: text.wizard.create, nextButtonProps: { isLoading: isBusy }, isNextDisabled: isBusy }}
          >
            <ReviewStep {...step} error={error} />
          </WizardStep>
        </Wizard>
      </PageSection>
    </>
  );
}
