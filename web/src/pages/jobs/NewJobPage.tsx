import { Checkbox, PageSection } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { relatedId, run } from "../../api/client";
import { useNotices } from "../../app/notices";
import { messageOf } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";
import { firstDraft, hasGuestChoices, writeGuestEdit, writeSpec, type Draft } from "./draft";
import { JobWizard } from "./wizard/JobWizard";

const affected = ["Job", "BackupJobSession", "report"];

export default function NewJobPage() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { follow, tell } = useNotices();
  const [runsNow, setRunsNow] = useState(true);

  async function create(draft: Draft) {
    const task = await run("POST", "/jobs", writeSpec(draft));
    const id = relatedId(task, "Job");
    tell("success", text.task.done(text.jobs.done.create(draft.name)));
    void cache.invalidateQueries({ queryKey: ["Job"] });
    void navigate(id ? `/jobs/${id}` : "/jobs");
    if (id) void finish(id, draft);
  }

  // The job is there: what fails from here on is told, and does not make a second one.
  async function finish(id: string, draft: Draft) {
    if (hasGuestChoices(draft))
      try {
        await run("PUT", `/jobs/${id}`, writeGuestEdit(draft));
      } catch (error) {
        tell("danger", text.task.failed(text.jobs.done.guest(draft.name)), messageOf(error));
        return;
      }
    if (runsNow) await follow(text.jobs.done.start(draft.name), "POST", `/jobs/${id}?action=start`, affected);
  }

  return (
    <>
      <PageHead title={text.wizard.createTitle} above={[{ title: text.jobs.title, to: "/jobs" }]} />
      <PageSection hasBodyWrapper={false} isFilled>
        <JobWizard
          first={firstDraft}
          isEdit={false}
          button={text.wizard.create}
          onClose={() => void navigate("/jobs")}
          onSave={create}
          review={
            <Checkbox id="job-run-now" label={text.wizard.runNow} isChecked={runsNow} onChange={(_, isChecked) => setRunsNow(isChecked)} />
          }
        />
      </PageSection>
    </>
  );
}
