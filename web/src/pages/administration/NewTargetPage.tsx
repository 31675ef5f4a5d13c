import { useNavigate } from "react-router";
import { useChange } from "../../app/change";
import { text } from "../../messages";
import { Administration, forAdministrators } from "./Administration";
import { TargetForm } from "./TargetForm";
import { firstTarget, writeTarget } from "./targets";

const words = text.administration.targets;

function NewTargetPage() {
  const navigate = useNavigate();
  const { change } = useChange("NotificationTarget");
  return (
    <Administration title={words.createTitle} above={[{ title: words.title, to: "/administration/notifications" }]}>
      <TargetForm
        first={firstTarget}
        isEdit={false}
        action={words.create}
        onSave={async (draft) => {
          await change(words.done.create(draft.name.trim()), "POST", "/notificationTargets", writeTarget(draft));
          void navigate("/administration/notifications");
        }}
      />
    </Administration>
  );
}

export default forAdministrators(NewTargetPage);
