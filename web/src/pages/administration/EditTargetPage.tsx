import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import { get } from "../../api/client";
import type { Schemas } from "../../api/types";
import { useChange } from "../../app/change";
import { Loaded } from "../../components/Failure";
import { text } from "../../messages";
import { Administration, forAdministrators } from "./Administration";
import { TargetForm } from "./TargetForm";
import { readTarget, writeTarget } from "./targets";

const words = text.administration.targets;

function EditTargetPage() {
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const { change } = useChange("NotificationTarget");
  const path = `/notificationTargets/${encodeURIComponent(id)}`;
  // Read once: what is edited must not change under the hands.
  const target = useQuery({
    queryKey: ["NotificationTarget", id],
    refetchInterval: false,
    gcTime: 0,
    queryFn: ({ signal }) => get<Schemas["NotificationTarget"]>(`${path}?format=Entity`, signal),
  });
  return (
    <Administration
      title={target.data ? words.editTitle(target.data.Name ?? "") : words.title}
      above={[{ title: words.title, to: "/administration/notifications" }]}
    >
      <Loaded of={target}>
        {(one) => (
          <TargetForm
            first={readTarget(one)}
            isEdit
            action={text.common.save}
            onSave={async (draft) => {
              await change(words.done.edit(draft.name.trim()), "PUT", path, writeTarget(draft));
              void navigate("/administration/notifications");
            }}
          />
        )}
      </Loaded>
    </Administration>
  );
}

export default forAdministrators(EditTargetPage);
