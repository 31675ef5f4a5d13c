"""API tokens: programs that use the API without logging on."""

import pytest

from em_client import Resource, Spec, basic


@pytest.fixture
def make_token(admin):
    made = []

    def make(name, **more):
        answer = admin.post("/api/tokens", Spec("ApiTokenSpec", {"Name": name, **more}), expect=201)
        token = Resource.of(answer)
        made.append(token.link("Delete").href)
        return token

    yield make
    for href in made:
        admin.request("DELETE", href, expect=(204, 404))


def bearer(token):
    return {"Authorization": "Bearer " + (token if isinstance(token, str) else token["Token"])}


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_token_does_what_a_session_does(server, make_token, form):
    token = make_token(f"scripts {form}")
    client = server.client(form)
    answer = client.send("GET", "/api/jobs", headers=bearer(token))
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert client.send("GET", "/api/security/accounts", headers=bearer(token)).status == 200
    assert client.send("GET", "/api/jobs", headers=bearer(token["Token"] + "0")).status == 401
    assert client.send("GET", "/api/jobs").status == 401
    # A logon needs the password all the same.
    assert client.send("POST", "/api/sessionMngr/?v=latest", headers=bearer(token)).status == 401


def test_prometheus_reads_metrics_with_a_token_of_few_rights(server, make_token):
    token = make_token("prometheus", Roles={"Role": ["Portal User"]})
    client = server.client("json")
    assert client.send("GET", "/metrics", headers=bearer(token)).status == 200
    assert client.send("GET", "/api/security/accounts", headers=bearer(token)).status == 403


def test_a_token_is_shown_once_and_its_use_is_noted(server, admin, make_token):
    token = make_token("seen")
    href = token.link("Delete").href + "?format=Entity"
    shown = admin.get(href)
    assert shown["Token"] is None and shown["LastUseTimeUTC"] is None
    server.client().send("GET", "/api/jobs", headers=bearer(token))
    assert admin.get(href)["LastUseTimeUTC"]
    secret = token["Token"].rpartition("_")[2]
    assert secret not in server.log.read_text(errors="replace")
    for path in server.data.glob("catalog.db*"):
        assert secret.encode() not in path.read_bytes(), path


def test_tokens_and_their_tasks_outlive_a_restart(make_server):
    server = make_server("tokens").start()
    admin = server.admin()
    token = Resource.of(admin.post("/api/tokens", Spec("ApiTokenSpec", {"Name": "scripts"}), expect=201))
    client = server.client()
    body, content_type = Spec("RebuildScopeJobSpec", {"RebuildAll": {}}).encode("xml")
    answer = client.send("POST", "/api/security/accounts?action=rebuildScope", body=body, content_type=content_type,
                         headers=bearer(token))
    assert answer.status == 201, str(answer)
    task = Resource.of(answer)["Href"]
    server.stop()
    server.start()
    client = server.client()
    assert client.send("GET", task, headers=bearer(token)).status == 200
    assert client.send("GET", "/api/jobs", headers=bearer(token)).status == 200
    # What stood for the token before is no session after.
    session = Resource.of(client.send("GET", "/api/logonSessions", headers=bearer(token))).items()
    assert len(session) == 1


def test_a_new_password_ends_the_tokens_of_the_account(server, admin):
    role = next(role for role in admin.get("/api/security/roles?format=Entity").items() if role["Name"] == "Portal User")
    account = Resource.of(admin.post("/api/security/accounts", Spec("EnterpriseAccountCreateSpec", {
        "AccountType": "User", "AccountName": "token owner", "Roles": {"EnterpriseRole": [{"EnterpriseRoleUid": role["UID"]}]},
        "AllowRestoreAllVms": True, "Password": "first"}), expect=201))
    try:
        client = server.client("xml", source_address=("127.0.8.1", 0))
        client.logon("token owner", "first")
        token = Resource.of(client.post("/api/tokens", Spec("ApiTokenSpec", {"Name": "mine"}), expect=201))
        assert client.send("GET", "/api/backupSessions", headers=bearer(token)).status == 200
        path = account.link("Delete").href
        admin.request("PUT", path + "/password", Spec("AccountPasswordSpec", {"Password": "second"}), expect=204)
        assert client.send("GET", "/api/backupSessions", headers=bearer(token)).status == 401
        assert client.send("POST", "/api/sessionMngr/", headers={"Authorization": basic("token owner", "second")}).status == 201
    finally:
        admin.request("DELETE", account.link("Delete").href, expect=204)
