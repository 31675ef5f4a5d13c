// How the server's own work stands.
import { Label } from "@patternfly/react-core";
import type { Schemas } from "../../api/types";
import { Result } from "../../components/values";
import { text } from "../../messages";

export type SystemSession = Schemas["SystemSession"];

const results = { CompletedSuccessfully: "Success", CompletedWarning: "Warning", Failed: "Failed" } as const;

export function SystemState({ of: session }: { of: SystemSession }) {
  if (session.State !== "InProgress") return <Result of={results[session.State]} />;
  return (
    <Label color="blue" variant="outline">
      {text.taskState.InProgress}
    </Label>
  );
}
