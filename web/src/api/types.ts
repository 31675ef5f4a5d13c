// The types of the API, by the names that they have there. schema.d.ts is made from the server's own OpenAPI document.
import type { components } from "./schema";

export type Schemas = components["schemas"];

export type Job = Schemas["Job"];
export type BackupJobSession = Schemas["BackupJobSession"];
export type BackupTaskSession = Schemas["BackupTaskSession"];
export type RestoreSession = Schemas["RestoreSession"];
export type Repository = Schemas["Repository"];
export type ManagedServer = Schemas["ManagedServer"];
export type HierarchyRoot = Schemas["HierarchyRoot"];
export type HierarchyItem = Schemas["HierarchyItem"];
export type VmRestorePoint = Schemas["VmRestorePoint"];
export type InstantRecovery = Schemas["InstantRecovery"];
export type Task = Schemas["Task"];
export type LogonSession = Schemas["LogonSession"];
export type SessionResult = Schemas["SessionResultEnumeration"];

// What every entity has.
export interface Entity {
  Name: string | null;
  UID: string | null;
  Href: string | null;
  Type: string | null;
  Links: Schemas["LinkListType"] | null;
}

// "urn:veeam:Job:<id>" -> "<id>"
export function idOf(entity: { UID: string | null }): string {
  return (entity.UID ?? "").split(":").pop() ?? "";
}

export function hasLink(entity: Entity, rel: string): boolean {
  return entity.Links?.some((link) => link.Rel === rel) ?? false;
}
