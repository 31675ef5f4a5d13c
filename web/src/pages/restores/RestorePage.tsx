import {
  Alert,
  PageSection,
} from "@patternfly/react-core";
import { Link, useParams } from "react-router";
import { useEntity } from "../../api/query";
import type { RestoreSession } from "../../api/types";
import { FactCard, type Fact } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { formatExact } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { Duration, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";

function factsOf(session: RestoreSession): Fact[] {
  const machine = session.RestoredObjRef ? (
    <Link to={`/machines/${encodeURIComponent(session.RestoredObjRef)}`}>{session.VmDisplayName}</Link>
  ) : (
    session.VmDisplayName
  );
  return [
    [text.sessions.state, <SessionProgress key="state" of={session} name={session.Name ?? ""} />],
    [text.sessions.machine, machine],
    [text.sessions.began, <Time key="began" at={session.CreationTimeUTC} />],
    [text.sessions.duration, <Duration key="duration" from={session.CreationTimeUTC} to={session.EndTimeUTC} />],
  ];
}

export default function RestorePage() {
  const { id = "" } = useParams();
  const session = useEntity<RestoreSession>("RestoreSession", "/restoreSessions", id, "&details=true");
  return (
    <Loaded of={session}>
      {(shown) => (
        <>
          <PageHead
            title={`${shown.VmDisplayName}, ${formatExact(shown.CreationTimeUTC)}`}
            above={[{ title: text.restores.title, to: "/restores" }]}
          />
          <PageSection hasBodyWrapper={false}>
            {shown.Reason && (
              <Alert
                isInline
                variant={shown.Result === "Failed" ? "danger" : shown.Result === "Warning" ? "warning" : "info"}
                title={shown.Reason}
              />
            )}
            <FactCard rows={factsOf(shown)} />
          </PageSection>
        </>
      )}
    </Loaded>
  );
}
