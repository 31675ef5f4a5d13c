// What the administration reads and changes. Events tell nothing of it, so it is read again while it is looked at.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Schemas } from "../../api/types";

const refetchInterval = 15_000;

export const accountPath = (id: string) => `/security/accounts/${encodeURIComponent(id)}`;

function useList<T>(key: string[], read: (signal: AbortSignal) => Promise<T>, isWanted = true) {
  return useQuery({ queryKey: key, enabled: isWanted, refetchInterval, queryFn: ({ signal }) => read(signal) });
}

export function useAccounts(isAllowed = true) {
  return useList(
    ["Account", "all"],
    async (signal) => (await get<Schemas["EnterpriseAccounts"]>("/security/accounts?format=Entity", signal)).EnterpriseAccounts,
    isAllowed,
  );
}

export function useAccount(id: string) {
  return useList(["Account", id], (signal) => get<Schemas["EnterpriseAccount"]>(`${accountPath(id)}?format=Entity`, signal));
}

// Their names: "Portal User".
export function useRolesOf(id: string, isWanted = true) {
  return useList(
    ["Account", id, "roles"],
    async (signal) =>
      (await get<Schemas["EnterpriseAccountInRoleList"]>(`${accountPath(id)}/roles`, signal)).EnterpriseAccountInRoles.map(
        (role) => role.RoleName,
      ),
    isWanted,
  );
}

export function useScopesOf(id: string) {
  return useList(
    ["Account", id, "scopes"],
    async (signal) =>
      (await get<Schemas["EnterpriseAccountHierarchyScopes"]>(`${accountPath(id)}/scopes`, signal)).EnterpriseAccountHierarchyScopes,
  );
}

export function useRoleIds() {
  return useQuery({
    queryKey: ["Role", "all"],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      (await get<Schemas["EnterpriseRoles"]>("/security/roles?format=Entity", signal)).EnterpriseRoles.map((role) => ({
        name: role.Name ?? "",
        uid: role.UID ?? "",
      })),
  });
}

export function useTokens() {
  return useList(["ApiToken"], async (signal) => (await get<Schemas["ApiTokens"]>("/tokens?format=Entity", signal)).ApiTokens);
}

// The path of this server, which is the first of those that it knows.
const ownServer = queryOptions({
  queryKey: ["BackupServer", "own"],
  staleTime: Infinity,
  queryFn: async ({ signal }) => {
    const [own] = (await get<Schemas["BackupServers"]>("/backupServers?format=Entity", signal)).BackupServers;
    return `/backupServers/${(own?.UID ?? "").split(":").pop()}`;
  },
});

export function useServerPath() {
  return useQuery(ownServer);
}

export function useCredentials() {
  const cache = useQueryClient();
  return useList(["Credentials"], async (signal) => {
    const server = await cache.ensureQueryData(ownServer);
    return (await get<Schemas["CredentialsInfoList"]>(`${server}/credentials`, signal)).CredentialsInfos;
  });
}

export function usePasswords() {
  const cache = useQueryClient();
  return useList(["PasswordKey"], async (signal) => {
    const server = await cache.ensureQueryData(ownServer);
    return (await get<Schemas["PasswordKeyInfoList"]>(`${server}/passwords`, signal)).PasswordKeyInfos;
  });
}

export function useTargets() {
  return useList(
    ["NotificationTarget", "all"],
    async (signal) => (await get<Schemas["NotificationTargets"]>("/notificationTargets?format=Entity", signal)).NotificationTargets,
  );
}

export function useServerSettings() {
  return useList(["ServerSettings"], (signal) => get<Schemas["ServerSettings"]>("/serverSettings", signal));
}
