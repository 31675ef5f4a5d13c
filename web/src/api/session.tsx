// Who is logged on. The session itself is in a cookie; this is what the server tells about it.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { ApiError, get, onLoggedOut, send } from "./client";
import type { Schemas } from "./types";

export type OwnLogon = Schemas["OwnLogon"];

// Why there is no session: nobody has logged on yet, or it ended.
export type LoggedOut = "new" | "expired" | "idle";

interface SessionValue {
  // undefined until the server has said whether there is a session.
  logon: OwnLogon | null | undefined;
  why: LoggedOut;
  // The server could not be asked.
  lost: boolean;
  logOn(user: string, password: string): Promise<void>;
  logOut(why?: LoggedOut): Promise<void>;
  logOutEverywhere(): Promise<void>;
}

const SessionContext = createContext<SessionValue | null>(null);

const pauseWhileLost = 2000;

// Whether this browser has a session, as far as it knows; the cookie itself is hidden from scripts. Who never logged on is not asked for.
const knownKey = "holdfast.session";
const mayHaveSession = () => localStorage.getItem(knownKey) !== null;

function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [logon, setLogon] = useState<OwnLogon | null>();
  const [why, setWhy] = useState<LoggedOut>("new");
  const [lost, setLost] = useState(false);
  const cache = useQueryClient();

  const ask = useCallback(async () => {
    if (!mayHaveSession()) {
      setLogon(null);
      return;
    }
    try {
      setLogon(await get<OwnLogon>("/ownLogon"));
      setLost(false);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        localStorage.removeItem(knownKey);
        setLost(false);
        setLogon(null);
      } else setLost(true);
    }
  }, []);

  useEffect(() => void ask(), [ask]);
  useEffect(() => {
    if (!lost) return;
    const timer = setInterval(() => void ask(), pauseWhileLost);
    return () => clearInterval(timer);
  }, [lost, ask]);

  const end = useCallback(
    (reason: LoggedOut) => {
      localStorage.removeItem(knownKey);
      setWhy(reason);
      setLogon(null);
      cache.clear();
    },
    [cache],
  );
  useEffect(
    () =>
      onLoggedOut(() => {
        setLogon((before) => {
          if (before) setWhy("expired");
          return null;
        });
      }),
    [],
  );

  const value = useMemo<SessionValue>(
    () => ({
      logon,
      why,
      lost,
      async logOn(user, password) {
        await send("POST", "/sessionMngr/?v=latest", { headers: { Authorization: basic(user, password) } });
        cache.clear();
        localStorage.setItem(knownKey, user);
        setLogon(await get<OwnLogon>("/ownLogon"));
      },
      async logOut(reason = "new") {
        if (logon) await send("DELETE", `/logonSessions/${logon.SessionId}`).catch(() => undefined);
        end(reason);
      },
      async logOutEverywhere() {
        const { LogonSessions } = await get<Schemas["LogonSessions"]>("/logonSessions");
        const own = LogonSessions.filter((session) => session.UserName === logon?.UserName);
        // This one last: it is what the others are ended with.
        own.sort((one, other) => Number(one.SessionId === logon?.SessionId) - Number(other.SessionId === logon?.SessionId));
        for (const session of own) await send("DELETE", `/logonSessions/${session.SessionId}`);
        end("new");
      },
    }),
    [logon, why, lost, cache, end],
  );
  return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
}

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (!value) throw new Error("useSession outside of SessionProvider");
  return value;
}

// What an account may do is decided by the server; this only spares it from what would be refused.
export function useRoles() {
  const roles = useSession().logon?.Roles.Roles ?? [];
  const has = (role: string) => roles.includes(role);
  const isAdministrator = has("Portal Administrator");
  return {
    isAdministrator,
    isReader: isAdministrator || has("Portal User"),
    mayRestoreMachines: isAdministrator || has("VM Restore Operator"),
    mayRestoreFiles: isAdministrator || has("File Restore Operator") || has("VM Restore Operator"),
  };
}
