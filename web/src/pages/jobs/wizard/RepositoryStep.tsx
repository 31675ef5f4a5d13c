import { Alert, Form, FormGroup, Radio } from "@patternfly/react-core";
import { useEntities } from "../../../api/query";
import { idOf } from "../../../api/types";
import { FormFailure } from "../../../components/Failure";
import { formatSize } from "../../../components/format";
import { text } from "../../../messages";
import type { StepProps } from "./step";

export function useRepositories() {
  return useEntities("Repository", { sort: { field: "Name", descending: false }, pageSize: 100 });
}

export function RepositoryStep({ draft, change }: StepProps) {
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
