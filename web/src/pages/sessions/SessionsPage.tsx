import { PageSection } from "@patternfly/react-core";
import { CubesIcon } from "@patternfly/react-icons";
import { EntityTable } from "../../components/EntityTable";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";
import { resultChoice, sessionColumns } from "./columns";

export default function SessionsPage() {
  return (
    <>
      <PageHead title={text.sessions.title} />
      <PageSection hasBodyWrapper={false}>
        <EntityTable
          type="BackupJobSession"
          label={text.sessions.title}
          searchField="JobName"
          choices={[resultChoice]}
          firstOrder="-CreationTime"
          columns={sessionColumns}
          empty={{ title: text.sessions.emptyTitle, body: text.sessions.emptyText, icon: CubesIcon }}
        />
      </PageSection>
    </>
  );
}
