import { Button } from "@patternfly/react-core";
import { UserIcon } from "@patternfly/react-icons";
import { useState } from "react";
import type { Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { PasswordField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { ListTable } from "../../components/ListTable";
import { text } from "../../messages";
import { Administration, forAdministrators } from "./Administration";
import { useCredentials, useServerPath } from "./data";

type Credentials = Schemas["CredentialsInfo"];

const words = text.administration.credentials;

// Of new ones where there are none to edit.
function EditDialog({ edited, onClose }: { edited?: Credentials; onClose(): void }) {
  const server = useServerPath();
  const { change } = useChange("Credentials");
  const [user, setUser] = useState(edited?.Username ?? "");
  const [description, setDescription] = useState(edited?.Description ?? "");
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      title={edited ? words.editTitle(edited.Username ?? "") : words.create}
      action={edited ? text.common.save : words.create}
      isReady={user.trim() !== "" && (edited !== undefined || password !== "")}
      onClose={onClose}
      onSubmit={async () => {
        const body: Schemas["CredentialsInfoSpecInput"] = { Username: user.trim(), Description: description, Password: password || null };
        if (edited) await change(words.done.edit(user.trim()), "PUT", `${server.data}/credentials/${edited.Id}`, body);
        else await change(words.done.create(user.trim()), "POST", `${server.data}/credentials?action=create`, body);
        onClose();
      }}
    >
      <TextField id="credentials-user" label={words.user} value={user} onChange={setUser} isRequired />
      <PasswordField
        id="credentials-password"
        label={words.password}
        value={password}
        onChange={setPassword}
        help={edited && words.passwordKept}
        isRequired={!edited}
      />
      <TextField id="credentials-description" label={text.common.description} value={description} onChange={setDescription} />
    </FormDialog>
  );
}

function CredentialsPage() {
  const credentials = useCredentials();
  const server = useServerPath();
  const { tryChange } = useChange("Credentials");
  const [isCreating, setCreating] = useState(false);
  const [edited, setEdited] = useState<Credentials>();
  const [removed, setRemoved] = useState<Credentials>();
  const create = <Button onClick={() => setCreating(true)}>{words.create}</Button>;
  return (
    <Administration title={words.title} help={words.help} actions={create}>
      <Loaded of={credentials}>
        {(items) => (
          <ListTable
            items={items}
            label={words.title}
            firstOrder="user"
            keyOf={(one) => one.Id ?? ""}
            words={(one) => `${one.Username} ${one.Description}`}
            columns={[
              { name: "user", title: words.user, width: 40, value: (one) => one.Username, cell: (one) => one.Username },
              { name: "description", title: text.common.description, value: (one) => one.Description, cell: (one) => one.Description },
            ]}
            actions={(one) => [
              { title: text.common.edit, onClick: () => setEdited(one) },
              { title: words.remove, isDanger: true, onClick: () => setRemoved(one) },
            ]}
            empty={{ title: words.emptyTitle, body: words.emptyText, icon: UserIcon, action: create }}
          />
        )}
      </Loaded>
      {isCreating && <EditDialog onClose={() => setCreating(false)} />}
      {edited && <EditDialog edited={edited} onClose={() => setEdited(undefined)} />}
      {removed && (
        <ConfirmDialog
          title={words.removeTitle}
          body={words.removeText(removed.Username ?? "")}
          action={words.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void tryChange(words.done.remove(removed.Username ?? ""), "DELETE", `${server.data}/credentials/${removed.Id}`)
          }
        />
      )}
    </Administration>
  );
}

export default forAdministrators(CredentialsPage);
