import { Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from "@patternfly/react-core";
import { text } from "../../../messages";
import type { StepProps } from "./step";

export function NameStep({ draft, change }: StepProps) {
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
