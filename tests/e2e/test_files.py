"""Files out of a restore point: mount, browse, download."""

import hashlib
import io
import tarfile
import urllib.parse

import pytest

from em_client import Resource, Spec, with_query

DOWNLOAD = Spec("FileRestoreSpec", {"ForDirectDownload": {}})


class Mount:
    def __init__(self, api, vm_point):
        self.api = api
        point = api.get(vm_point["Href"])
        finished = api.run("POST", point.link("Create", "VmRestorePointMount").href, seconds=240)
        self.href = finished.link("Related", "VmRestorePointMount").href
        self.list_href = point.link("Down", "VmRestorePointMountList").href

    def roots(self):
        return self.api.get(self.href).part("FSRoots").items_of("DirectoryEntry", "DirectoryEntries")

    def list(self, directory_href, action="listAll", **paging):
        """All entries of a folder: (directories, files)."""
        entry = self.api.get(directory_href).part("DirectoryEntry")
        link = next(link for link in entry.links() if f"action={action}" in link.href)
        listing = self.api.get(link.href.replace("pageSize=100", "pageSize=1000"))
        directories, files = listing.part("Directories"), listing.part("Files")
        return (directories.items_of("DirectoryEntry", "DirectoryEntries") if directories else [],
                files.items_of("FileEntry", "FileEntries") if files else [])

    def find(self, *path):
        """The entry at a path below the first root, reached by links only."""
        href = self.roots()[0]["Href"]
        for name in path:
            directories, files = self.list(href)
            found = [entry for entry in directories + files if entry["Name"] == name]
            assert found, f"no {name} among {[entry['Name'] for entry in directories + files]}"
            href = found[0]["Href"]
        return found[0]

    def download_link(self, entry):
        whole = self.api.get(entry["Href"])
        one = whole.part("FileEntry") or whole.part("DirectoryEntry")
        finished = self.api.run("POST", one.link("Restore").href, DOWNLOAD)
        assert finished["Operation"] == "FileRestoreFromMountPoint"
        link = finished.link("Download")
        assert link.href.endswith("?action=download")
        return link.href

    def download(self, entry, headers=None):
        return self.api.request("GET", self.download_link(entry), headers=headers, accept=None)


# A mount starts an appliance, which takes long without hardware virtualization: one for all tests of a format.
@pytest.fixture(scope="module", params=["xml", "json"])
def mount(protected, server, request):
    client = server.admin(request.param)
    mount = Mount(client, protected.points[0].vm_point)
    yield mount
    assert client.request("DELETE", mount.href).status == 204
    assert client.request("GET", mount.href).status == 404
    client.close()


def test_the_mount_is_listed(mount):
    assert mount.href in [one["Href"] for one in mount.api.get(mount.list_href).items()]
    assert mount.api.get(mount.href).link("Delete").href == mount.href
    assert len(mount.roots()) >= 1


def test_a_mount_belongs_to_its_logon_session(mount, server):
    other = server.admin()
    assert other.request("GET", mount.href).status == 404
    assert other.get(mount.list_href).items() == []


def test_browse(mount):
    directories, files = mount.list(mount.find("data")["Href"])
    assert [one["Name"] for one in directories] == ["many", "nested"]
    names = {one["Name"]: one for one in files}
    assert {"random.bin", "numbers.txt", "empty", "with space.txt", "für.txt"} <= set(names)
    assert names["random.bin"]["Size"] == "3145728" and names["empty"]["Size"] == "0"
    assert names["random.bin"]["ModifiedDateUTC"].endswith("Z")
    only_directories, no_files = mount.list(mount.find("data")["Href"], "listDirs")
    assert [one["Name"] for one in only_directories] == ["many", "nested"] and no_files == []
    no_directories, only_files = mount.list(mount.find("data")["Href"], "listFiles")
    assert no_directories == [] and {one["Name"] for one in only_files} <= set(names)


def test_browse_by_pages(mount):
    href, found, page = mount.find("data", "many")["Href"], [], 1
    while True:
        listing = mount.api.get(with_query(href, f"action=listAll&pageSize=60&page={page}"))
        entries = listing.part("Files").items_of("FileEntry", "FileEntries")
        assert listing.part("PagingInfo")["PagesCount"] == "4" and len(entries) <= 60
        found += [entry["Name"] for entry in entries]
        if page == 4:
            break
        page += 1
    assert sorted(found) == sorted(f"file-{number}.txt" for number in range(1, 201))


def test_links_reach_every_entry_below_a_folder(mount, protected):
    """Nothing is known but the links, and the addresses of entries: each leads somewhere, and they lead to every file."""
    data = mount.find("data")["Href"]
    seen, files, todo = set(), set(), [mount.href, mount.list_href, data]
    while todo:
        href = todo.pop()
        if href in seen:
            continue
        seen.add(href)
        answer = mount.api.request("GET", href)
        assert answer.status == 200, str(answer)
        page = Resource.of(answer)
        if page.part("FileEntry"):
            files.add("/data" + urllib.parse.unquote(href.removeprefix(data)))
        directories, listed = page.part("Directories"), page.part("Files")
        entries = ((directories.items_of("DirectoryEntry", "DirectoryEntries") if directories else [])
                   + (listed.items_of("FileEntry", "FileEntries") if listed else []))
        further = [entry["Href"] for entry in entries]
        further += [link.href for link in page.all_links() if link.rel in ("Up", "Down", "First", "Previous", "Next", "Last")]
        todo += [one for one in further if one == data or one.startswith((data + "/", data + "?"))]
    assert files == {"/data/link", *protected.data_sha256}, "the files, and a symbolic link, which has no checksum"


@pytest.mark.parametrize("path", ["random.bin", "numbers.txt", "empty", "with space.txt", "für.txt"])
def test_download(mount, protected, path):
    answer = mount.download(mount.find("data", path))
    assert answer.status == 200, str(answer)
    assert hashlib.sha256(answer.body).hexdigest() == protected.data_sha256[f"/data/{path}"]
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert answer.content_type not in ("application/xml", "application/json")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment") and (path in disposition or urllib.parse.quote(path) in disposition)


def test_a_file_below_folders(mount, protected):
    answer = mount.download(mount.find("data", "nested", "deeper", "deepest", "leaf.txt"))
    assert answer.body == b"Deep down.\n"


def test_download_of_ranges(mount):
    href = mount.download_link(mount.find("data", "random.bin"))
    whole = mount.api.request("GET", href, accept=None).body
    size = len(whole)

    def part(range):
        return mount.api.request("GET", href, headers={"Range": range}, accept=None)

    for range, first, end in (("bytes=0-99", 0, 100), ("bytes=1000000-1999999", 1000000, 2000000),
                              ("bytes=3145000-", 3145000, size), ("bytes=-100", size - 100, size),
                              ("bytes=3145727-9999999", size - 1, size)):
        answer = part(range)
        assert answer.status == 206, f"{range}: {answer.status}"
        assert answer.body == whole[first:end]
        assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/{size}"
    beyond = part(f"bytes={size}-")
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{size}"
    # What is no range is passed over.
    assert part("lines=1-2").status == 200
    assert mount.api.request("GET", href, accept=None).headers["Accept-Ranges"] == "bytes"


def test_a_folder_comes_as_an_archive(mount, protected):
    answer = mount.download(mount.find("data"))
    assert answer.status == 200, str(answer)
    archive = tarfile.open(fileobj=io.BytesIO(answer.body))
    files = {member.name.lstrip("./"): member for member in archive.getmembers() if member.isfile()}
    assert len(files) == len(protected.data_sha256)
    for path, checksum in protected.data_sha256.items():
        name = next(name for name in files if path.endswith("/" + name) or path.endswith(name))
        assert hashlib.sha256(archive.extractfile(files[name]).read()).hexdigest() == checksum
    assert ".tar" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", [
    "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "data/../../../etc/shadow", "data/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "no/such/file", "data%00/random.bin", "data/" + "a" * 3000, "%ff%fe"])
def test_wrong_paths(mount, path):
    for suffix in ("", "?action=listAll", "?action=download"):
        answer = mount.api.request("GET", f"{mount.href}/{path}{suffix}")
        assert 400 <= answer.status < 500, str(answer)
        assert b"root:" not in answer.body or b"/bin/bash" not in answer.body
    assert 400 <= mount.api.request("POST", f"{mount.href}/{path}?action=restore", DOWNLOAD).status < 500


def test_a_download_must_be_prepared(mount):
    href = mount.find("data", "many", "file-7.txt")["Href"]
    answer = mount.api.request("GET", with_query(href, "action=download"), accept=None)
    # Either the bytes at once, or an error that says what to do; never something else.
    if answer.status == 200:
        assert answer.body == b"This is file 7.\n"
    else:
        assert 400 <= answer.status < 500 and Resource.of(answer)["Message"]


def test_logging_out_ends_mounts(protected, server):
    client = server.admin()
    mount = Mount(client, protected.points[1].vm_point)
    assert client.request("DELETE", client.top.link("Delete").href).status == 204
    other = server.admin()
    assert other.request("GET", mount.href).status == 404
