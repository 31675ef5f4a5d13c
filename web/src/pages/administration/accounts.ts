// What an account may do and see, as it is drafted here.
import type { Schemas } from "../../api/types";

// In the order in which they are shown: those of the product first.
export const roleNames = [
  "Portal Administrator",
  "Portal User",
  "VM Restore Operator",
  "File Restore Operator",
  "Exchange Restore Operator",
  "Oracle Restore Operator",
  "SQL Restore Operator",
] as const;

export type RoleName = (typeof roleNames)[number];

// What an account sees, by the kinds that a scope can name.
export const scopeKinds = ["Vm", "Host", "Datastore", "Network", "Tag"] as const;
export type ScopeKind = (typeof scopeKinds)[number];

export interface ChosenScope {
  reference: string;
  name: string;
  kind: ScopeKind;
}

export interface AccountDraft {
  name: string;
  kind: "User" | "Group";
  // Who knows its password: Holdfast, or the directory that the server asks.
  keptBy: "Holdfast" | "Directory";
  password: string;
  roles: Set<string>;
  seesAll: boolean;
  scopes: Map<string, ChosenScope>;
  filesInPlaceOnly: boolean;
  // "doc, pdf": only files that end so are let out. Empty: all of them.
  extensions: string;
}

export const firstAccount: AccountDraft = {
  name: "",
  kind: "User",
  keptBy: "Holdfast",
  password: "",
  roles: new Set(["Portal User"]),
  seesAll: false,
  scopes: new Map(),
  filesInPlaceOnly: false,
  extensions: "",
};

export const mayRestoreFiles = (draft: AccountDraft) => draft.roles.has("File Restore Operator");
export const hasPassword = (draft: AccountDraft) => draft.kind === "User" && draft.keptBy === "Holdfast";

export function isComplete(draft: AccountDraft): boolean {
  return (
    draft.name.trim() !== "" &&
    draft.roles.size > 0 &&
    (!hasPassword(draft) || draft.password !== "") &&
    (draft.seesAll || draft.scopes.size > 0)
  );
}

export function writeScopes(scopes: Iterable<ChosenScope>): Schemas["HierarchyScopeCreateSpecInput"] {
  return { HierarchyScopeItems: [...scopes].map(({ reference, name }) => ({ HierarchyObjRef: reference, ObjectName: name })) };
}

// "doc, .pdf" -> "doc,pdf"
export function writeExtensions(typed: string): string {
  return typed
    .split(/[\s,;]+/)
    .map((one) => one.replace(/^[*.]+/, ""))
    .filter((one) => one !== "")
    .join(",");
}

export function writeAccount(draft: AccountDraft, uidOf: Map<string, string>): Schemas["EnterpriseAccountCreateSpecInput"] {
  return {
    AccountType: draft.kind,
    AccountName: draft.name.trim(),
    Roles: { EnterpriseRoles: [...draft.roles].map((name) => ({ EnterpriseRoleUid: uidOf.get(name) ?? name })) },
    AllowRestoreAllVms: draft.seesAll,
    HierarchyScopeObjects: draft.seesAll ? null : writeScopes(draft.scopes.values()),
    FlrSettings: mayRestoreFiles(draft)
      ? { FlrInplaceOnly: draft.filesInPlaceOnly, FlrExtentionRestrictions: writeExtensions(draft.extensions) || null }
      : null,
    Password: hasPassword(draft) ? draft.password : null,
  };
}

// What has to be asked for, one after the other. Roles are given before others are taken: the last one of an account stays.
export function roleChanges(before: Iterable<string>, after: Set<string>): { add: string[]; remove: string[] } {
  const had = new Set(before);
  return { add: [...after].filter((role) => !had.has(role)), remove: [...had].filter((role) => !after.has(role)) };
}

// The roles that a token of an account may have.
export function rolesForToken(held: string[]): string[] {
  return roleNames.filter((role) => held.includes("Portal Administrator") || held.includes(role));
}
