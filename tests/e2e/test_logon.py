"""Logging on and off."""

import base64
import concurrent.futures
import socket
import ssl
import time

import pytest

from em_client import SESSION_HEADER, Resource, Spec, basic
from holdfast_server import PASSWORD

VERSIONS = ["v1_3", "v1_4", "v1_5", "v1_6", "v1_7"]


@pytest.mark.parametrize("form", ["xml", "json"])
def test_versions_are_listed_without_a_session_and_each_link_logs_on(server, form):
    client = server.client(form)
    answer = client.send("GET", "/api/")
    assert answer.status == 200
    versions = Resource.of(answer).part("SupportedVersions").items_of("SupportedVersion", "SupportedVersions")
    assert [version["Name"] for version in versions] == VERSIONS
    for version in versions:
        link = version.link("Create", "LogonSession")
        logon = client.send("POST", link.href, headers={"Authorization": basic("admin", PASSWORD)})
        assert logon.status == 201, str(logon)


@pytest.mark.parametrize("version", ["latest", None, "v1_2", "1_4", *VERSIONS])
def test_any_version_logs_on(server, version):
    client = server.client()
    session = client.logon("admin", PASSWORD, version)
    assert session.root == "LogonSession"
    assert client.get("/api/logonSessions").items()


def test_the_answer_to_a_logon(server):
    client = server.client()
    answer = client.send("POST", "/api/sessionMngr/?v=latest", headers={"Authorization": basic("admin", PASSWORD)})
    assert answer.status == 201
    session = Resource.of(answer)
    token = answer.headers[SESSION_HEADER]
    # Clients build the token from the id themselves.
    assert token == base64.b64encode(session["SessionId"].encode()).decode()
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{SESSION_HEADER}={token};") and "Path=/api" in cookie
    assert session["UserName"].endswith("admin")
    links = session.links()
    assert (links[0].rel, links[0].type) == ("Up", "EnterpriseManager")
    assert links[-1].rel == "Delete" and links[-1].href.endswith("/logonSessions/" + session["SessionId"])
    # Places in this list that clients index into.
    assert len(links) == 68
    assert links[3].type == "JobReferenceList" and links[31].type == "QueryService" and links[48].type == "BackupJobSessionList"
    assert all(link.href.startswith(server.base + "/api/") for link in links)


def test_header_or_cookie_and_the_cookie_counts(server):
    client = server.client()
    client.logon("admin", PASSWORD)
    good, bad = client.token, base64.b64encode(b"44cfbdbe-5a95-4156-8867-91f069b7c2cc").decode()

    def status(headers):
        return client.send("GET", "/api/jobs", headers=headers).status

    def cookie(token):
        return {"Cookie": f"theme=dark; {SESSION_HEADER}={token}"}

    assert status({SESSION_HEADER: good}) == 200
    assert status({SESSION_HEADER.lower(): good}) == 200
    assert status(cookie(good)) == 200
    assert status({SESSION_HEADER: bad, **cookie(good)}) == 200
    assert status({SESSION_HEADER: good, **cookie(bad)}) == 401
    assert status({SESSION_HEADER: bad}) == 401
    assert status({}) == 401
    # Basic authentication next to a session is passed over.
    assert status({SESSION_HEADER: good, "Authorization": basic("admin", "nonsense")}) == 200


@pytest.mark.parametrize("authorization", [
    basic("admin", "wrong"), basic("nobody", PASSWORD), basic("admin", ""), None, "Basic", "Basic %%%", "Bearer abc",
    "Basic " + base64.b64encode(b"no colon").decode(), "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(),
    basic("admin", "x" * 20000)])
def test_a_wrong_logon_is_refused(server, authorization):
    # From an address of its own: failures slow their address down.
    client = server.client(source_address=("127.0.2.1", 0))
    answer = client.send("POST", "/api/sessionMngr/?v=latest", headers={"Authorization": authorization} if authorization else {})
    assert answer.status == 401, str(answer)
    assert answer.headers["WWW-Authenticate"].replace('"', "") == "Basic Realm=RestSvc"
    assert SESSION_HEADER not in answer.headers and "Set-Cookie" not in answer.headers


def test_the_time_of_a_refusal_does_not_tell_whether_the_account_exists(server):
    def fastest(user, network):
        times = []
        for host in range(1, 6):
            client = server.client(source_address=(f"127.0.{network}.{host}", 0))
            client.send("GET", "/api/")  # the connection and its handshake are not measured
            started = time.monotonic()
            assert client.send("POST", "/api/sessionMngr/", headers={"Authorization": basic(user, "wrong")}).status == 401
            times.append(time.monotonic() - started)
        return min(times)

    known, unknown = fastest("admin", 3), fastest("nobody-of-that-name", 4)
    assert unknown > known / 3 and known > unknown / 3


def test_repeated_failures_slow_their_own_address_down(server):
    def time_of_failure(client):
        started = time.monotonic()
        assert client.send("POST", "/api/sessionMngr/", headers={"Authorization": basic("admin", "wrong")}).status in (401, 429, 503)
        return time.monotonic() - started

    attacker = server.client(source_address=("127.0.5.1", 0))
    first = time_of_failure(attacker)
    slowest = first
    for _ in range(12):
        slowest = max(slowest, time_of_failure(attacker))
        if slowest > first + 0.5:
            break
    assert slowest > first + 0.5, "twelve failures in a row cost no more time than the first"
    started = time.monotonic()
    server.client(source_address=("127.0.5.2", 0)).logon("admin", PASSWORD)
    assert time.monotonic() - started < slowest, "another address had to wait, too"


@pytest.mark.parametrize("form", ["xml", "json"])
def test_logging_out_ends_the_session(server, form):
    client = server.admin(form)
    assert client.request("DELETE", client.top.link("Delete").href).status == 204
    answer = client.request("GET", "/api/jobs")
    assert answer.status == 401 and "WWW-Authenticate" in answer.headers


def raw_exchange(server, request):
    """The head of the answer to bytes as they are."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.port), 30) as plain, context.wrap_socket(plain) as stream:
        stream.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            piece = stream.recv(65536)
            if not piece:
                break
            received += piece
    return received.decode(errors="replace")


@pytest.mark.parametrize("head, body", [
    # Seen from real clients: a chunked, empty body that also claims a length; doubled and missing slashes; a useless body.
    ("POST /api/sessionMngr/?v=latest HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n", b"0\r\n\r\n"),
    ("POST /api//sessionMngr?v=latest HTTP/1.1\r\nContent-Length: 0\r\nContent-Type: text/xml\r\n", b""),
    ("POST /api/sessionMngr/?v=latest HTTP/1.1\r\nContent-Length: 0\r\nAccept: application/json\r\nContent-Length: 0\r\n", b""),
    ("POST /api/sessionMngr HTTP/1.1\r\nContent-Length: 11\r\nContent-Type: application/json\r\n", b'{"id":null}'),
    ("POST /API/SESSIONMNGR/?V=LATEST HTTP/1.1\r\nContent-Length: 0\r\n", b""),
    ("POST /api/sessionMngr/?v=latest HTTP/1.1\r\nContent-Length: 0\r\nContent-Type: application/x-www-form-urlencoded\r\n"
     "x-api-version: 1.7\r\n", b""),
])
def test_odd_but_real_logons(server, head, body):
    request = (head + f"Host: 127.0.0.1:{server.port}\r\nAuthorization: {basic('admin', PASSWORD)}\r\n\r\n").encode() + body
    assert raw_exchange(server, request).startswith("HTTP/1.1 201 ")


def test_expect_100_continue(server):
    request = (f"POST /api/sessionMngr/ HTTP/1.1\r\nHost: x\r\nAuthorization: {basic('admin', PASSWORD)}\r\n"
               "Content-Length: 0\r\nExpect: 100-continue\r\n\r\n").encode()
    assert raw_exchange(server, request).split()[1] in ("100", "201")


@pytest.fixture
def busy_account(admin):
    """Its sessions displace each other; those of other tests stay."""
    role = next(role for role in admin.get("/api/security/roles?format=Entity").items() if role["Name"] == "Portal User")
    account = Resource.of(admin.post("/api/security/accounts", Spec("EnterpriseAccountCreateSpec", {
        "AccountType": "User", "AccountName": "busy", "Roles": {"EnterpriseRole": [{"EnterpriseRoleUid": role["UID"]}]},
        "AllowRestoreAllVms": True, "Password": PASSWORD}), expect=201))
    yield "busy"
    admin.request("DELETE", account.link("Delete").href, expect=204)


def test_repeated_logons_of_an_account_do_not_each_cost_a_hash(server, busy_account):
    """Scripts log on before every request: eight of them, fifty times each, with one account."""
    fresh = server.client()
    fresh.send("GET", "/api/")  # the connection and its handshake are not measured
    started = time.monotonic()
    assert fresh.send("POST", "/api/sessionMngr/", headers={"Authorization": basic("nobody", PASSWORD)}).status == 401
    hash_time = time.monotonic() - started
    server.client().logon(busy_account, PASSWORD)

    def log_on(_):
        client = server.client()
        for _ in range(50):
            client.logon(busy_account, PASSWORD)
        client.close()

    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(log_on, range(8)))
    took = time.monotonic() - started
    print(f"{400 / took:.0f} logons/s; a hash takes {hash_time * 1000:.0f} ms")
    assert took < 400 * hash_time / 2


def test_first_logons_of_many_leave_room_for_other_requests(server, admin):
    def fail(number):
        client = server.client(source_address=(f"127.0.11.{number}", 0))
        return client.send("POST", "/api/sessionMngr/", headers={"Authorization": basic(f"nobody {number}", "wrong")}).status

    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        logons = [pool.submit(fail, number) for number in range(1, 31)]
        slowest = 0
        while not all(logon.done() for logon in logons):
            started = time.monotonic()
            admin.request("GET", "/api/jobs", expect=200)
            slowest = max(slowest, time.monotonic() - started)
    assert {logon.result() for logon in logons} <= {401, 503}
    assert slowest < 2
