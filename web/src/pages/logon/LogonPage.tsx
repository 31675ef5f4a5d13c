import { ActionGroup, Alert, Button, Form, FormGroup, LoginPage, TextInput } from "@patternfly/react-core";
import { useEffect, useState, type FormEvent } from "react";
import { useSession } from "../../api/session";
import mark from "../../app/holdfast.svg";
import { FormFailure } from "../../components/Failure";
import { text } from "../../messages";

export function LogonPage() {
  const { why, logOn } = useSession();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    document.title = `${text.logon.title} · ${text.productName}`;
  }, []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!user || !password) {
      setError(new Error(text.logon.missing));
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      await logOn(user, password);
    } catch (refused) {
      setError(refused);
      setPassword("");
      setBusy(false);
    }
  }

  return (
    <LoginPage loginTitle={text.logon.title} textContent={text.logon.text} brandImgSrc={mark} brandImgAlt={text.productName}>
      <Form onSubmit={(event) => void submit(event)}>
        {why !== "new" && !error && <Alert isInline variant="info" title={why === "idle" ? text.logon.idle : text.logon.expired} />}
        <div aria-live="assertive">
          <FormFailure error={error} />
        </div>
        <FormGroup label={text.logon.user} fieldId="logon-user">
          <TextInput
            id="logon-user"
            value={user}
            onChange={(_, value) => setUser(value)}
            autoComplete="username"
            autoFocus
            autoCapitalize="none"
            spellCheck={false}
          />
        </FormGroup>
        <FormGroup label={text.logon.password} fieldId="logon-password">
          <TextInput
            id="logon-password"
            type="password"
            value={password}
            onChange={(_, value) => setPassword(value)}
            autoComplete="current-password"
          />
        </FormGroup>
        <ActionGroup>
          <Button type="submit" isBlock isLoading={isBusy} isDisabled={isBusy}>
            {isBusy ? text.logon.busy : text.logon.button}
          </Button>
        </ActionGroup>
      </Form>
    </LoginPage>
  );
}
