import { Checkbox, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, Radio } from "@patternfly/react-core";
import { text } from "../../../messages";
import type { Draft } from "../draft";
import type { StepProps } from "./step";

const freezings: Draft["freezing"][] = ["IgnoreFailures", "RequireSuccess", "Disabled"];

export function AdvancedStep({ draft, change }: StepProps) {
  return (
    <Form className="holdfast-form" onSubmit={(event) => event.preventDefault()}>
      <FormGroup role="radiogroup" label={text.wizard.guest} fieldId="job-guest">
        {freezings.map((freezing) => (
          <Radio
            key={freezing}
            id={`freezing-${freezing}`}
            name="freezing"
            label={text.wizard.freezing[freezing]}
            description={text.wizard.freezingHelp[freezing]}
            isChecked={draft.freezing === freezing}
            onChange={() => change({ freezing })}
          />
        ))}
      </FormGroup>
      <FormGroup role="group" label={text.wizard.indexing} fieldId="job-indexing">
        <Checkbox
          id="index-linux"
          label={text.wizard.indexLinux}
          isChecked={draft.indexesLinux}
          onChange={(_, indexesLinux) => change({ indexesLinux })}
        />
        <Checkbox
          id="index-windows"
          label={text.wizard.indexWindows}
          isChecked={draft.indexesWindows}
          onChange={(_, indexesWindows) => change({ indexesWindows })}
        />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{text.wizard.indexingHelp}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <FormGroup label={text.wizard.compression} fieldId="job-compression">
        <FormSelect id="job-compression" value={draft.compression} onChange={(_, value) => change({ compression: Number(value) })}>
          {text.wizard.compressions.map((label, index) => (
            <FormSelectOption key={label} value={index + 1} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
    </Form>
  );
}
