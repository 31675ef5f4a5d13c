// When a job runs, and how much of it is kept: for a new job and for one that is there.
import {
  FormGroup,
  FormSelect,
  FormSelectOption,
  NumberInput,
  Radio,
  TimePicker,
  ToggleGroup,
  ToggleGroupItem,
} from "@patternfly/react-core";
import { text } from "../../messages";
import { allDays, type Day, type ScheduleChoice } from "./schedule";

const mostPoints = 999;

export function ScheduleFields({ schedule, set }: { schedule: ScheduleChoice; set(next: ScheduleChoice): void }) {
  const daily = schedule.kind === "daily" ? schedule : { kind: "daily" as const, time: "22:00", days: allDays };
  const toggle = (day: Day) =>
    set({ ...daily, days: allDays.filter((one) => (one === day ? !daily.days.includes(day) : daily.days.includes(one))) });
  return (
    <FormGroup role="radiogroup" label={text.wizard.schedule} fieldId="job-schedule">
      <Radio
        id="schedule-daily"
        name="schedule"
        label={text.wizard.scheduleDaily}
        isChecked={schedule.kind === "daily"}
        onChange={() => set(daily)}
        body={
          schedule.kind === "daily" && (
            <>
              <TimePicker
                time={daily.time}
                is24Hour
                aria-label={text.wizard.time}
                onChange={(_, time, __, ___, ____, isValid) => {
                  if (isValid) set({ ...daily, time: time.padStart(5, "0") });
                }}
              />
              <ToggleGroup aria-label={text.wizard.days}>
                {allDays.map((day) => (
                  <ToggleGroupItem
                    key={day}
                    text={text.days[day]}
                    buttonId={`day-${day}`}
                    isSelected={daily.days.includes(day)}
                    onChange={() => toggle(day)}
                  />
                ))}
              </ToggleGroup>
            </>
          )
        }
      />
      <Radio
        id="schedule-periodic"
        name="schedule"
        label={text.wizard.schedulePeriodic}
        isChecked={schedule.kind === "periodic"}
        onChange={() => set({ kind: "periodic", hours: 4 })}
        body={
          schedule.kind === "periodic" && (
            <FormSelect
              aria-label={text.wizard.everyHours}
              value={schedule.hours}
              onChange={(_, value) => set({ kind: "periodic", hours: Number(value) })}
            >
              {[1, 2, 3, 4, 6, 8, 12].map((hours) => (
                <FormSelectOption key={hours} value={hours} label={`${text.wizard.everyHours} ${text.wizard.hours(hours)}`} />
              ))}
            </FormSelect>
          )
        }
      />
      <Radio
        id="schedule-none"
        name="schedule"
        label={text.wizard.scheduleNone}
        isChecked={schedule.kind === "none"}
        onChange={() => set({ kind: "none" })}
      />
    </FormGroup>
  );
}

export function RetentionField({ points, set }: { points: number; set(next: number): void }) {
  const within = (value: number) => set(Math.min(mostPoints, Math.max(1, value || 1)));
  return (
    <FormGroup label={text.wizard.keepPoints} fieldId="job-points">
      <NumberInput
        id="job-points"
        value={points}
        min={1}
        max={mostPoints}
        inputAriaLabel={text.wizard.keepPoints}
        onMinus={() => within(points - 1)}
        onPlus={() => within(points + 1)}
        onChange={(event) => within(Number(event.currentTarget.value))}
      />
    </FormGroup>
  );
}
