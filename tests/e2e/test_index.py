"""The index of guest files: filled by a job's runs, browsed without a mount, searched, restored from, and seen by scopes."""

import hashlib
import json
import uuid

import pytest

from conftest import Protection, entity
from em_client import Spec, with_query
from machines import wait_for
from test_console import scenario
from test_security import make_account, rebuild

DOWNLOAD = Spec("FileRestoreSpec", {"ForDirectDownload": {}})
INDEXING = Spec("Job", {"JobInfo": {"BackupJobInfo": {"GuestProcessingOptions": {
    "LinuxGuestFSIndexingOptions": {"FileSystemIndexingMode": "ExceptSpecifiedFolders",
                                    "ExcludedIndexingFolders": {"Path": ["/index/left out"]}}}}}})


def crawls(api):
    return api.get("/api/systemSessions?format=Entity&filter=SessionType==CatalogCrawlJob").items()


def indexed(admin, vm_point, before):
    """What the indexing of a point told, once it has ended."""
    session = wait_for("the files are indexed", lambda: next(
        (one for one in crawls(admin)[before:] if one["State"] != "InProgress"), None), 300)
    events = admin.get(session.link("Down", "SystemSessionEvents").href).items_of("Events", "Events")
    messages = [event["Message"] for event in events]
    result = session.part("Result")
    assert session["State"] == "CompletedSuccessfully", (result and result["Message"], messages)
    return messages[-1]


class Indexed:
    pass


@pytest.fixture(scope="module")
def index(admin, libvirt, guest, guest_image, managed_server, work):
    """A guest that was backed up and indexed twice; in between one file was added, and one changed."""
    made = Indexed()
    protection = Protection(admin, libvirt)
    repository = protection.add_repository("Indexed repository", work / "indexed-repository")
    made.job = protection.add_job("Indexed", repository, [guest])
    admin.run("PUT", made.job.link("Edit").href, INDEXING)
    made.told, made.points = [], []
    for round in range(2):
        if round == 1:
            guest.run("echo new >/index/added.txt; echo longer than before >/index/changed.txt; sync")
        else:
            guest.run("mkdir -p '/index/left out'; echo old >'/index/left out/secret.txt'; echo old >/index/changed.txt; sync")
        before = len(crawls(admin))
        protection.back_up(made.job)
        made.points.append(protection.vm_points(guest.name)[-1])
        made.told.append(indexed(admin, made.points[-1], before))
    made.name = guest.name
    made.sha256 = dict(reversed(line.split(maxsplit=1))
                       for line in (guest_image / "data.sha256").read_text().splitlines())
    return made


def point_of(api, index, number):
    id = index.points[number]["UID"].rpartition(":")[2]
    machine = next(one for one in api.get("/api/catalog/vms?format=Entity").items() if one["Name"] == index.name)
    points = api.get(with_query(machine.link("Down", "CatalogVmRestorePointReferenceList").href, "format=Entity")).items()
    return next(one for one in points if one["UID"].endswith(id))


def entries(api, href):
    listing = api.get(href)
    return {entry["Name"]: entry
            for entry in listing.part("Directories").items_of("DirectoryEntry", "DirectoryEntries")
            + listing.part("Files").items_of("FileEntry", "FileEntries")}


def folder(api, index, number, *path):
    """The entries of a folder of a point, reached by links only."""
    task = api.run("POST", point_of(api, index, number).link("Browse").href)
    top = api.get(task.link("Down", "FileSystemItemsList").href).part("DirectoryEntry")
    found = entries(api, next(link for link in top.links() if "action=listAll" in link.href).href)
    for name in ("/", *path):
        link = next(link for link in found[name].links() if "action=listAll" in link.href)
        found = entries(api, link.href)
    return found


def test_the_job_tells_that_it_indexes(api, index):
    options = api.get(entity(index.job["Href"])).part("JobInfo").part("BackupJobInfo").part("GuestProcessingOptions")
    assert options.part("LinuxGuestFSIndexingOptions")["FileSystemIndexingMode"] == "ExceptSpecifiedFolders"
    assert options.part("WindowsGuestFSIndexingOptions")["FileSystemIndexingMode"] == "Disabled"
    chosen = {"LinuxGuestFSIndexingOptions": {"FileSystemIndexingMode": "SpecifiedFolders"}}
    answer = api.request("PUT", index.job.link("Edit").href,
                         Spec("Job", {"JobInfo": {"BackupJobInfo": {"GuestProcessingOptions": chosen}}}))
    assert answer.status == 400 and "No folder is named" in str(answer), str(answer)


def test_the_second_run_writes_only_what_changed(index):
    first, second = (int(told.rpartition(": ")[2]) for told in index.told)
    assert first > 200 and 0 < second < 60, index.told


def test_browse_both_points(api, index):
    old, new = folder(api, index, 0, "index"), folder(api, index, 1, "index")
    assert "left out" not in old and "left out" not in new
    assert "added.txt" not in old and new["added.txt"]["Size"] == "4"
    assert (old["changed.txt"]["Size"], new["changed.txt"]["Size"]) == ("4", "19")
    data = folder(api, index, 1, "data")
    assert {"random.bin", "with space.txt", "für.txt", "many", "nested"} <= set(data)
    assert data["random.bin"]["Size"] == "3145728" and data["random.bin"]["ModifiedDateUTC"].endswith("Z")
    assert "leaf.txt" in folder(api, index, 1, "data", "nested", "deeper", "deepest")
    assert len(folder(api, index, 0, "data", "many")) == 100, "a page"


def test_search(api, index):
    def found(query):
        return api.get(f"/api/catalog/search?{query}").items()

    [added] = found("name=ADDED.txt")
    assert (added["Path"], added["RestorePoints"], added["VmDisplayName"]) == ("/index/added.txt", "1", index.name)
    assert api.get(added.link("Related", "FileEntry").href).part("FileEntry")["Size"] == "4"
    versions = found("name=changed.txt")
    assert sorted(one["Size"] for one in versions) == ["19", "4"]
    [leaf] = found("name=lea*.txt")
    assert leaf["RestorePoints"] == "2" and leaf["OldestBackupDateUTC"] < leaf["NewestBackupDateUTC"]
    assert found("name=leaf.txt&vm=hf-nobody") == [] and found("name=secret.txt") == []
    assert len(found("name=file-*.txt&pageSize=1000")) >= 200
    assert api.request("GET", "/api/catalog/search?name=*").status == 400


@pytest.mark.only("xml")
def test_restore_a_file(api, index):
    file = folder(api, index, 1, "data")["random.bin"]
    task = api.run("POST", file.link("Restore").href, DOWNLOAD, seconds=240)
    assert task["Operation"] == "RestoreFile"
    answer = api.request("GET", task.link("Download").href, accept=None)
    assert hashlib.sha256(answer.body).hexdigest() == index.sha256["/data/random.bin"]
    session = api.get(task.link("Related", "RestoreSession").href)
    assert session["VmDisplayName"] == index.name


@pytest.mark.only("xml")
def test_restore_to_the_original_place(api, index, guest):
    """From the index, and back to where it was, by the agent of the running machine."""
    owner = guest.run("stat -c '%u:%g %a %Y' /data/random.bin").strip()
    guest.run("echo of today >/data/random.bin; echo mine >/data/nested/mine; rm -r /data/nested/deeper")
    file = folder(api, index, 1, "data")["random.bin"]
    kept = api.run("POST", file.link("Restore").href, seconds=240)
    assert "is there and was kept" in kept.part("Result")["Message"]
    assert "of today" in guest.run("cat /data/random.bin")
    assert index.sha256["/data/random.bin"] in guest.run("sha256sum /data/random.bin_RESTORED_*; rm /data/random.bin_RESTORED_*")

    overwrite = Spec("FileRestoreSpec", {"ToOriginalLocation": {"@Overwrite": True}})
    task = api.run("POST", file.link("Restore").href, overwrite, seconds=240)
    assert api.get(task.link("Related", "RestoreSession").href)["Result"] == "Success"
    assert index.sha256["/data/random.bin"] in guest.run("sha256sum /data/random.bin")
    assert guest.run("stat -c '%u:%g %a %Y' /data/random.bin").strip() == owner

    nested = folder(api, index, 1, "data")["nested"]
    api.run("POST", nested.link("Restore").href, overwrite, seconds=240)
    assert guest.run("cat /data/nested/mine; rm /data/nested/mine").strip() == "mine"
    guest.run("test -f /data/nested/deeper/deepest/leaf.txt")
    assert guest.run("ls -A /data /run | grep holdfast || echo nothing is left").strip() == "nothing is left"


def test_a_file_is_found_in_the_console(server, index):
    told = json.loads(scenario(server, "search", HOLDFAST_NAME="rand*.bin", HOLDFAST_PATH="/data/random.bin"))
    assert told == {"name": "random.bin", "sha256": index.sha256["/data/random.bin"]}


def test_an_account_sees_its_own_machines_only(server, admin, index):
    root = index.points[0]["HierarchyObjRef"].partition(".")[0]
    other = make_account(admin, "index-other", "password", ["Portal User"], [f"{root}.{uuid.uuid4()}"])
    own = make_account(admin, "index-own", "password", ["Portal User"], [index.points[0]["HierarchyObjRef"]])
    rebuild(admin)
    hidden, seen = server.client(), server.client()
    hidden.logon("index-other", "password")
    seen.logon("index-own", "password")
    assert hidden.get("/api/catalog/vms").items() == [] == hidden.get("/api/catalog/search?name=leaf.txt").items()
    point = point_of(seen, index, 1)
    assert hidden.request("GET", point["Href"]).status == 404
    assert hidden.request("POST", point.link("Browse").href).status == 404
    assert len(seen.get("/api/catalog/search?name=leaf.txt").items()) == 1
    file = folder(seen, index, 1, "data")["random.bin"]
    assert seen.request("POST", file.link("Restore").href, DOWNLOAD).status == 403, "it may not take files out"
    for account in (other, own):
        admin.request("DELETE", account.link("Delete").href, expect=204)
