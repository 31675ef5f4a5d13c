"""Another backup server: a second real one is added to the first, watched, moved to a new certificate, and removed."""

import pytest

from em_client import Spec, TaskFailed
from holdfast_server import PASSWORD


@pytest.fixture(scope="module")
def both(make_server):
    environment = {"NO_PROXY": "127.0.0.1"}
    return [make_server(name, environment=environment).start() for name in ("first", "second")]


def spec(server, **more):
    return Spec("BackupServerSpec", {"Description": "the second", "DnsNameOrIpAddress": "127.0.0.1", "Username": "admin",
                                     "Port": server.port, "Password": PASSWORD, **more})


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
