"""What keeps a repository well, over the API, beside stock restic: check, prune, statistics, keys."""

import json
import os

import pytest

from conftest import REPOSITORY_PASSWORD
from em_client import Resource, Spec, TaskFailed
from machines import Restic

KIB = 1 << 10


class Place:
    """A repository of the server that restic writes to, too."""

    def __init__(self, admin, folder, work):
        self.folder, self.work = folder, work
        task = admin.run("POST", "/api/repositories", Spec("RepositorySpec", {
            "Name": "Upkeep", "Path": str(folder), "Password": REPOSITORY_PASSWORD}))
        self.path = "/api/repositories/" + task.link("Related", "Repository").href.partition("?")[0].rpartition("/")[2]

    def restic(self, password=REPOSITORY_PASSWORD):
        return Restic(self.folder, password, self.work / "restic-cache")

    def back_up(self, name, size):
        source = self.work / "upkeep-source"
        source.mkdir(exist_ok=True)
        (source / name).write_bytes(os.urandom(size))
        self.restic()("backup", "--host", "elsewhere", str(source / name))


@pytest.fixture(scope="module")
def place(admin, work):
    made = Place(admin, work / "upkeep-repository", work)
    made.back_up("kept", 300 * KIB)
    yield made
    admin.run("DELETE", made.path)


def test_statistics(api, place):
    told = api.get(place.path + "/statistics")
    assert int(told["Snapshots"]) >= 1 and int(told["StoredSize"]) > 300 * KIB
    task = api.run("POST", place.path + "?action=statistics")
    counted = api.get(task.link("Related", "RepositoryStatistics").href)
    by_restic = json.loads(place.restic()("stats", "--json"))
    assert int(counted["RestoreSize"]) == by_restic["total_size"]
    assert counted["CountedTimeUTC"].endswith("Z")


def test_a_further_password_opens_it_for_restic(api, place):
    before = api.get(place.path + "/keys").items()
    assert [key["IsCurrent"] for key in before] == ["true"]
    added = Resource.of(api.post(place.path + "/keys", Spec("RepositoryPasswordSpec", {"Password": "another"}), expect=201))
    listed = json.loads(place.restic("another")("key", "list", "--json"))
    assert {key["id"] for key in listed} == {added["Id"][:8], before[0]["Id"][:8]}
    assert api.request("DELETE", f"{place.path}/keys/{before[0]['Id']}").status == 409
    api.request("DELETE", f"{place.path}/keys/{added['Id']}", expect=204)
    assert [key["Id"] for key in api.get(place.path + "/keys").items()] == [before[0]["Id"]]


def test_a_prune_frees_what_restic_forgot(api, place):
    place.back_up("gone", 700 * KIB)
    snapshots = json.loads(place.restic()("snapshots", "--json"))
    gone = next(one["id"] for one in snapshots if one["paths"][0].endswith("/gone"))
    place.restic()("forget", gone)
    before = int(api.get(place.path + "/statistics")["StoredSize"])
    api.run("POST", place.path + "?action=prune")
    assert before - int(api.get(place.path + "/statistics")["StoredSize"]) > 600 * KIB
    place.restic()("check", "--read-data")


def test_the_password_is_changed_for_restic_too(admin, place):
    admin.run("PUT", place.path + "/password", Spec("RepositoryPasswordSpec", {"Password": "new"}))
    place.restic("new")("snapshots")
    with pytest.raises(AssertionError):
        place.restic()("snapshots")
    admin.run("PUT", place.path + "/password", Spec("RepositoryPasswordSpec", {"Password": REPOSITORY_PASSWORD}))
    place.restic()("snapshots")


def test_a_check_finds_a_flipped_byte(api, place):
    read = Spec("RepositoryCheckSpec", {"ReadData": True})
    api.run("POST", place.path + "?action=check")
    api.run("POST", place.path + "?action=check", read)
    pack = max((one for one in (place.folder / "data").glob("*/*")), key=lambda one: one.stat().st_size)
    pack.chmod(0o600)
    whole = pack.read_bytes()
    pack.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
    try:
        with pytest.raises(TaskFailed, match=f"is damaged.*{pack.name[:8]}"):
            api.run("POST", place.path + "?action=check", read)
        sessions = api.get("/api/systemSessions?format=Entity&filter=SessionType==DatabaseMaintenance").items()
        assert sessions[-1]["State"] == "Failed", str(sessions[-1])
    finally:
        pack.write_bytes(whole)
