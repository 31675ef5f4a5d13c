// Who may log on, and what they may do.
import { Button, PageSection } from "@patternfly/react-core";
import { UsersIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { get, send } from "../../api/client";
import { idOf, type Schemas } from "../../api/types";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { WholeTable } from "../../components/WholeTable";
import { text } from "../../messages";
import { CreateAccountDialog } from "./CreateAccountDialog";
import { useRolesOf } from "./roles";

type Account = Schemas["EnterpriseAccount"];

function Roles({ of: account }: { of: Account }) {
  return useRolesOf(account).data?.map(({ name }) => name).join(", ");
}

export default function AccountsPage() {
  const [isCreating, setCreating] = useState(false);
  const [removed, setRemoved] = useState<Account>();
  const { attempt } = useNotices();
  const accounts = useQuery({
    queryKey: ["EnterpriseAccount"],
    queryFn: ({ signal }) => get<Schemas["EnterpriseAccounts"]>("/security/accounts?format=Entity", signal),
  });
  const create = <Button onClick={() => setCreating(true)}>{text.accounts.create}</Button>;
  return (
    <>
      <PageHead title={text.accounts.title} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <Loaded of={accounts}>
          {({ EnterpriseAccounts }) => (
            <WholeTable
              label={text.accounts.title}
              items={EnterpriseAccounts}
              keyOf={(account) => account.UID ?? ""}
              columns={[
                {
                  title: text.common.name,
                  width: 30,
                  cell: (account) => <Link to={`/accounts/${idOf(account)}`}>{account.Name}</Link>,
                },
                { title: text.accounts.kind, cell: (account) => text.accounts.types[account.AccountType] },
                { title: text.account.roles, width: 30, cell: (account) => <Roles of={account} /> },
                {
                  title: text.accounts.sees,
                  cell: (account) => (account.AllowRestoreAllVms ? text.accounts.seesAll : text.accounts.seesSome),
                },
              ]}
              actions={(account) => [{ title: text.accounts.remove, isDanger: true, onClick: () => setRemoved(account) }]}
              empty={{ title: text.accounts.title, body: text.accounts.emptyText, icon: UsersIcon, action: create }}
            />
          )}
        </Loaded>
      </PageSection>
      {isCreating && <CreateAccountDialog onClose={() => setCreating(false)} />}
      {removed && (
        <ConfirmDialog
          title={text.accounts.removeTitle}
          body={text.accounts.removeText(removed.Name ?? "")}
          action={text.accounts.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() =>
            void attempt(text.accounts.done.remove(removed.Name ?? ""), ["EnterpriseAccount"], () =>
              send("DELETE", `/security/accounts/${idOf(removed)}`),
            )
          }
        />
      )}
    </>
  );
}
