import { Alert, PageSection } from "@patternfly/react-core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import { run } from "../../api/client";
import { idOf, type Job } from "../../api/types";
import { useNotices } from "../../app/notices";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";
import { readDraft, writeEdit, type Draft } from "./draft";
import { readJob } from "./jobActions";
import { JobWizard } from "./wizard/JobWizard";

function Edit({ job, repository }: { job: Job; repository: string }) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { tell } = useNotices();
  const path = `/jobs/${idOf(job)}`;
  if (!job.JobInfo?.BackupJobInfo) return <Alert isInline variant="info" title={text.wizard.notEdited} />;

  async function save(draft: Draft) {
    const edit = writeEdit(job, (await readJob(idOf(job))).job, draft);
    try {
      await run("PUT", path, edit.job);
      // One is added before the last one goes: a job is never without machines.
      for (const spec of edit.added) await run("POST", `${path}/includes`, spec);
      for (const id of edit.removed) await run("DELETE", `${path}/includes/${id}`);
    } finally {
      // Some of it may be done where another part was refused.
      await cache.invalidateQueries({ queryKey: ["Job"] });
    }
    tell("success", text.task.done(text.jobs.done.edit(draft.name)));
    void navigate(path);
  }

  return (
    <JobWizard
      first={readDraft(job, repository)}
      isEdit
      button={text.common.save}
      onClose={() => void navigate(path)}
      onSave={save}
    />
  );
}

export default function EditJobPage() {
  const { id = "" } = useParams();
  // As it was when the page was opened: what others change meanwhile does not pull the form from under one's hands.
  const job = useQuery({
    queryKey: ["edit", "Job", id],
    queryFn: ({ signal }) => readJob(id, signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  return (
    <Loaded of={job}>
      {({ job: shown, repository }) => (
        <>
          <PageHead
            title={text.wizard.editTitle(shown.Name ?? "")}
            above={[
              { title: text.jobs.title, to: "/jobs" },
              { title: shown.Name ?? "", to: `/jobs/${id}` },
            ]}
          />
          <PageSection hasBodyWrapper={false} isFilled>
            <Edit job={shown} repository={`urn:veeam:Repository:${repository}`} />
          </PageSection>
        </>
      )}
    </Loaded>
  );
}
