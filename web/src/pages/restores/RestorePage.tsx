import {
  Alert,
  Card,
  CardBody,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  PageSection,
} from "@patternfly/react-core";
import { Link, useParams } from "react-router";
import { useEntity } from "../../api/query";
import type { RestoreSession } from "../../api/types";
import { Loaded } from "../../components/Failure";
import { formatExact } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { Duration, SessionProgress, Time } from "../../components/values";
import { text } from "../../messages";

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
            <Card>
              <CardBody>
                <DescriptionList columnModifier={{ default: "1Col", md: "2Col" }}>
                  <DescriptionListGroup>
                    <DescriptionListTerm>{text.sessions.state}</DescriptionListTerm>
                    <DescriptionListDescription>
                      <SessionProgress of={shown} name={shown.Name ?? ""} />
                    </DescriptionListDescription>
                  </DescriptionListGroup>
                  <DescriptionListGroup>
                    <DescriptionListTerm>{text.sessions.machine}</DescriptionListTerm>
                    <DescriptionListDescription>
                      {shown.RestoredObjRef ? (
                        <Link to={`/machines/${encodeURIComponent(shown.RestoredObjRef)}`}>{shown.VmDisplayName}</Link>
                      ) : (
                        shown.VmDisplayName
                      )}
                    </DescriptionListDescription>
                  </DescriptionListGroup>
                  <DescriptionListGroup>
                    <DescriptionListTerm>{text.sessions.began}</DescriptionListTerm>
                    <DescriptionListDescription>
                      <Time at={shown.CreationTimeUTC} />
                    </DescriptionListDescription>
                  </DescriptionListGroup>
                  <DescriptionListGroup>
                    <DescriptionListTerm>{text.sessions.duration}</DescriptionListTerm>
                    <DescriptionListDescription>
                      <Duration from={shown.CreationTimeUTC} to={shown.EndTimeUTC} />
                    </DescriptionListDescription>
                  </DescriptionListGroup>
                </DescriptionList>
              </CardBody>
            </Card>
          </PageSection>
        </>
      )}
    </Loaded>
  );
}
