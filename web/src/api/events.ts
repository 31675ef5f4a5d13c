// What happens on the server, as it happens: what is shown of a job or a session is read again when it changed.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { BackupJobSession, RestoreSession } from "./types";

// Which of the things that are kept are out of date, by the first part of their key.
const affected: Record<string, string[]> = {
  BackupJobSession: ["BackupJobSession", "BackupTaskSession", "Job", "report"],
  RestoreSession: ["RestoreSession", "InstantRecovery"],
};

function refresh(client: QueryClient, type: string, data: string) {
  const session = JSON.parse(data) as BackupJobSession | RestoreSession;
  for (const key of affected[type] ?? []) void client.invalidateQueries({ queryKey: [key] });
  // A session that ended has made restore points, or removed some.
  if (session.State === "Stopped") for (const key of ["VmRestorePoint", "week"]) void client.invalidateQueries({ queryKey: [key] });
}

const pauseAfterRefusal = 15_000;

// Follows the events while the component is there. The browser connects again by itself when the stream breaks off, but not where it
// was refused: an account has a limited number of streams, one for each open page.
export function useServerEvents() {
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout>;
    function open() {
      source = new EventSource("/api/events");
      for (const type of Object.keys(affected))
        source.addEventListener(type, (event: MessageEvent<string>) => refresh(client, type, event.data));
      source.addEventListener("Reset", () => void client.invalidateQueries());
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, pauseAfterRefusal);
      });
    }
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client]);
}
