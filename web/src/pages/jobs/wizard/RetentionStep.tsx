import { Form, FormGroup, NumberInput, Radio, Switch } from "@patternfly/react-core";
import { text } from "../../../messages";
import type { Longer, Retention } from "../draft";
import type { StepProps } from "./step";

const most = 999;

function Count({ id, label, value, onChange }: { id: string; label: string; value: number; onChange(value: number): void }) {
  const set = (next: number) => onChange(Math.min(most, Math.max(1, Math.round(next) || 1)));
  return (
    <NumberInput
      id={id}
      value={value}
      min={1}
      max={most}
      inputAriaLabel={label}
      minusBtnAriaLabel={text.common.less}
      plusBtnAriaLabel={text.common.more}
      onMinus={() => set(value - 1)}
      onPlus={() => set(value + 1)}
      onChange={(event) => set(Number(event.currentTarget.value))}
    />
  );
}

type Period = "weekly" | "monthly" | "yearly";
const periods: Period[] = ["weekly", "monthly", "yearly"];

export function RetentionStep({ draft, change }: StepProps) {
  const { retention } = draft;
  const set = (part: Partial<Retention>) => change({ retention: { ...retention, ...part } });
  const setLonger = (period: Period, part: Partial<Longer>) => set({ [period]: { ...retention[period], ...part } });
  return (
    <Form className="holdfast-form" onSubmit={(event) => event.preventDefault()}>
      <FormGroup role="radiogroup" label={text.wizard.retention} fieldId="job-retention">
        <Radio
          id="retention-points"
          name="retention"
          label={text.wizard.keepPoints}
          isChecked={retention.kind === "Cycles"}
          onChange={() => set({ kind: "Cycles" })}
          body={
            retention.kind === "Cycles" && (
              <Count id="job-points" label={text.wizard.keepPoints} value={retention.points} onChange={(points) => set({ points })} />
            )
          }
        />
        <Radio
          id="retention-days"
          name="retention"
          label={text.wizard.keepDays}
          isChecked={retention.kind === "Days"}
          onChange={() => set({ kind: "Days" })}
          body={
            retention.kind === "Days" && (
              <Count id="job-days" label={text.wizard.keepDays} value={retention.days} onChange={(days) => set({ days })} />
            )
          }
        />
      </FormGroup>
      <FormGroup role="group" label={text.wizard.keepLonger} fieldId="job-longer">
        {periods.map((period) => (
          <div key={period} className="holdfast-longer">
            <Switch
              id={`keep-${period}`}
              label={text.wizard.longer[period]}
              isChecked={retention[period].isOn}
              onChange={(_, isOn) => setLonger(period, { isOn })}
            />
            {retention[period].isOn && (
              <Count
                id={`keep-${period}-count`}
                label={text.wizard.longer[period]}
                value={retention[period].count}
                onChange={(count) => setLonger(period, { count })}
              />
            )}
          </div>
        ))}
      </FormGroup>
    </Form>
  );
}
