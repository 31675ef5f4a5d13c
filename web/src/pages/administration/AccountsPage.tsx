import { Button, Label } from "@patternfly/react-core";
import { UserIcon, UsersIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { idOf, type Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { ListTable } from "../../components/ListTable";
import { text } from "../../messages";
import { Administration, forAdministrators } from "./Administration";
import { accountPath, useAccounts, useRolesOf } from "./data";

const words = text.administration.accounts;

function Roles({ id }: { id: string }) {
  const roles = useRolesOf(id);
  return <>{roles.data?.join(", ")}</>;
}

function AccountsPage() {
  const accounts = useAccounts();
  const navigate = useNavigate();
  const { tryChange } = useChange("Account", "all");
  const [removed, setRemoved] = useState<Schemas["EnterpriseAccount"]>();
  const create = <Button onClick={() => void navigate("/administration/accounts/new")}>{words.create}</Button>;
  return (
    <Administration title={words.title} help={words.help} actions={create}>
      <Loaded of={accounts}>
        {(items) => (
          <ListTable
            items={items}
            label={words.title}
            firstOrder="name"
            keyOf={(account) => idOf(account)}
            words={(account) => account.Name ?? ""}
            columns={[
              {
                name: "name",
                title: text.common.name,
                width: 25,
                value: (account) => account.Name,
                cell: (account) => <Link to={`/administration/accounts/${idOf(account)}`}>{account.Name}</Link>,
              },
              {
                name: "kind",
                title: words.kind,
                value: (account) => account.AccountType,
                cell: (account) => (
                  <Label variant="outline" icon={account.AccountType === "Group" ? <UsersIcon /> : <UserIcon />}>
                    {words.kinds[account.AccountType]}
                  </Label>
                ),
              },
              {
                name: "sees",
                title: words.sees,
                value: (account) => Number(account.AllowRestoreAllVms),
                cell: (account) => (account.AllowRestoreAllVms ? words.seesAll : words.seesScopes),
              },
              { name: "roles", title: words.roles, width: 35, cell: (account) => <Roles id={idOf(account)} /> },
            ]}
            actions={(account) => [
              { title: words.edit, onClick: () => void navigate(`/administration/accounts/${idOf(account)}`) },
              { title: words.remove, isDanger: true, onClick: () => setRemoved(account) },
            ]}
            empty={{ title: words.emptyTitle, body: words.emptyText, icon: UserIcon, action: create }}
          />
        )}
      </Loaded>
      {removed && (
        <ConfirmDialog
          title={words.removeTitle}
          body={words.removeText(removed.Name ?? "", removed.AccountType === "Group")}
          action={words.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => void tryChange(words.done.remove(removed.Name ?? ""), "DELETE", accountPath(idOf(removed)))}
        />
      )}
    </Administration>
  );
}

export default forAdministrators(AccountsPage);
