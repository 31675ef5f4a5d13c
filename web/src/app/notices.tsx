// What was started here and how it ended: a toast for a moment, and the list in the notification drawer.
import { Alert, AlertActionCloseButton, AlertGroup } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { run } from "../api/client";
import type { Task } from "../api/types";
import { text } from "../messages";

export type NoticeKind = "info" | "success" | "warning" | "danger";

export interface Notice {
  id: number;
  kind: NoticeKind;
  title: string;
  detail?: string;
  time: string;
  isRead: boolean;
}

interface NoticesValue {
  notices: Notice[];
  tell(kind: NoticeKind, title: string, detail?: string): void;
  readAll(): void;
  clear(): void;
  // Sends what is answered with a Task, tells how it ends, and has `affected` read again. undefined where it failed, which was told.
  follow(what: string, method: string, path: string, affected: string[], body?: unknown): Promise<Task | undefined>;
}

const NoticesContext = createContext<NoticesValue | null>(null);

const toastSeconds = 8;
const mostNotices = 100;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const [toasts, setToasts] = useState<Notice[]>([]);
  const last = useRef(0);
  const cache = useQueryClient();

  const tell = useCallback((kind: NoticeKind, title: string, detail?: string) => {
    const notice: Notice = { id: ++last.current, kind, title, detail, time: new Date().toISOString(), isRead: false };
    setNotices((before) => [notice, ...before].slice(0, mostNotices));
    setToasts((before) => [...before, notice]);
  }, []);

  const value = useMemo<NoticesValue>(
    () => ({
      notices,
      tell,
      readAll: () => setNotices((before) => before.map((notice) => ({ ...notice, isRead: true }))),
      clear: () => setNotices([]),
      async follow(what, method, path, affected, body) {
        try {
          const task = await run(method, path, body);
          tell("success", text.task.done(what), task.Result?.Message ?? undefined);
          return task;
        } catch (error) {
          tell("danger", text.task.failed(what), error instanceof Error ? error.message : String(error));
          return undefined;
        } finally {
          for (const key of affected) void cache.invalidateQueries({ queryKey: [key] });
        }
      },
    }),
    [notices, tell, cache],
  );
  const drop = (id: number) => setToasts((before) => before.filter((toast) => toast.id !== id));
  return (
    <NoticesContext.Provider value={value}>
      {children}
      <AlertGroup isToast isLiveRegion>
        {toasts.map((toast) => (
          <Alert
            key={toast.id}
            variant={toast.kind}
            title={toast.title}
            timeout={toast.kind === "danger" ? false : toastSeconds * 1000}
            onTimeout={() => drop(toast.id)}
            actionClose={<AlertActionCloseButton title={toast.title} onClose={() => drop(toast.id)} />}
          >
            {toast.detail}
          </Alert>
        ))}
      </AlertGroup>
    </NoticesContext.Provider>
  );
}

export function useNotices(): NoticesValue {
  const value = useContext(NoticesContext);
  if (!value) throw new Error("useNotices outside of NoticesProvider");
  return value;
}
