import { Button, Label } from "@patternfly/react-core";
import { BellIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { idOf, type Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { useNotices } from "../../app/notices";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Loaded } from "../../components/Failure";
import { ListTable } from "../../components/ListTable";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { Administration, forAdministrators } from "./Administration";
import { useTargets } from "./data";

type Target = Schemas["NotificationTarget"];

const words = text.administration.targets;

function whereTo(target: Target): string {
  return target.Webhook?.Url ?? target.Mail?.To.Addresses.join(", ") ?? "";
}

function whenTold(target: Target): string {
  const results = [
    target.OnSuccess && text.result.Success,
    target.OnWarning && text.result.Warning,
    target.OnFailed && text.result.Failed,
  ].filter((one) => one !== false);
  return results.length > 0 ? results.join(", ") : text.common.none;
}

// How it went last; a failure is the latest thing until something was delivered after it.
function LastDelivery({ target }: { target: Target }) {
  const { LastFailureTimeUTC: failed, LastDeliveryTimeUTC: delivered } = target;
  if (failed && (!delivered || failed > delivered))
    return (
      <>
        <Label color="red" variant="outline">
          {text.result.Failed}
        </Label>{" "}
        {target.LastFailureMessage}
      </>
    );
  return <Time at={delivered} />;
}

function TargetsPage() {
  const targets = useTargets();
  const navigate = useNavigate();
  const { follow } = useNotices();
  const { tryChange } = useChange("NotificationTarget");
  const [removed, setRemoved] = useState<Target>();
  const create = <Button onClick={() => void navigate("/administration/notifications/new")}>{words.create}</Button>;
  const test = (target: Target) =>
    void follow(words.done.test(target.Name ?? ""), "POST", `/notificationTargets/${idOf(target)}?action=test`, ["NotificationTarget"]);
  return (
    <Administration title={words.title} help={words.help} actions={create}>
      <Loaded of={targets}>
        {(items) => (
          <ListTable
            items={items}
            label={words.title}
            firstOrder="name"
            keyOf={(target) => idOf(target)}
            words={(target) => `${target.Name} ${whereTo(target)}`}
            columns={[
              {
                name: "name",
                title: text.common.name,
                width: 15,
                value: (target) => target.Name,
                cell: (target) => <Link to={`/administration/notifications/${idOf(target)}`}>{target.Name}</Link>,
              },
              { name: "to", title: words.to, width: 25, value: whereTo, cell: whereTo },
              { name: "when", title: words.results, width: 20, cell: whenTold },
              { name: "waiting", title: words.waiting, value: (target) => target.PendingCount, cell: (target) => target.PendingCount },
              {
                name: "last",
                title: words.last,
                width: 20,
                value: (target) => target.LastDeliveryTimeUTC,
                cell: (target) => <LastDelivery target={target} />,
              },
            ]}
            actions={(target) => [
              { title: words.test, onClick: () => test(target) },
              { title: text.common.edit, onClick: () => void navigate(`/administration/notifications/${idOf(target)}`) },
              { title: words.remove, isDanger: true, onClick: () => setRemoved(target) },
            ]}
            empty={{ title: words.emptyTitle, body: words.emptyText, icon: BellIcon, action: create }}
          />
        )}
      </Loaded>
      {removed && (
        <ConfirmDialog
          title={words.removeTitle}
          body={words.removeText(removed.Name ?? "", removed.PendingCount)}
          action={words.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => void tryChange(words.done.remove(removed.Name ?? ""), "DELETE", `/notificationTargets/${idOf(removed)}`)}
        />
      )}
    </Administration>
  );
}

export default forAdministrators(TargetsPage);
