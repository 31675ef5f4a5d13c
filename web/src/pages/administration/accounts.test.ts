import { expect, it } from "vitest";
import { firstAccount, isComplete, roleChanges, rolesForToken, writeAccount, writeExtensions, type AccountDraft, type ChosenScope } from "./accounts";

const uids = new Map([
  ["Portal User", "urn:veeam:EnterpriseRole:1"],
  ["File Restore Operator", "urn:veeam:EnterpriseRole:2"],
]);
const machine: ChosenScope = { reference: "urn:CustomPlatform:Vm:r.d", name: "web01", kind: "Vm" };
const operator: AccountDraft = {
  ...firstAccount,
  name: " ann ",
  password: "secret",
  roles: new Set(["Portal User", "File Restore Operator"]),
  scopes: new Map([[machine.reference, machine]]),
  extensions: "*.doc, .pdf; txt",
};

it("asks for what an account cannot be without", () => {
  expect(isComplete(operator)).toBe(true);
  expect(isComplete({ ...operator, name: " " })).toBe(false);
  expect(isComplete({ ...operator, password: "" })).toBe(false);
  expect(isComplete({ ...operator, password: "", keptBy: "Directory" })).toBe(true);
  expect(isComplete({ ...operator, password: "", kind: "Group" })).toBe(true);
  expect(isComplete({ ...operator, roles: new Set() })).toBe(false);
  expect(isComplete({ ...operator, scopes: new Map() })).toBe(false);
  expect(isComplete({ ...operator, scopes: new Map(), seesAll: true })).toBe(true);
});

it("writes what the server is asked to make", () => {
  expect(writeAccount(operator, uids)).toEqual({
    AccountType: "User",
    AccountName: "ann",
    Roles: { EnterpriseRoles: [{ EnterpriseRoleUid: "urn:veeam:EnterpriseRole:1" }, { EnterpriseRoleUid: "urn:veeam:EnterpriseRole:2" }] },
    AllowRestoreAllVms: false,
    HierarchyScopeObjects: { HierarchyScopeItems: [{ HierarchyObjRef: machine.reference, ObjectName: "web01" }] },
    FlrSettings: { FlrInplaceOnly: false, FlrExtentionRestrictions: "doc,pdf,txt" },
    Password: "secret",
  });
});

it("sends no password that the directory keeps, and no scope where everything is seen", () => {
  const spec = writeAccount({ ...operator, kind: "Group", seesAll: true, roles: new Set(["Portal User"]) }, uids);
  expect(spec).toMatchObject({ Password: null, HierarchyScopeObjects: null, FlrSettings: null });
});

it("reads extensions however they are typed", () => {
  expect(writeExtensions("")).toBe("");
  expect(writeExtensions(" .tar.gz  *.odt,")).toBe("tar.gz,odt");
});

it("tells which roles come and which go", () => {
  expect(roleChanges(["Portal User", "VM Restore Operator"], new Set(["Portal User", "File Restore Operator"]))).toEqual({
    add: ["File Restore Operator"],
    remove: ["VM Restore Operator"],
  });
});

it("offers a token no more than its account has", () => {
  expect(rolesForToken(["Portal User"])).toEqual(["Portal User"]);
  expect(rolesForToken(["Portal Administrator"])).toContain("Portal User");
});
