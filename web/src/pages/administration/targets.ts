// A notification target as it is drafted here.
import type { Schemas } from "../../api/types";

type Target = Schemas["NotificationTarget"];
export type MailEncryption = Schemas["MailEncryptionEnumeration"];

export interface TargetDraft {
  kind: "Webhook" | "Mail";
  name: string;
  url: string;
  // Empty: it stays what it is, where there is one.
  secret: string;
  hasSecret: boolean;
  server: string;
  // Empty: the usual one of the encryption.
  port: string;
  encryption: MailEncryption;
  user: string;
  password: string;
  from: string;
  to: string;
  onSuccess: boolean;
  onWarning: boolean;
  onFailed: boolean;
  restores: boolean;
  // undefined: of all jobs.
  jobs?: Set<string>;
}

const shortestSecret = 16;

export const firstTarget: TargetDraft = {
  kind: "Mail",
  name: "",
  url: "",
  secret: "",
  hasSecret: false,
  server: "",
  port: "",
  encryption: "StartTls",
  user: "",
  password: "",
  from: "",
  to: "",
  onSuccess: false,
  onWarning: true,
  onFailed: true,
  restores: true,
};

export function readTarget(target: Target): TargetDraft {
  const { Webhook: webhook, Mail: mail } = target;
  return {
    ...firstTarget,
    kind: webhook ? "Webhook" : "Mail",
    name: target.Name ?? "",
    url: webhook?.Url ?? "",
    hasSecret: webhook !== null,
    server: mail?.Server ?? "",
    port: mail ? String(mail.Port) : "",
    encryption: mail?.Encryption ?? "StartTls",
    user: mail?.User ?? "",
    from: mail?.From ?? "",
    to: mail?.To.Addresses.join(", ") ?? "",
    onSuccess: target.OnSuccess,
    onWarning: target.OnWarning,
    onFailed: target.OnFailed,
    restores: target.RestoreSessions,
    jobs: target.Jobs ? new Set(target.Jobs.JobUids) : undefined,
  };
}

// "a@b.org, c@d.org" -> both
export function addresses(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter((address) => address !== "");
}

export function isComplete(draft: TargetDraft): boolean {
  if (draft.name.trim() === "") return false;
  if (draft.kind === "Webhook")
    return draft.url.trim() !== "" && (draft.secret === "" ? draft.hasSecret : draft.secret.length >= shortestSecret);
  return draft.server.trim() !== "" && draft.from.trim() !== "" && addresses(draft.to).length > 0;
}

export function writeTarget(draft: TargetDraft): Schemas["NotificationTargetSpecInput"] {
  return {
    Name: draft.name.trim(),
    Webhook: draft.kind === "Webhook" ? { Url: draft.url.trim(), Secret: draft.secret || null } : null,
    Mail:
      draft.kind === "Mail"
        ? {
            Server: draft.server.trim(),
            Port: draft.port.trim() === "" ? null : Number(draft.port),
            Encryption: draft.encryption,
            User: draft.user.trim() || null,
            Password: draft.password || null,
            From: draft.from.trim(),
            To: { Addresses: addresses(draft.to) },
          }
        : null,
    OnSuccess: draft.onSuccess,
    OnWarning: draft.onWarning,
    OnFailed: draft.onFailed,
    Jobs: draft.jobs ? { JobUids: [...draft.jobs] } : null,
    RestoreSessions: draft.restores,
  };
}
