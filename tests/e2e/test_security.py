"""Accounts, their roles, and what an account with scopes can reach."""

import hashlib
import ssl
import uuid

from conftest import entity
from em_client import Resource, Spec
from holdfast_server import PASSWORD

ROLES = {"Portal User": "d19a3d33-cb77-4ffe-94e6-001432483a4e", "File Restore Operator": "f84a8b62-49b8-4d0c-b25b-92321b52bab6"}


def make_account(api, name, password, roles, scopes=()):
    """The new account as its maker sees it."""
    answer = api.post("/api/security/accounts", Spec("EnterpriseAccountCreateSpec", {
        "AccountType": "User",
        "AccountName": name,
        "Roles": {"EnterpriseRole": [{"EnterpriseRoleUid": "urn:veeam:EnterpriseRole:" + ROLES[role]} for role in roles]},
        "AllowRestoreAllVms": not scopes,
        "HierarchyScopeObjects": {"HierarchyScopeItem": [{"HierarchyObjRef": scope} for scope in scopes]} if scopes else None,
        "Password": password,
    }), expect=201)
    account = Resource.of(answer)
    assert answer.headers["Location"] == account["Href"]
    return api.get(account["Href"])


def rebuild(api):
    answer = api.post(api.get("/api/security").link("Start").href, Spec("RebuildScopeJobSpec", {"RebuildUnprocessed": {}}),
                      expect=201)
    finished = api.finish(Resource.of(answer))
    assert finished.part("Result")["Success"] == "true", finished.part("Result")["Message"]


def test_the_server_tells_how_it_was_started(server, api):
    settings = api.get("/api/serverSettings")
    shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", server.port)))
    assert settings.part("Certificate")["Sha256Fingerprint"] == hashlib.sha256(shown).hexdigest()
    assert settings.part("Directory")["Kind"] == "None"


def test_an_account_from_its_making_to_its_end(server, api):
    name = f"ann-{api.form}"
    account = make_account(api, name, "ann's password", ["Portal User"])
    assert account["Name"] == name and account["AllowRestoreAllVms"] == "true"
    [role] = api.get(account.link("Down", "EnterpriseAccountInRoleList").href).items()
    assert role["RoleName"] == "Portal User"

    ann = server.client(api.form)
    ann.logon(name.upper(), "ann's password")
    assert ann.request("GET", "/api/vmRestorePoints").status == 200
    assert ann.request("GET", "/api/security").status == 403
    assert ann.request("GET", "/api/jobs").status == 403
    api.request("PUT", account["Href"].partition("?")[0] + "/password", Spec("AccountPasswordSpec", {"Password": "ann's second one"}),
                expect=204)
    assert ann.request("GET", "/api/vmRestorePoints").status == 401
    ann.logon(name, "ann's second one")
    api.request("DELETE", account.link("Delete").href, expect=204)
    assert ann.request("GET", "/api/vmRestorePoints").status == 401
    assert api.request("GET", account["Href"]).status == 404

    admin = next(item for item in api.get("/api/security/accounts").items() if item["Name"] == "admin")
    assert api.request("DELETE", admin["Href"]).status == 409
    operations = [event["Operation"] for event in api.get("/api/audit?pageSize=50").items() if event["Account"] == "admin"]
    assert any(operation.startswith("PUT /api/security/accounts/") for operation in operations)
    assert "ann's second one" not in server.log.read_text() and PASSWORD not in server.log.read_text()


def test_a_machine_outside_of_the_scopes_is_not_there(server, admin, protected):
    point = protected.points[-1].vm_point
    root = point["HierarchyObjRef"].partition(".")[0]
    account = make_account(admin, "scoped", "password", ["File Restore Operator", "Portal User"], [f"{root}.{uuid.uuid4()}"])
    rebuild(admin)
    scoped = server.client()
    scoped.logon("scoped", "password")
    session = protected.points[-1].session
    mounts = point.link("Create", "VmRestorePointMount").href
    for href in (entity(point["Href"]), mounts, session["Href"], session.link("Related", "RestorePointReference").href):
        assert scoped.request("GET", href).status == 404, href
    assert scoped.post(mounts).status == 404
    assert scoped.get("/api/lookup?name=*&type=Vm").items() == []
    assert scoped.get("/api/systemSessions").items() == []
    assert scoped.get("/api/reports/summary/vms_overview")["ProtectedVms"] == "0"

    [new] = Resource.of(admin.post(account.link("Create", "EnterpriseAccountHierarchyScope").href, Spec(
        "HierarchyScopeCreateSpec", {"HierarchyScopeItem": [{"HierarchyObjRef": point["HierarchyObjRef"]}]}), expect=201)).items()
    assert new["State"] == "Unprocessed" and scoped.request("GET", entity(point["Href"])).status == 404
    rebuild(admin)
    for href in (entity(point["Href"]), mounts, session["Href"]):
        assert scoped.request("GET", href).status == 200, href
    assert [item["ObjectName"] for item in scoped.get("/api/lookup?name=*&type=Vm").items()] == [protected.machine.name]
    assert scoped.get("/api/reports/summary/vms_overview")["ProtectedVms"] == "1"
    told = admin.get("/api/systemSessions?format=Entity&filter=SessionType==SecurityScopesRebuild").items()[-1]
    assert told["State"] == "CompletedSuccessfully"
    [event] = admin.get(told.link("Down", "SystemSessionEvents").href).items_of("Events", "Events")
    assert event["Message"].endswith(": 1")
    admin.request("DELETE", new.link("Delete").href, expect=204)
    assert scoped.request("GET", entity(point["Href"])).status == 404
    admin.request("DELETE", account.link("Delete").href, expect=204)
