"""Another backup server: a second real one is added to the first, what it has is shown and run, its certificate changes, it is removed."""

import pytest

from conftest import Protection
from em_client import Spec, TaskFailed
from holdfast_server import PASSWORD


@pytest.fixture(scope="module")
def both(make_server):
    environment = {"NO_PROXY": "127.0.0.1"}
    return [make_server(name, environment=environment).start() for name in ("first", "second")]


def spec(server, **more):
    return Spec("BackupServerSpec", {"Description": "the second", "DnsNameOrIpAddress": "127.0.0.1", "Username": "admin",
                                     "Port": server.port, "Password": PASSWORD, **more})


@pytest.fixture(scope="module")
def job_there(both, libvirt, machines, work):
    """A job of the second server, which has a machine, a repository and one backup."""
    second = Protection(both[1].admin(), libvirt)
    second.add_managed_server()
    repository = second.add_repository("cellar", work / "cellar")
    job = second.add_job("nightly there", repository, [machines.still_life("hf-there", 8, 4)])
    second.back_up(job)
    return job


@pytest.mark.parametrize("form", ["xml", "json"])
def test_what_another_server_has_is_shown_and_its_jobs_are_run(both, job_there, libvirt, form):
    first, second = both
    api = first.admin(form)
    here = Protection(api, libvirt)
    there = Protection(second.admin(form), libvirt)
    added = api.run("POST", "/api/backupServers?action=create", spec(second))
    server = api.get(added.link("Related", "BackupServer").href)

    # It shows what is seen there, under the same ids and at addresses of its own.
    for name in ("jobs", "repositories", "managedServers", "backups", "restorePoints", "backupSessions"):
        mine, theirs = ({item["UID"]: item for item in one.collection(name)} for one in (here, there))
        assert mine.keys() == theirs.keys() != set(), name
        for uid, item in mine.items():
            assert item["Name"] == theirs[uid]["Name"]
            assert item["Href"].startswith(first.base) and second.base not in str(item.links())
            assert item.link("Up", contains="/backupServers/").href.split("?")[0] == server["Href"].split("?")[0]
            for link in item.links():
                if "action=" not in link.href:
                    api.get(link.href)
    uid = server["UID"].split(":")[-1]
    queried = api.request("GET", f"/api/query?type=Job&format=Entities&filter=BackupServerUid=={uid}", expect=200)
    assert b"nightly there" in queried.body
    assert [item["UID"] for item in api.get(server.link("Down", "JobReferenceList").href).items()] == [job_there["UID"]]

    # A run is started here, done there, and seen in both.
    (job,) = here.collection("jobs")
    session = here.start_job(job)
    assert there.end_of(session.replace(first.base, second.base))["Result"] == "Success"
    api.run("POST", server.link("Start").href)
    assert api.get(session)["Result"] == "Success"
    assert len(here.collection("restorePoints")) == len(there.collection("restorePoints")) > 1
    answer = api.request("DELETE", job["Href"].split("?")[0], expect=501)
    assert second.base.encode() in answer.body

    # While the other is away all of it stays, and an action tells why it cannot be done.
    second.stop()
    with pytest.raises(TaskFailed, match="does not answer.*as of 20"):
        api.run("POST", job.link("Start").href)
    assert len(here.collection("jobs")) == 1
    second.start()
    api.request("DELETE", server.link("Delete").href, expect=204)
    assert here.collection("jobs") == []


@pytest.mark.parametrize("form", ["xml", "json"])
def test_another_server_is_added_watched_and_removed(both, form):
    first, second = both
    api = first.admin(form)
    create = "/api/backupServers?action=create"
    (itself,) = second.admin(form).get("/api/backupServers?format=Entity").items()
    added = api.run("POST", create, spec(second))
    server = api.get(added.link("Related", "BackupServer").href)
    assert (server["UID"], server["Version"], server["Port"]) == (itself["UID"], itself["Version"], str(second.port))
    assert server["VbrCertificateThumbprint"] in added.part("Result")["Message"]
    assert len(api.get("/api/backupServers").items()) == 2

    for spec_of, why in ((second, "there already"), (first, "this server itself")):
        with pytest.raises(TaskFailed, match=why):
            api.run("POST", create, spec(spec_of))
    collected = api.run("POST", server.link("Start").href)
    assert second.base in collected.part("Result")["Message"]

    # It comes back with another certificate: an administrator has to say that this is right.
    second.stop()
    with pytest.raises(TaskFailed, match="does not answer"):
        api.run("POST", server.link("Start").href)
    for file in ("certificate.pem", "private-key.pem"):
        (second.data / file).unlink()
    second.start()
    with pytest.raises(TaskFailed, match="another certificate") as failed:
        api.run("POST", server.link("Start").href)
    fingerprint = str(failed.value).split("fingerprint is ")[1][:64]
    api.request("PUT", server.link("Edit").href, spec(second, VbrCertificateThumbprint=fingerprint), expect=204)
    api.run("POST", server.link("Start").href)

    api.request("DELETE", server.link("Delete").href, expect=204)
    assert len(api.get("/api/backupServers").items()) == 1
    assert PASSWORD not in first.log.read_text() + second.log.read_text()
