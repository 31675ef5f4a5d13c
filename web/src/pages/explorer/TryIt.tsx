// Sends an operation with the session of the console, and shows what came back.
import { Alert, Button, CodeBlock, CodeBlockCode, Content, Form, FormGroup, FormSelect, FormSelectOption, Stack, StackItem, TextArea } from "@patternfly/react-core";
import { useState } from "react";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { TextField } from "../../components/Field";
import { text } from "../../messages";
import { addressOf, sampleOf, type OpenApi, type Operation } from "./openapi";

interface Outcome {
  status: string;
  isGood: boolean;
  milliseconds: number;
  headers: string;
  body: string;
}

const longestShown = 200_000;

function pretty(body: string, type: string): string {
  if (!type.includes("json")) return body;
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}

async function ask(operation: Operation, address: string, accept: string, values: Record<string, string>, body: string): Promise<Outcome> {
  const headers: Record<string, string> = { Accept: accept };
  for (const { name, place } of operation.parameters) if (place === "header" && values[name]) headers[name] = values[name];
  if (operation.body) headers["Content-Type"] = "application/json";
  const begin = performance.now();
  const response = await fetch(`/api${address}`, { method: operation.method, headers, credentials: "same-origin", body: operation.body ? body : undefined });
  const received = await response.text();
  const shown = pretty(received, response.headers.get("Content-Type") ?? "");
  return {
    status: `${response.status} ${response.statusText}`,
    isGood: response.ok,
    milliseconds: performance.now() - begin,
    headers: [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n"),
    body: shown.length > longestShown ? `${shown.slice(0, longestShown)}\n${text.explorer.cut}` : shown,
  };
}

export function TryIt({ document, operation }: { document: OpenApi; operation: Operation }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [accept, setAccept] = useState("application/json");
  const [body, setBody] = useState(() => (operation.body ? JSON.stringify(sampleOf(document, operation.body), undefined, 2) : ""));
  const [outcome, setOutcome] = useState<Outcome>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const address = addressOf(operation, values);
  const isReady = operation.parameters.every(({ name, isRequired }) => !isRequired || values[name]);

  async function sendIt() {
    setBusy(true);
    setOutcome(undefined);
    setFailure(undefined);
    try {
      setOutcome(await ask(operation, address, accept, values, body));
    } catch {
      setFailure(text.failure.lostTitle);
    }
    setBusy(false);
  }

  return (
    <Stack hasGutter>
      <StackItem>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            if (operation.method === "GET") void sendIt();
            else setAsking(true);
          }}
        >
          {operation.parameters.map(({ name, isRequired, description, choices }) =>
            choices.length > 0 ? (
              <FormGroup key={name} label={name} fieldId={`parameter-${name}`} isRequired={isRequired}>
                <FormSelect id={`parameter-${name}`} value={values[name] ?? ""} onChange={(_, value) => setValues({ ...values, [name]: value })}>
                  <FormSelectOption value="" label="" />
                  {choices.map((choice) => (
                    <FormSelectOption key={choice} value={choice} label={choice} />
                  ))}
                </FormSelect>
              </FormGroup>
            ) : (
              <TextField
                key={name}
                id={`parameter-${name}`}
                label={name}
                value={values[name] ?? ""}
                onChange={(value) => setValues({ ...values, [name]: value })}
                help={description}
                isRequired={isRequired}
              />
            ),
          )}
          {operation.body && (
            <FormGroup label={text.explorer.body(operation.body)} fieldId="explorer-body">
              <TextArea id="explorer-body" className="holdfast-code" value={body} onChange={(_, value) => setBody(value)} rows={12} resizeOrientation="vertical" />
            </FormGroup>
          )}
          <FormGroup label={text.explorer.form} fieldId="explorer-form">
            <FormSelect id="explorer-form" value={accept} onChange={(_, value) => setAccept(value)}>
              <FormSelectOption value="application/json" label="JSON" />
              <FormSelectOption value="application/xml" label="XML" />
            </FormSelect>
          </FormGroup>
          <div>
            <Button type="submit" isDisabled={!isReady || isBusy} isLoading={isBusy}>
              {text.explorer.send(operation.method)}
            </Button>
          </div>
        </Form>
      </StackItem>
      <StackItem>
        <Content component="p">
          <code className="holdfast-code">
            {operation.method} {`${location.origin}/api${address}`}
          </code>
        </Content>
      </StackItem>
      {failure && (
        <StackItem>
          <Alert isInline variant="danger" title={failure} />
        </StackItem>
      )}
      {outcome && (
        <StackItem>
          <Stack hasGutter aria-live="polite">
            <StackItem>
              <Alert
                isInline
                variant={outcome.isGood ? "success" : "danger"}
                title={text.explorer.answered(outcome.status, Math.round(outcome.milliseconds))}
              />
            </StackItem>
            <StackItem>
              <CodeBlock>
                <CodeBlockCode className="holdfast-answer">{`${outcome.headers}\n\n${outcome.body}`}</CodeBlockCode>
              </CodeBlock>
            </StackItem>
          </Stack>
        </StackItem>
      )}
      {isAsking && (
        <ConfirmDialog
          title={text.explorer.confirmTitle}
          body={text.explorer.confirmText(`${operation.method} /api${address}`)}
          action={text.explorer.send(operation.method)}
          onClose={() => setAsking(false)}
          onConfirm={() => void sendIt()}
        />
      )}
    </Stack>
  );
}
