import {
  Flex,
  Form,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  NumberInput,
  Radio,
  Switch,
  TimePicker,
  ToggleGroup,
  ToggleGroupItem,
} from "@patternfly/react-core";
import type { ReactNode } from "react";
import { allDays, type Day } from "../../../components/days";
import { WeekGrid } from "../../../components/WeekGrid";
import { countHours } from "../../../components/weekHours";
import { text } from "../../../messages";
import type { PeriodUnit, ScheduleChoice, ScheduleKind } from "../schedule";
import type { StepProps } from "./step";

interface PartProps {
  schedule: ScheduleChoice;
  set(part: Partial<ScheduleChoice>): void;
}

const longestPeriod = { Hours: 24, Minutes: 60 } as const;

export function isScheduleWhole(schedule: ScheduleChoice): boolean {
  if (schedule.kind === "daily" && schedule.days.length === 0) return false;
  if (schedule.kind === "periodic" && countHours(schedule.hours) === 0) return false;
  return !schedule.hasWindow || countHours(schedule.window) > 0;
}

function Daily({ schedule, set }: PartProps) {
  const toggle = (day: Day) =>
    set({ days: allDays.filter((one) => (one === day ? !schedule.days.includes(day) : schedule.days.includes(one))) });
  return (
    <>
      <TimePicker
        time={schedule.time}
        is24Hour
        aria-label={text.wizard.time}
        onChange={(_, time, __, ___, ____, isValid) => {
          if (isValid) set({ time: time.padStart(5, "0") });
        }}
      />
      <ToggleGroup aria-label={text.wizard.days} className="holdfast-days">
        {allDays.map((day) => (
          <ToggleGroupItem
            key={day}
            text={text.days[day]}
            buttonId={`day-${day}`}
            isSelected={schedule.days.includes(day)}
            onChange={() => toggle(day)}
          />
        ))}
      </ToggleGroup>
    </>
  );
}

function Periodic({ schedule, set }: PartProps) {
  const most = longestPeriod[schedule.unit];
  const setEvery = (every: number) => set({ every: Math.min(most, Math.max(1, Math.round(every) || 1)) });
  return (
    <>
      <Flex gap={{ default: "gapSm" }}>
        <NumberInput
          value={schedule.every}
          min={1}
          max={most}
          inputAriaLabel={text.wizard.everyHours}
          minusBtnAriaLabel={text.common.less}
          plusBtnAriaLabel={text.common.more}
          onMinus={() => setEvery(schedule.every - 1)}
          onPlus={() => setEvery(schedule.every + 1)}
          onChange={(event) => setEvery(Number(event.currentTarget.value))}
        />
        <FormSelect
          className="holdfast-unit"
          aria-label={text.wizard.unit}
          value={schedule.unit}
          onChange={(_, value) => {
            const unit = value as PeriodUnit;
            set({ unit, every: Math.min(schedule.every, longestPeriod[unit]) });
          }}
        >
          <FormSelectOption value="Hours" label={text.wizard.unitHours} />
          <FormSelectOption value="Minutes" label={text.wizard.unitMinutes} />
        </FormSelect>
      </Flex>
      <p>{text.week.begins}</p>
      <WeekGrid label={text.week.begins} value={schedule.hours} onChange={(hours) => set({ hours })} />
    </>
  );
}

export function ScheduleStep({ draft, change, mayKeep }: StepProps & { mayKeep: boolean }) {
  const { schedule } = draft;
  const set = (part: Partial<ScheduleChoice>) => change({ schedule: { ...schedule, ...part } });
  const choices: [ScheduleKind, string, ReactNode?][] = [
    ...(mayKeep ? [["kept", text.wizard.scheduleKept] as [ScheduleKind, string]] : []),
    ["daily", text.wizard.scheduleDaily, <Daily key="daily" schedule={schedule} set={set} />],
    ["periodic", text.wizard.schedulePeriodic, <Periodic key="periodic" schedule={schedule} set={set} />],
    ["none", text.wizard.scheduleNone],
  ];
  return (
    <Form className="holdfast-form" onSubmit={(event) => event.preventDefault()}>
      <FormGroup role="radiogroup" label={text.wizard.schedule} fieldId="job-schedule">
        {choices.map(([kind, label, body]) => (
          <Radio
            key={kind}
            id={`schedule-${kind}`}
            name="schedule"
            label={label}
            isChecked={schedule.kind === kind}
            onChange={() => set({ kind })}
            body={schedule.kind === kind && body}
          />
        ))}
      </FormGroup>
      <FormGroup fieldId="job-window">
        <Switch id="job-window" label={text.wizard.window} isChecked={schedule.hasWindow} onChange={(_, hasWindow) => set({ hasWindow })} />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{text.wizard.windowHelp}</HelperTextItem>
          </HelperText>
        </FormHelperText>
        {schedule.hasWindow && <WeekGrid label={text.wizard.window} value={schedule.window} onChange={(window) => set({ window })} />}
      </FormGroup>
      {!isScheduleWhole(schedule) && (
        <HelperText isLiveRegion>
          <HelperTextItem variant="error">{text.wizard.pickTime}</HelperTextItem>
        </HelperText>
      )}
    </Form>
  );
}
