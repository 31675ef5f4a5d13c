// The roles that an account may have, and what the server calls them.
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import { idOf, type Schemas } from "../../api/types";
import { text } from "../../messages";

export type RoleName = keyof typeof text.roles;
export const roleNames = Object.keys(text.roles) as RoleName[];

// By name: "Portal User" -> "urn:veeam:EnterpriseRole:<id>".
export function useRoleUids() {
  return useQuery({
    queryKey: ["EnterpriseRole"],
    queryFn: async ({ signal }) => {
      const { EnterpriseRoles } = await get<Schemas["EnterpriseRoles"]>("/security/roles?format=Entity", signal);
      return new Map(EnterpriseRoles.map((role) => [role.Name ?? "", role.UID ?? ""]));
    },
  });
}

export interface RoleOfAccount {
  name: string;
  id: string;
}

export function useRolesOf(account: { UID: string | null }) {
  return useQuery({
    queryKey: ["EnterpriseAccountInRole", account.UID],
    queryFn: async ({ signal }) => {
      const list = await get<Schemas["EnterpriseAccountInRoleList"]>(`/security/accounts/${idOf(account)}/roles`, signal);
      return list.EnterpriseAccountInRoles.map<RoleOfAccount>((role) => ({ name: role.RoleName, id: (role.Href ?? "").split("/").pop() ?? "" }));
    },
  });
}
