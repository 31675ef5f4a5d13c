import { Button } from "@patternfly/react-core";
import { LockIcon } from "@patternfly/react-icons";
import { useState } from "react";
import type { Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { PasswordField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { ListTable } from "../../components/ListTable";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { makePassword } from "../repositories/password";
import { Administration, forAdministrators } from "./Administration";
import { usePasswords, useServerPath } from "./data";

type PasswordKey = Schemas["PasswordKeyInfo"];

const words = text.administration.passwords;
const nameOf = (one: PasswordKey) => one.Hint || one.ID;

// Of a new one where there is none to edit; of another only the hint can be changed.
function EditDialog({ edited, onClose }: { edited?: PasswordKey; onClose(): void }) {
  const server = useServerPath();
  const { change } = useChange("PasswordKey");
  const [hint, setHint] = useState(edited?.Hint ?? "");
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      title={edited ? words.editTitle(nameOf(edited)) : words.create}
      action={edited ? text.common.save : words.create}
      isReady={hint.trim() !== "" && (edited !== undefined || password !== "")}
      onClose={onClose}
      onSubmit={async () => {
        const path = `${server.data}/passwords`;
        if (edited) await change(words.done.edit(hint.trim()), "PUT", `${path}/${edited.ID}`, { Hint: hint.trim() });
        else await change(words.done.create(hint.trim()), "POST", `${path}?action=create`, { Hint: hint.trim(), Password: password });
        onClose();
      }}
    >
      <TextField id="key-hint" label={words.hint} value={hint} onChange={setHint} help={words.hintHelp} isRequired />
      {!edited && (
        <PasswordField
          id="key-password"
          label={words.password}
          value={password}
          onChange={setPassword}
          make={makePassword}
          help={words.passwordHelp}
          isRequired
        />
      )}
    </FormDialog>
  );
}

function PasswordsPage() {
  const passwords = usePasswords();
  const server = useServerPath();
  const { tryChange } = useChange("PasswordKey");
  const [isCreating, setCreating] = useState(false);
  const [edited, setEdited] = useState<PasswordKey>();
  const [removed, setRemoved] = useState<PasswordKey>();
  const create = <Button onClick={() => setCreating(true)}>{words.create}</Button>;
  return (
    <Administration title={words.title} help={words.help} actions={create}>
      <Loaded of={passwords}>
        {(items) => (
          <ListTable
            items={items}
            label={words.title}
            firstOrder="hint"
            keyOf={(one) => one.ID}
            words={(one) => one.Hint ?? ""}
            columns={[
              { name: "hint", title: words.hint, width: 50, value: (one) => one.Hint, cell: (one) => nameOf(one) },
              {
                name: "modified",
                title: words.modified,
                value: (one) => one.LastModificationDate,
                cell: (one) => <Time at={one.LastModificationDate} />,
              },
            ]}
            actions={(one) => [
              { title: words.editHint, onClick: () => setEdited(one) },
              { title: words.remove, isDanger: true, onClick: () => setRemoved(one) },
            ]}
            empty={{ title: words.emptyTitle, body: words.emptyText, icon: LockIcon, action: create }}
          />
        )}
      </Loaded>
      {isCreating && <EditDialog onClose={() => setCreating(false)} />}
      {edited && <EditDialog edited={edited} onClose={() => setEdited(undefined)} />}
      {removed && (
        <ConfirmDialog
          title={words.removeTitle}
          body={words.removeText(nameOf(removed))}
          action={words.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => void tryChange(words.done.remove(nameOf(removed)), "DELETE", `${server.data}/passwords/${removed.ID}`)}
        />
      )}
    </Administration>
  );
}

export default forAdministrators(PasswordsPage);
