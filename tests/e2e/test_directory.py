"""Accounts that a directory keeps: a real slapd, whose groups have accounts, and whose users log on."""

import concurrent.futures
import os
import pathlib
import subprocess
import time

import pytest

import ldap_server
from em_client import Resource, Spec, basic
from holdfast_server import PASSWORD, PROGRAM
from ldap_server import BASE, LdapServer, password_of
from machines import wait_for

DOMAIN = "<domain type='test'><name>{}</name><uuid>{}</uuid><memory>8192</memory><os><type>hvm</type></os></domain>"
NODE = "<node>" + "".join(DOMAIN.format(name, digit * 8 + "-1111-4111-8111-" + digit * 12) for name, digit in (
    ("web01", "1"), ("db01", "2"))) + "</node>"


@pytest.fixture(scope="module")
def ldap(work):
    server = LdapServer(work / "ldap")
    try:
        server.start()
        server.change(ldap_server.base() + "".join(map(ldap_server.user, ["ann", "bob", "carol", "dora", "admin"]))
                      + ldap_server.group("operators", "ann", "admin") + ldap_server.group("auditors", "ann")
                      + ldap_server.unix_group("files", 5000, "bob"))
        yield server
    finally:
        server.stop()


def directory_server(make_server, name, uri, certificate, group_base):
    """As an administrator configures it: all in a file, the password in another."""
    server = make_server(name)
    secret = server.folder / "ldap-password"
    secret.write_text(ldap_server.READER_PASSWORD + "\n")
    groups = f'ldap-group-base = "ou=groups,{BASE}"\n' if group_base else ""
    (server.folder / "holdfast.conf").write_text(
        f'[serve]\ndata-dir = "{server.data}"\nlisten = "127.0.0.1:{server.port}"\n'
        f'initial-password-file = "{server.password_file}"\n'
        f'ldap-uri = "{uri}"\nldap-ca = "{certificate}"\nldap-user-base = "ou=people,{BASE}"\n{groups}'
        f'ldap-bind-dn = "{ldap_server.READER}"\nldap-bind-password-file = "{secret}"\n')
    server.command = [PROGRAM, "serve", "--config", server.folder / "holdfast.conf"]
    return server.start()


@pytest.fixture(scope="module")
def holdfast(make_server, ldap):
    server = directory_server(make_server, "directory", ldap.uri, ldap.certificate, group_base=True)
    yield server
    server.close()


@pytest.fixture(scope="module")
def boss(holdfast):
    client = holdfast.admin()
    yield client
    client.close()


@pytest.fixture(scope="module")
def machines(boss, holdfast):
    """References of the two machines of a host."""
    node = holdfast.folder / "node.xml"
    node.write_text(NODE)
    boss.run("POST", "/api/managedServers", Spec("ManagedServerSpec", {"Name": "kvm1", "Description": "", "Uri": f"test://{node}"}))
    return {item["ObjectName"]: item["ObjectRef"] for item in boss.get("/api/lookup?type=Vm&name=*").items()}


addresses = (f"127.0.{net}.{host}" for net in range(20, 30) for host in range(1, 250))


def try_logon(server, user, password):
    """From an address of its own each time: failures slow an address down."""
    client = server.client(source_address=(next(addresses), 0))
    try:
        return client.send("POST", "/api/sessionMngr/?v=latest", headers={"Authorization": basic(user, password)})
    finally:
        client.close()


def logged_on(server, user, password=None):
    client = server.client(source_address=(next(addresses), 0))
    client.logon(user, password or password_of(user.rpartition("\\")[2].lower()))
    return client


def role_uid(api, name):
    return next(role["UID"] for role in api.get("/api/security/roles").items() if role["Name"] == name)


def make_account(api, name, roles, type="Group", scopes=(), password=None, expect=201):
    answer = api.post("/api/security/accounts", Spec("EnterpriseAccountCreateSpec", {
        "AccountType": type,
        "AccountName": name,
        "Roles": {"EnterpriseRole": [{"EnterpriseRoleUid": role_uid(api, role)} for role in roles]},
        "AllowRestoreAllVms": not scopes,
        "HierarchyScopeObjects": {"HierarchyScopeItem": [{"HierarchyObjRef": scope} for scope in scopes]} if scopes else None,
        "Password": password,
    }), expect=expect)
    return api.get(Resource.of(answer)["Href"]) if expect == 201 else answer


def rebuild(api):
    finished = api.finish(Resource.of(api.post("/api/security/accounts?action=rebuildScope", Spec(
        "RebuildScopeJobSpec", {"RebuildUnprocessed": {}}), expect=201)))
    assert finished.part("Result")["Success"] == "true", finished.part("Result")["Message"]


@pytest.fixture(scope="module")
def operators(boss, machines):
    account = make_account(boss, "EXAMPLE\\Operators", ["Portal User", "VM Restore Operator"], scopes=[machines["web01"]])
    rebuild(boss)
    return account


def machines_of(client):
    return sorted(item["ObjectName"] for item in client.get("/api/lookup?type=Vm&name=*").items())


def test_the_server_tells_which_directory_it_asks(boss):
    directory = boss.get("/api/serverSettings").part("Directory")
    assert directory["Kind"] == "Ldap" and directory["LdapUserBase"] == f"ou=people,{BASE}"


def test_a_member_logs_on_and_sees_the_scope_of_the_group(holdfast, boss, operators):
    assert operators["Name"] == "Operators" and operators["AccountType"] == "Group"
    ann = logged_on(holdfast, "ANN")
    assert machines_of(ann) == ["web01"] and machines_of(boss) == ["db01", "web01"]
    assert ann.request("GET", "/api/security").status == 403
    assert logged_on(holdfast, "EXAMPLE\\ann").request("GET", "/api/logonSessions").status == 200
    assert [item["Name"] for item in boss.get("/api/security/accounts").items()].count("ann") == 0, "the group's account is shown, not ann"
    ann.post("/api/jobs", expect=403)
    event = next(event for event in boss.get("/api/audit?pageSize=50").items() if event["Operation"] == "POST /api/jobs")
    assert event["Account"] == "ann"
    log = holdfast.log.read_text()
    assert password_of("ann") not in log and ldap_server.READER_PASSWORD not in log


def test_groups_add_up_and_their_changes_end_sessions(holdfast, boss, operators, machines):
    auditors = make_account(boss, "auditors", ["File Restore Operator"], scopes=[machines["db01"]])
    rebuild(boss)
    ann = logged_on(holdfast, "ann")
    assert machines_of(ann) == ["db01", "web01"]
    [scope] = boss.get(auditors.link("Down", "EnterpriseAccountHierarchyScopeList").href).items()
    boss.request("DELETE", scope["Href"], expect=204)
    assert machines_of(ann) == ["web01"], "a change of the group's scopes counts at once"
    boss.request("DELETE", auditors.link("Delete").href, expect=204)
    assert ann.request("GET", "/api/logonSessions").status == 401
    ann = logged_on(holdfast, "ann")
    assert machines_of(ann) == ["web01"]
    role = Resource.of(boss.post(operators.link("Create", "EnterpriseAccountInRole").href, Spec(
        "EnterpriseAccountInRoleCreateSpec", {"EnterpriseRoleUid": role_uid(boss, "File Restore Operator")}), expect=201))
    assert ann.request("GET", "/api/logonSessions").status == 401
    boss.request("DELETE", role["Href"], expect=204)


def test_who_has_left_the_group_is_out_with_the_next_logon(holdfast, ldap, operators):
    ann = logged_on(holdfast, "ann")
    ldap.set_members("operators")
    assert try_logon(holdfast, "ann", password_of("ann")).status == 401
    assert ann.request("GET", "/api/logonSessions").status == 401, "the earlier session too"
    ldap.set_members("operators", "ann", "admin")
    assert logged_on(holdfast, "ann")


@pytest.mark.parametrize("user, password", [
    ("ann", "wrong"), ("ann", ""), ("nobody", "x"), ("carol", password_of("carol")), ("*", password_of("ann")),
    ("ann)(uid=*", password_of("ann")), ("a*", password_of("ann")), ("ann\0", password_of("ann")), ("", ""), ("*)(|(uid=ann", "x"),
    ("ann" * 200, "x"), ("cn=reader", ldap_server.READER_PASSWORD), ("reader", ldap_server.READER_PASSWORD), ("operators", "")])
def test_others_are_refused(holdfast, operators, user, password):
    assert try_logon(holdfast, user, password).status in (400, 401)


def test_the_accounts_of_holdfast_come_first(holdfast, boss, operators):
    """The directory has an "admin", too, in the group of operators."""
    assert try_logon(holdfast, "admin", password_of("admin")).status == 401
    assert try_logon(holdfast, " admin", password_of("admin")).status == 401, "which the directory takes for admin"
    assert logged_on(holdfast, "admin", PASSWORD).request("GET", "/api/security").status == 200
    ann = logged_on(holdfast, "ann")
    own = make_account(boss, "ann", ["Portal User"], type="User", password="ann of Holdfast")
    assert ann.request("GET", "/api/logonSessions").status == 401
    assert try_logon(holdfast, "ann", password_of("ann")).status == 401
    assert logged_on(holdfast, "ann", "ann of Holdfast")
    boss.request("DELETE", own.link("Delete").href, expect=204)
    assert logged_on(holdfast, "ann")


def test_a_user_of_the_directory_has_an_account_by_name(holdfast, boss):
    assert try_logon(holdfast, "dora", password_of("dora")).status == 401
    account = make_account(boss, "EXAMPLE\\dora", ["Portal Administrator"], type="User")
    assert account["Name"] == "dora" and account["AccountType"] == "User"
    dora = logged_on(holdfast, "dora")
    assert dora.request("GET", "/api/security").status == 200
    answer = boss.request("PUT", account["Href"].partition("?")[0] + "/password", Spec("AccountPasswordSpec", {"Password": "x"}))
    assert answer.status == 409 and try_logon(holdfast, "dora", "x").status == 401
    local = next(item for item in boss.get("/api/security/accounts").items() if item["Name"] == "admin")
    assert boss.request("DELETE", local["Href"]).status == 409, "the last administrator that needs no directory"
    boss.request("DELETE", account.link("Delete").href, expect=204)
    assert dora.request("GET", "/api/logonSessions").status == 401


def test_a_member_makes_no_api_tokens(holdfast, operators):
    answer = logged_on(holdfast, "ann").post("/api/tokens", Spec("ApiTokenSpec", {"Name": "mine"}))
    assert answer.status == 403


def test_unix_groups_are_found_by_the_names_of_their_members(holdfast, boss):
    assert try_logon(holdfast, "bob", password_of("bob")).status == 401
    make_account(boss, "files", ["File Restore Operator"])
    assert logged_on(holdfast, "bob")


def test_a_directory_that_does_not_answer_keeps_only_its_own_waiting(holdfast, ldap, operators):
    ldap.hang()
    try:
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            begun = time.monotonic()
            members = [pool.submit(try_logon, holdfast, "ann", password_of("ann")) for _ in range(12)]
            wait_for("some are sent away", lambda: any(member.done() for member in members), 20)
            assert not all(member.done() for member in members)
            local = time.monotonic()
            assert logged_on(holdfast, "admin", PASSWORD).request("GET", "/api/security").status == 200
            assert time.monotonic() - local < 5
            assert {member.result().status for member in members} == {503}
            assert time.monotonic() - begun < 40
    finally:
        ldap.go_on()
    wait_for("it answers again", lambda: try_logon(holdfast, "ann", password_of("ann")).status == 201, 30)


def test_a_directory_that_is_down_is_told_in_the_log(holdfast, ldap, operators):
    ldap.stop()
    try:
        answer = try_logon(holdfast, "ann", password_of("ann"))
        assert answer.status == 503 and b"directory" in answer.body and b"127.0.0.1" not in answer.body
        assert logged_on(holdfast, "admin", PASSWORD)
        assert f"The directory {ldap.uri} failed while" in holdfast.log.read_text()
    finally:
        ldap.start()
    assert logged_on(holdfast, "ann")


def test_start_tls_and_member_of(make_server, ldap):
    server = directory_server(make_server, "start-tls", ldap.start_tls_uri, ldap.certificate, group_base=False)
    admin = server.admin()
    make_account(admin, "operators", ["Portal User"])
    assert logged_on(server, "ann").request("GET", "/api/logonSessions").status == 200
    assert try_logon(server, "ann", "wrong").status == 401
    assert try_logon(server, "bob", password_of("bob")).status == 401
    assert server.stop() == 0


@pytest.mark.parametrize("case", ["a stranger's certificate", "another name"])
def test_a_directory_that_cannot_prove_who_it_is_learns_nothing(make_server, ldap, work, case):
    stranger = case == "a stranger's certificate"
    certificate = ldap_server.make_certificate(work / "stranger") if stranger else ldap.certificate
    for kind, uri in {"tls": ldap.uri if stranger else ldap.wrong_name_uri, "start": ldap.start_tls_uri if stranger else None}.items():
        if not uri:
            continue
        server = directory_server(make_server, f"{kind}-{stranger}", uri, certificate, group_base=True)
        make_account(server.admin(), "operators", ["Portal User"])
        assert try_logon(server, "ann", password_of("ann")).status == 503
        assert "The directory" in server.log.read_text()
        assert server.stop() == 0


@pytest.fixture
def pam_service(work):
    """A file in /etc/pam.d that takes a script's word for a password; users and groups are the system's."""
    if os.geteuid() != 0:
        pytest.skip("only root writes to /etc/pam.d")
    script = work / "pam-script"
    script.write_text("#!/bin/sh\nread -r password\n[ \"$password\" = \"$PAM_USER by PAM\" ]\n")
    script.chmod(0o755)
    path = pathlib.Path(f"/etc/pam.d/hf-e2e-{os.getpid()}")
    path.write_text(f"auth [success=1 default=ignore] pam_exec.so quiet expose_authtok {script}\n"
                    "auth requisite pam_deny.so\nauth required pam_permit.so\naccount required pam_permit.so\n")
    yield path.name
    path.unlink()


def test_users_of_the_system_log_on_by_pam(make_server, pam_service):
    server = make_server("pam")
    server.command = [PROGRAM, "serve", "--data-dir", server.data, "--listen", f"127.0.0.1:{server.port}",
                      "--initial-password-file", server.password_file, "--pam-service", pam_service]
    admin = server.start().admin()
    assert try_logon(server, "games", "games by PAM").status == 401, "no account yet"
    make_account(admin, "games", ["Portal User"])  # the group of that user
    make_account(admin, "daemon", ["Portal User"], type="User")
    assert logged_on(server, "games", "games by PAM").request("GET", "/api/logonSessions").status == 200
    assert logged_on(server, "daemon", "daemon by PAM").request("GET", "/api/logonSessions").status == 200
    for user, password in [("games", "wrong"), ("games", ""), ("man", "man by PAM"), ("hf-nobody", "hf-nobody by PAM"), ("admin", "x")]:
        assert try_logon(server, user, password).status == 401, user
    assert "games by PAM" not in server.log.read_text()
    assert server.stop() == 0


def test_without_a_directory_there_are_no_such_accounts(admin):
    assert make_account(admin, "operators", ["Portal User"], expect=501).status == 501
    assert make_account(admin, "ann", ["Portal User"], type="User", expect=400).status == 400


def test_wrong_options_are_told_at_the_start(tmp_path):
    def words(*options):
        result = subprocess.run([PROGRAM, "serve", "--data-dir", tmp_path / "data", *options], capture_output=True, text=True, timeout=60)
        assert result.returncode != 0
        return result.stdout + result.stderr

    assert "--ldap-user-base" in words("--ldap-uri", "ldaps://localhost")
    assert "ldaps://HOST" in words("--ldap-uri", "http://localhost", "--ldap-user-base", BASE)
    assert "/nowhere" in words("--ldap-uri", "ldaps://localhost", "--ldap-user-base", BASE, "--ldap-ca", "/nowhere")
    assert "/etc/pam.d" in words("--pam-service", "hf-nowhere") and "/etc/pam.d" in words("--pam-service", "../shadow")
    assert "{name}" in words("--ldap-uri", "ldaps://localhost", "--ldap-user-base", BASE, "--ldap-user-filter", "(uid=x)")
