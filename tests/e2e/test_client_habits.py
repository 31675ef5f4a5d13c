"""What real clients send, byte for byte, to a server with something in it: the network's side of tests/api/client_habits_test.cpp."""

import base64
import json
import socket
import ssl

import pytest

from em_client import NAMESPACE, SESSION_HEADER, Resource, basic
from holdfast_server import PASSWORD

CONTENT_TYPES = [None, "application/json", "text/xml", "application/xml", "application/x-www-form-urlencoded", "text/plain;charset=x"]


class RawClient:
    """Sends bytes as they are, on a connection that stays."""

    def __init__(self, server):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.stream = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), 60))
        self.received = b""

    def send(self, data):
        self.stream.sendall(data)

    def read_until(self, mark):
        while mark not in self.received:
            piece = self.stream.recv(65536)
            assert piece, f"the connection ended after {self.received!r}"
            self.received += piece
        end = self.received.index(mark) + len(mark)
        taken, self.received = self.received[:end], self.received[end:]
        return taken

    def answer(self):
        """(status, {header in lower case: value}, body)"""
        head = self.read_until(b"\r\n\r\n").decode()
        status, *lines = head.splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        length = int(headers.get("content-length", 0))
        while len(self.received) < length:
            self.received += self.stream.recv(65536)
        body, self.received = self.received[:length], self.received[length:]
        return int(status.split()[1]), headers, body

    def ask(self, method, target, *headers, body=b""):
        lines = [f"{method} {target} HTTP/1.1", "Host: h", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self.answer()


@pytest.fixture
def raw(server):
    client = RawClient(server)
    yield client
    client.stream.close()


@pytest.fixture
def session(admin):
    return f"X-RestSvcSessionId: {admin.token}"


def id_of(entity):
    return entity["UID"].rpartition(":")[2]


@pytest.mark.parametrize("target", [
    "/api//jobs/{id}", "/API/JOBS/{id}/?FORMAT=ENTITY", "/api/jobs/urn:veeam:Job:{id}", "/api/jobs/urn%3Aveeam%3aJob%3a{id}/?v=latest",
    "/api/jobs/{id}?format=Entity&amp;v=latest&amp;BackupServerUid==x", "https://other.example:9398/api/jobs/{id}"])
def test_addresses(protected, raw, session, target):
    status, headers, body = raw.ask("GET", target.format(id=id_of(protected.job)), session, "Accept: application/json")
    assert status == 200, body
    assert json.loads(body)["UID"] == protected.job["UID"]
    assert int(headers["content-length"]) == len(body)


@pytest.mark.parametrize("filter", [
    'Name==Nightly', 'Name=="Nightly"', 'name%3d%3d%22nightly%22,Name%3D%3DNightly', '(Name=="Nightly";Platform==CustomPlatform)',
    'Name=="Nightly";Description=="made by a test"', 'Name==Nightly;Description==made+by+a+test',
    'Name==Nightly;Description==made%20by%20a%20test'])
def test_filters(protected, raw, session, filter):
    status, _, body = raw.ask("GET", f"/api/query?type=job&amp;format=entities&filter={filter.replace(' ', '%20')}", session,
                              "accept: application/json")
    assert status == 200, body
    assert [job["UID"] for job in json.loads(body)["Entities"]["Jobs"]["Jobs"]] == [protected.job["UID"]]


@pytest.mark.parametrize("type", CONTENT_TYPES)
@pytest.mark.parametrize("framing, body", [
    ("Content-Length: 0", b""), ("Transfer-Encoding: chunked", b"0\r\n\r\n"), ("Content-Length: 4", b"null"), ("Content-Length: 2", b"{}")])
def test_actions_without_a_body(protected, raw, session, admin, type, framing, body):
    headers = [session, framing, "Accept: application/json"] + ([f"Content-Type: {type}"] if type else [])
    for _ in range(2):  # on and off again
        status, _, answer = raw.ask("POST", f"/api/jobs/{id_of(protected.job)}?action=toggleScheduleEnabled", *headers, body=body)
        assert status == 202, answer
        task = admin.finish(admin.get(json.loads(answer)["Href"]))
        assert task.part("Result")["Success"] == "true"


@pytest.mark.parametrize("type", CONTENT_TYPES)
def test_reading_with_a_length_of_zero_and_headers_in_any_case(raw, admin, type):
    headers = ["CONTENT-LENGTH: 0", f"x-restsvcSESSIONID: {admin.token}", "X-API-VERSION: 1", "aCCEPT: */*",
               f"authorization: {basic('nobody', 'nothing')}"] + ([f"content-type: {type}"] if type else [])
    for _ in range(2):  # the connection stays in step
        status, answered, body = raw.ask("GET", "/api/jobs", *headers)
        assert status == 200 and answered["content-type"] == "application/xml", body
        assert f'xmlns="{NAMESPACE}"'.encode() in body


def test_a_chunked_logon_that_waits_to_be_asked_for_its_body(raw):
    raw.send((f"POST /api//sessionMngr?v=v1_7 HTTP/1.1\r\nHost: h\r\nauthorization: {basic('admin', PASSWORD)}\r\n"
              "Accept: application/json\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n").encode())
    assert raw.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 100 ")
    raw.send(b"b\r\n{\"id\":null}\r\n0\r\n\r\n")
    status, headers, body = raw.answer()
    assert status == 201
    assert headers["set-cookie"].startswith(f"{SESSION_HEADER}={headers['x-restsvcsessionid']};")
    assert json.loads(body)["SessionId"] == base64.b64decode(headers["x-restsvcsessionid"]).decode()


def test_a_password_in_latin_1(raw):
    token = base64.b64encode(f"admin:{PASSWORD}".encode("latin-1")).decode()
    status, _, body = raw.ask("POST", "/api/sessionMngr/", f"Authorization: Basic {token}", "Content-Length: 0")
    assert status == 201, body


@pytest.mark.parametrize("edit, type", [
    ('{"description": "made by a test", "ScheduleEnabled": null, "Links": [], "UID": "urn:x"}', "application/json; charset=utf-8"),
    ('\ufeff{"DESCRIPTION":"made by a test"}', "application/json"),
    ('<?xml version="1.0" encoding="utf-16"?><Job xmlns="%s"><Description>made by a test</Description></Job>' % NAMESPACE, "text/xml"),
    ('\ufeff<Job xmlns:v="%s"><Description>made by a test</Description></Job>' % NAMESPACE, "application/x-www-form-urlencoded")])
def test_bodies_as_libraries_write_them(protected, admin, edit, type):
    answer = admin.request("PUT", f"/api/jobs/{id_of(protected.job)}?action=edit", body=edit.encode(), content_type=type)
    assert answer.status == 202, str(answer)
    assert admin.finish(Resource.of(answer)).part("Result")["Success"] == "true"


def test_xml_out_of_order_is_told_once_and_clearly(protected, admin):
    body = f'<Job xmlns="{NAMESPACE}"><ScheduleEnabled>false</ScheduleEnabled><Description>x</Description></Job>'
    answer = admin.request("PUT", f"/api/jobs/{id_of(protected.job)}?action=edit", body=body.encode(), content_type="text/xml", expect=400)
    assert Resource.of(answer)["Message"].startswith("The element Description of Job must stand before ScheduleEnabled")


@pytest.mark.parametrize("version", ["v1_3", "v1_4", "v1_5", "v1_6", "v1_7", "latest", None])
def test_versions_differ_in_how_json_says_nothing(protected, server, version):
    client = server.client("json")
    client.logon("admin", PASSWORD, version)
    text = client.request("GET", "/api/backupSessions?format=Entity").body.decode()
    sessions = json.loads(text)["BackupJobSessions"]
    client.close()
    assert [one["Result"] for one in sessions if one["JobName"] == "Nightly"][:2] == ["Success", "Success"]
    assert ("null" in text) == (version not in ("v1_3", "v1_4"))


def test_json_has_its_own_numbers_and_booleans(protected, admin):
    answer = admin.request("GET", "/api/query?type=BackupJobSession&format=Entity&filter=JobName==Nightly", accept="application/json")
    assert not answer.body.startswith(b"\xef\xbb\xbf")
    result = json.loads(answer.body)
    session = result["Entities"]["BackupJobSessions"]["BackupJobSessions"][0]
    assert session["Progress"] == 100 and session["IsRetry"] is False
    assert result["PagingInfo"]["PageNum"] == 1 and result["PagingInfo"]["PageSize"] == 100
    repository = json.loads(admin.request("GET", protected.repository["Href"], accept="application/json").body)
    assert isinstance(repository["Capacity"], int) and isinstance(repository["FreeSpace"], int)
