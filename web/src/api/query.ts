// The query service: pages of entities, filtered and sorted by the server.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { Schemas } from "./types";

// Types that can be asked for, with where their entities stand in the answer.
const listOf = {
  Job: ["Jobs", "Jobs"],
  BackupJobSession: ["BackupJobSessions", "BackupJobSessions"],
  BackupTaskSession: ["BackupTaskSessions", "BackupTaskSessions"],
  RestoreSession: ["RestoreSessions", "RestoreSessions"],
  Repository: ["Repositories", "Repositories"],
  ManagedServer: ["ManagedServers", "ManagedServers"],
  VmRestorePoint: ["VmRestorePoints", "VmRestorePoints"],
} as const;

export type QueryType = keyof typeof listOf;

export interface Entities {
  Job: Schemas["Job"];
  BackupJobSession: Schemas["BackupJobSession"];
  BackupTaskSession: Schemas["BackupTaskSession"];
  RestoreSession: Schemas["RestoreSession"];
  Repository: Schemas["Repository"];
  ManagedServer: Schemas["ManagedServer"];
  VmRestorePoint: Schemas["VmRestorePoint"];
}

export interface Query {
  // Filter expressions, all of which must hold: `Name~="web"`.
  where?: string[];
  sort?: { field: string; descending: boolean };
  page?: number;
  pageSize?: number;
  // False: not asked for, since the account would be refused.
  isAllowed?: boolean;
}

export interface Page<T> {
  items: T[];
  pages: number;
}

// A value as a filter takes it, whatever is in it.
export function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

// Whatever has the words anywhere in it.
export function contains(field: string, words: string): string {
  return `${field}~=${quoted(words)}`;
}

export function queryPath(type: QueryType, query: Query): string {
  const parameters = new URLSearchParams({ type, format: "Entities", details: "true" });
  if (query.where?.length) parameters.set("filter", query.where.join(";"));
  if (query.sort) parameters.set(query.sort.descending ? "sortDesc" : "sortAsc", query.sort.field);
  parameters.set("pageSize", String(query.pageSize ?? 20));
  parameters.set("page", String(query.page ?? 1));
  return `/query?${parameters}`;
}

export async function queryEntities<T extends QueryType>(
  type: T,
  query: Query,
  signal?: AbortSignal,
): Promise<Page<Entities[T]>> {
  const answer = await get<Schemas["QueryResult"]>(queryPath(type, query), signal);
  const [outer, inner] = listOf[type];
  const list = answer.Entities?.[outer] as Record<string, Entities[T][]> | null | undefined;
  return { items: list?.[inner] ?? [], pages: answer.PagingInfo?.PagesCount ?? 1 };
}

// A page of entities; the one before it stays in place until the next is there.
export function useEntities<T extends QueryType>(type: T, query: Query) {
  return useQuery({
    queryKey: [type, "query", query],
    enabled: query.isAllowed ?? true,
    queryFn: ({ signal }) => queryEntities(type, query, signal),
    placeholderData: keepPreviousData,
  });
}

// One entity; `path` is that of its collection.
export function useEntity<T>(type: string, path: string, id: string, more = "") {
  return useQuery({
    queryKey: [type, "entity", id],
    queryFn: ({ signal }) => get<T>(`${path}/${encodeURIComponent(id)}?format=Entity${more}`, signal),
  });
}
