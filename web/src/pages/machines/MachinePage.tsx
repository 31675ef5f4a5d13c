import { Button, Label, PageSection, Title } from "@patternfly/react-core";
import { CubesIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { get } from "../../api/client";
import { useRoles } from "../../api/session";
import { idOf, type Schemas, type VmRestorePoint } from "../../api/types";
import { useNotices } from "../../app/notices";
import { EntityTable } from "../../components/EntityTable";
import { PageHead } from "../../components/PageHead";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { InstantRecoveryDialog } from "../restores/InstantRecoveryDialog";
import { RestoreDialog } from "../restores/RestoreDialog";
import { domainOf, useMachines, useNewestPoint } from "./machines";

// Of a machine that is gone from its host its restore points still know the name.
function useName(reference: string): string {
  const { machines } = useMachines();
  const newest = useNewestPoint(reference);
  return machines.find((machine) => machine.reference === reference)?.name ?? newest.data?.VmDisplayName ?? reference;
}

function useServerUid() {
  return useQuery({
    queryKey: ["BackupServer", "own"],
    queryFn: async ({ signal }) =>
      (await get<Schemas["BackupServers"]>("/backupServers?format=Entity", signal)).BackupServers[0]?.UID ?? "",
  }).data;
}

export default function MachinePage() {
  const { reference = "" } = useParams();
  const name = useName(reference);
  const roles = useRoles();
  const serverUid = useServerUid();
  const { follow } = useNotices();
  const navigate = useNavigate();
  const [restored, setRestored] = useState<VmRestorePoint>();
  const [instant, setInstant] = useState<VmRestorePoint>();

  return (
    <>
      <PageHead
        title={name}
        above={[{ title: text.machines.title, to: "/machines" }]}
        actions={
          roles.isAdministrator && (
            <Button
              variant="secondary"
              isDisabled={!serverUid}
              onClick={() =>
                void follow(
                  text.machines.done.quick(name),
                  "POST",
                  `/backupServers/${serverUid?.split(":").pop()}?action=quickbackup`,
                  ["BackupJobSession", "VmRestorePoint"],
                  { VmRef: reference },
                )
              }
            >
              {text.machines.quickBackup}
            </Button>
          )
        }
      />
      <PageSection hasBodyWrapper={false}>
        <Title headingLevel="h2">{text.machines.points}</Title>
        <EntityTable
          type="VmRestorePoint"
          label={text.machines.points}
          where={[`VmUid==${domainOf(reference)}`]}
          firstOrder="-CreationTime"
          columns={[
            { title: text.machines.created, sort: "CreationTime", cell: (point) => <Time at={point.CreationTimeUTC} /> },
            {
              title: text.machines.kind,
              cell: (point) => (
                <Label variant="outline">{point.Algorithm === "Full" ? text.machines.full : text.machines.increment}</Label>
              ),
            },
            {
              title: text.machines.consistency,
              cell: (point) => (point.Consistency ? (text.machines.consistencies[point.Consistency] ?? point.Consistency) : ""),
            },
          ]}
          actions={(point) => [
            ...(roles.mayRestoreMachines
              ? [
                  { title: text.machines.restore, onClick: () => setRestored(point) },
                  { title: text.machines.instant, onClick: () => setInstant(point) },
                ]
              : []),
            ...(roles.mayRestoreFiles
              ? [
                  {
                    title: text.machines.files,
                    onClick: () => void navigate(`/machines/${encodeURIComponent(reference)}/files/${idOf(point)}`),
                  },
                ]
              : []),
          ]}
          empty={{ title: text.machines.isNot, body: text.machines.noPoints, icon: CubesIcon }}
        />
      </PageSection>
      {restored && <RestoreDialog point={restored} onClose={() => setRestored(undefined)} />}
      {instant && <InstantRecoveryDialog point={instant} onClose={() => setInstant(undefined)} />}
    </>
  );
}
