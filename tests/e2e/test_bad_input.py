"""What is wrong is answered with a 4xx and an Error that says what, never with a 500."""

import json

import pytest

from em_client import NAMESPACE, Resource

NIL = "00000000-0000-0000-0000-000000000000"
UNKNOWN = "b9a759dd-4496-4f50-8fc0-f925aa283f8d"
XML, JSON = "application/xml", "application/json"


def clone(inner):
    return f'<JobCloneSpec xmlns="{NAMESPACE}">{inner}</JobCloneSpec>'


def repository(**members):
    return json.dumps({"Name": "R", "Path": "/nowhere/at/all", "Password": "x"} | members)


BILLION_LAUGHS = ('<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(ord("a") + n)} "{("&" + chr(ord("a") + n - 1) + ";") * 10}">' for n in range(1, 10)) + ']><r>&j;</r>')

BODIES = [
    # (where, content type, body)
    ("/api/jobs", XML, "<JobSpec"),
    ("/api/jobs", XML, ""),
    ("/api/jobs", XML, "not XML at all"),
    ("/api/jobs", XML, f'<JobSpec xmlns="{NAMESPACE}"><Name>x</Name></JobSpec>'),
    ("/api/jobs", XML, f'<OtherSpec xmlns="{NAMESPACE}"><Name>x</Name></OtherSpec>'),
    ("/api/jobs", XML, '<JobSpec xmlns="http://other.example/"><Name>x</Name></JobSpec>'),
    ("/api/jobs", XML, BILLION_LAUGHS),
    ("/api/jobs", XML, f'<!DOCTYPE JobSpec><JobSpec xmlns="{NAMESPACE}"/>'),
    ("/api/jobs", XML, f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><JobSpec xmlns="{NAMESPACE}"><Name>&e;</Name></JobSpec>'),
    ("/api/jobs", XML, f'<JobSpec xmlns="{NAMESPACE}"><Name>&undefined;</Name></JobSpec>'),
    ("/api/jobs", XML, f'<JobSpec xmlns="{NAMESPACE}">' + "<a>" * 20000 + "</a>" * 20000 + "</JobSpec>"),
    ("/api/jobs", XML, b"\xff\xfe\x00<"),
    ("/api/jobs", XML, f'<JobSpec xmlns="{NAMESPACE}"><Name>'.encode() + b"\xc3\x28" + b"</Name></JobSpec>"),
    ("/api/jobs", JSON, "{"),
    ("/api/jobs", JSON, "[]"),
    ("/api/jobs", JSON, "null"),
    ("/api/jobs", JSON, '"text"'),
    ("/api/jobs", JSON, '{"Name": 5}'),
    ("/api/jobs", JSON, '{"Name": "x", "Includes": "everything"}'),
    ("/api/jobs", JSON, "[" * 100000),
    ("/api/jobs", JSON, b'{"Name": "\xc3\x28"}'),
    ("/api/jobs", JSON, '{"Name": "\\ud800"}'),
    ("/api/jobs", "text/plain", "Name=x"),
    ("/api/repositories", JSON, repository(Path="relative/path")),
    ("/api/repositories", JSON, repository(Path="")),
    ("/api/repositories", JSON, repository(Path="/a\u0000b")),
    ("/api/repositories", JSON, repository(Name="")),
    ("/api/repositories", JSON, repository(Name="n" * 51)),
    ("/api/repositories", JSON, repository(Password="")),
    ("/api/repositories", JSON, repository(Password=None)),
    ("/api/repositories", JSON, repository(Surprise="x")),
    ("/api/managedServers", JSON, '{"Uri": ""}'),
    ("/api/managedServers", JSON, "{}"),
    ("/api/managedServers", JSON, json.dumps({"Uri": "x" * 2000})),
]


@pytest.mark.parametrize("path, type, body", BODIES, ids=range(len(BODIES)))
def test_bodies(admin, path, type, body):
    body = body if isinstance(body, bytes) else body.encode()
    answer = admin.request("POST", path, body=body, content_type=type)
    assert 400 <= answer.status < 500, str(answer)
    error = Resource.of(answer)
    assert error["Message"] and int(error["StatusCode"]) == answer.status


def test_wrong_clone_bodies_are_named(protected, api):
    """Order, occurrence, length, type, choice: the answer says which."""
    href = protected.job.link("Clone").href
    uid = protected.repository["UID"]

    def info(name="Copy", folder="Copy", repository=uid):
        return (f"<JobName>{name}</JobName>" if name is not None else "") + \
            (f"<FolderName>{folder}</FolderName>" if folder is not None else "") + \
            (f"<RepositoryUid>{repository}</RepositoryUid>" if repository is not None else "")

    wrong = [
        (clone(""), "BackupJobCloneInfo"),
        (clone(f"<BackupJobCloneInfo>{info(name=None)}</BackupJobCloneInfo>"), "JobName"),
        (clone(f"<BackupJobCloneInfo>{info(name='')}</BackupJobCloneInfo>"), "JobName"),
        (clone(f"<BackupJobCloneInfo>{info(name='n' * 51)}</BackupJobCloneInfo>"), "50"),
        (clone(f"<BackupJobCloneInfo>{info(repository=None)}</BackupJobCloneInfo>"), "RepositoryUid"),
        (clone(f"<BackupJobCloneInfo>{info(repository='nonsense')}</BackupJobCloneInfo>"), "RepositoryUid"),
        (clone(f"<BackupJobCloneInfo><FolderName>F</FolderName><JobName>N</JobName><RepositoryUid>{uid}</RepositoryUid>"
               "</BackupJobCloneInfo>"), "JobName"),
        (clone(f"<BackupJobCloneInfo>{info()}<Surprise/></BackupJobCloneInfo>"), "Surprise"),
        (clone(f"<BackupJobCloneInfo><JobName>A</JobName>{info()}</BackupJobCloneInfo>"), "JobName"),
        (clone(f"<BackupJobCloneInfo>{info()}</BackupJobCloneInfo>"
               "<ReplicaJobCloneInfo><JobName>R</JobName><VmSuffix>_r</VmSuffix></ReplicaJobCloneInfo>"), "ReplicaJobCloneInfo"),
    ]
    for body, named in wrong:
        answer = api.request("POST", href, body=body.encode(), content_type=XML)
        assert answer.status == 400, f"{body}: {answer}"
        assert named in Resource.of(answer)["Message"], f"{named} is not named for {body}: {answer}"

    for body, named in [({"BackupJobCloneInfo": {"FolderName": "F", "RepositoryUid": uid}}, "JobName"),
                        ({"BackupJobCloneInfo": {"JobName": 5, "FolderName": "F", "RepositoryUid": uid}}, "JobName"),
                        ({"BackupJobCloneInfo": []}, "BackupJobCloneInfo")]:
        answer = api.request("POST", href, body=json.dumps(body).encode(), content_type=JSON)
        assert answer.status == 400, f"{body}: {answer}"
        assert named in Resource.of(answer)["Message"], str(answer)


REQUESTS = [
    *[("GET", f"/api/{name}/{UNKNOWN}{suffix}") for suffix in ("", "?format=Entity") for name in (
        "backupServers", "managedServers", "hierarchyRoots", "repositories", "jobs", "backupSessions", "backupTaskSessions",
        "backups", "restorePoints", "vmRestorePoints", "backupFiles", "restoreSessions", "logonSessions")],
    ("GET", "/api/tasks/task-999999"),
    ("GET", "/api/tasks/nonsense"),
    ("DELETE", "/api/tasks/task-999999"),
    ("GET", "/api/jobs/not-an-id"),
    ("GET", f"/api/jobs/{NIL}/includes"),
    ("GET", f"/api/jobs/urn:veeam:Repository:{UNKNOWN}"),
    ("POST", f"/api/jobs/{UNKNOWN}?action=start"),
    ("POST", f"/api/jobs/{UNKNOWN}?action=stop"),
    ("POST", f"/api/jobs/{UNKNOWN}?action=retry"),
    ("POST", f"/api/jobs/{UNKNOWN}?action=explode"),
    ("DELETE", f"/api/jobs/{UNKNOWN}"),
    ("DELETE", f"/api/repositories/{UNKNOWN}"),
    ("DELETE", f"/api/managedServers/{UNKNOWN}"),
    ("DELETE", f"/api/logonSessions/{UNKNOWN}"),
    ("POST", f"/api/vmRestorePoints/{UNKNOWN}/mounts"),
    ("GET", f"/api/vmRestorePoints/{UNKNOWN}/mounts"),
    ("GET", f"/api/vmRestorePoints/{UNKNOWN}/mounts/1"),
    ("POST", f"/api/backupSessions/{UNKNOWN}?action=stop"),
    ("GET", "/api/lookup?host=nonsense&type=Vm&name=x"),
    ("GET", f"/api/lookup?host=urn:veeam:HierarchyRoot:{UNKNOWN}&type=Vm&name=x"),
    ("GET", "/api/lookup?hierarchyRef=nonsense"),
    ("GET", "/api/%00"),
    ("GET", "/api/%zz"),
    ("GET", "/api/jobs/" + "a" * 5000),
    ("GET", "/api/../../etc/passwd"),
    ("GET", "/api/%2e%2e/%2e%2e/etc/passwd"),
    ("PATCH", "/api/jobs"),
    ("BREW", "/api/jobs"),
]


@pytest.mark.parametrize("method, path", REQUESTS, ids=[f"{method} {path[:70]}" for method, path in REQUESTS])
def test_requests(managed_server, admin, method, path):
    answer = admin.request(method, path)
    assert 400 <= answer.status < 500, str(answer)
    if answer.body:
        assert Resource.of(answer)["Message"]


def test_errors_speak_json_too(server):
    client = server.admin("json")
    error = json.loads(client.request("GET", f"/api/jobs/{UNKNOWN}", expect=404).body)
    assert error["StatusCode"] == 404 and error["Message"]
    assert list(error) == ["FirstChanceExceptionMessage", "Message", "StackTrace", "Status", "StatusCode"]


def test_a_body_over_the_limit_is_refused(admin, server):
    body = b'{"Name": "' + b"n" * (32 << 20) + b'"}'
    try:
        answer = admin.request("POST", "/api/jobs", body=body, content_type=JSON)
        assert answer.status == 413, str(answer)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before all of it was sent
    admin.close()
    assert admin.get("/api/jobs") is not None


def test_a_repository_that_cannot_be_opened_is_refused_with_the_reason(protected, api, work):
    """A wrong password, and a path that is a file: refused at once or by the task, and nothing is added."""
    before = len(api.get("/api/repositories").items())
    (work / "a-file").write_text("x")
    for path, word in ((str(protected.repository_folder), "password"), (str(work / "a-file"), "a-file")):
        body = json.dumps({"Name": "Broken", "Path": path, "Password": "wrong"}).encode()
        answer = api.request("POST", "/api/repositories", body=body, content_type=JSON)
        if answer.status == 202:
            result = api.finish(Resource.of(answer)).part("Result")
            assert result["Success"] == "false" and word in result["Message"]
        else:
            assert 400 <= answer.status < 500 and word in Resource.of(answer)["Message"], str(answer)
    assert len(api.get("/api/repositories").items()) == before


def test_a_host_that_cannot_be_reached_is_refused_with_the_reason(api):
    before = len(api.get("/api/managedServers").items())
    answer = api.request("POST", "/api/managedServers", content_type=JSON,
                         body=b'{"Uri": "qemu+unix:///system?socket=/nowhere/libvirt-sock"}')
    if answer.status == 202:
        result = api.finish(Resource.of(answer)).part("Result")
        assert result["Success"] == "false" and "/nowhere/libvirt-sock" in result["Message"]
    else:
        assert 400 <= answer.status < 500 or answer.status == 503, str(answer)
    assert len(api.get("/api/managedServers").items()) == before
