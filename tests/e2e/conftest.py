"""The world of the end-to-end tests: a libvirt host, a guest that really boots, the real server, and backups of the guest.

What is expensive is made once (scope "session") and only when a test asks for it."""

import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

from em_client import EmClient, Recorder, Spec, with_query
from holdfast_server import HoldfastServer
from machines import GUESTS, TOP, LibvirtHost, Machine, Restic, make_image, run, wait_for

REPOSITORY_PASSWORD = "a repository's password"


# --- Where things are

@pytest.fixture(scope="session")
def work():
    """Short (unix sockets end at 107 bytes) and open to the user that runs QEMU."""
    for base in ("/tmp", "/var/tmp", str(TOP / "build")):
        if os.access(base, os.W_OK):
            break
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hf-e2e.", dir=base))
    folder.chmod(0o755)
    yield folder
    if os.environ.get("HOLDFAST_KEEP"):
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def recorder():
    return Recorder()


# --- Virtual machines

@pytest.fixture(scope="session")
def libvirt():
    """The system's libvirt for root, an ordinary user's own for others; daemons that were started here end with the tests."""
    started = []
    if os.geteuid() == 0:
        uri = "qemu:///system"
        started = [int(line.split()[1]) for line in run(GUESTS / "start-libvirt").splitlines()]
    else:
        uri = "qemu:///session"
    has_kvm = subprocess.run([GUESTS / "has-kvm"], capture_output=True).returncode == 0
    yield LibvirtHost(uri, "kvm" if has_kvm else "qemu")
    for pid in reversed(started):
        os.kill(pid, signal.SIGTERM)


@pytest.fixture(scope="session")
def guest_image():
    """A folder with disk.qcow2 and data.sha256 (what is in /data); kept between runs while its recipe is the same."""
    recipe = hashlib.sha256((GUESTS / "make-guest").read_bytes()).hexdigest()[:12]
    folder = TOP / "build" / "guest" / recipe
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(GUESTS / "make-guest", folder, timeout=600)
        (folder / "complete").touch()
    return folder


@pytest.fixture(scope="session")
def machines(libvirt, work):
    """Makes machines. Their names begin with "hf-", also those of restored ones: none of these is left, not even of earlier runs."""
    def remove_all():
        for name in libvirt.domain_names():
            if name.startswith("hf-"):
                libvirt.machine(name).remove()

    remove_all()
    yield MachineFactory(libvirt, work)
    remove_all()


@dataclasses.dataclass
class MachineFactory:
    host: LibvirtHost
    work: pathlib.Path

    def _folder(self, name):
        folder = self.work / "vm" / name
        folder.mkdir(parents=True)
        folder.chmod(0o777)
        return folder

    def guest(self, name, image, data_mib=64):
        """Boots the guest system on vda; vdb is a disk for the tests to write on."""
        folder = self._folder(name)
        shutil.copy(image / "disk.qcow2", folder / "system.qcow2")
        make_image(folder / "data.qcow2", data_mib)
        machine = self.host.define(name, folder / "system.qcow2", folder / "console.log", extra=[folder / "data.qcow2"])
        machine.start()
        machine.wait_until_up()
        return machine

    def still_life(self, name, mib, random_mib, extra=()):
        """A machine that runs and does nothing: held before its first instruction. Good for all that needs no system inside.
        extra: images of further disks."""
        folder = self._folder(name)
        make_image(folder / "disk.qcow2", mib, random_mib)
        machine = self.host.define(name, folder / "disk.qcow2", folder / "console.log", extra=extra, memory=32, network=False)
        machine.start(paused=True)
        return machine


# --- The server

@pytest.fixture(scope="session")
def make_server(work, recorder):
    servers = []

    def make(name, **more):
        server = HoldfastServer(work / name, recorder, **more)
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def server(make_server):
    """The server that most tests share."""
    return make_server("main").start()


@pytest.fixture(params=["xml", "json"])
def api(server, request):
    """An administrator, once speaking XML and once JSON."""
    client = server.admin(request.param)
    yield client
    client.close()


@pytest.fixture(scope="session")
def admin(server):
    client = server.admin()
    yield client
    client.close()


@pytest.fixture(autouse=True)
def bodies_fit_the_schemas(request, recorder):
    """Every body that a test was answered is valid, says somebody else: XML against the schema that the server publishes (xmllint),
    JSON against what its OpenAPI document states for the operation (python3-jsonschema)."""
    known, known_json = set(recorder.bodies), set(recorder.json_bodies)
    yield
    fresh = {body: where for body, where in recorder.bodies.items() if body not in known}
    if fresh:
        validate(fresh, request.getfixturevalue("schema"), request.getfixturevalue("work") / "bodies")
    answers = [answer for key, answer in recorder.json_bodies.items() if key not in known_json]
    if answers:
        validate_json(answers, request.getfixturevalue("openapi"))


@pytest.fixture(scope="session")
def schema(server, work):
    return published(server, "RestAPI.xsd", work)


@pytest.fixture(scope="session")
def openapi(server, work):
    sys.path.append(str(TOP / "tests" / "api"))
    from check_openapi import Judge
    return Judge(json.loads(published(server, "openapi.json", work).read_bytes()))


def published(server, name, work):
    answer = server.client().send("GET", f"/api/schema/{name}")
    assert answer.status == 200, str(answer)
    path = work / name
    path.write_bytes(answer.body)
    return path


def validate_json(answers, judge):
    wrong = [judge.problem_of({"where": f"{answer.method} {answer.url} -> {answer.status}", "method": answer.method,
                               "target": answer.url, "status": answer.status, "value": json.loads(answer.body)})
             for answer in answers]
    wrong = [problem for problem in wrong if problem]
    assert not wrong, "not as openapi.json states:\n" + "\n".join(wrong[:40])


def validate(bodies, schema, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = {}
    for number, (body, where) in enumerate(bodies.items()):
        path = folder / f"{number}.xml"
        path.write_bytes(body)
        names[str(path)] = where
    result = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(schema), *names], capture_output=True, text=True)
    if result.returncode != 0:
        wrong = [line for line in result.stderr.splitlines() if not line.endswith(" validates")]
        for path, where in names.items():
            wrong = [line.replace(path, f"[{where}]") for line in wrong]
        raise AssertionError("not valid against RestAPI.xsd:\n" + "\n".join(wrong[:40]))


# --- A protected machine

class Protection:
    """What a user sets up through the API, and the questions that the tests ask of it. One client, one format."""

    def __init__(self, api: EmClient, host: LibvirtHost):
        self.api, self.host = api, host

    def collection(self, name):
        """The entities of a collection, found by its link in the logon session's answer."""
        for link in self.api.top.links():
            if link.rel == "Down" and link.type.endswith("List") and link.href.lower().endswith(f"/api/{name.lower()}?format=entity"):
                return self.api.get(link.href).items()
        raise AssertionError(f"the logon session links to no list of {name}")

    def made(self, task, type):
        """The entity that a finished task made."""
        link = task.link("Related", type) if type else task.link("Related")
        return self.api.get(entity(link.href))

    def add_managed_server(self, name="libvirt of this machine"):
        task = self.api.run("POST", "/api/managedServers", Spec("ManagedServerSpec", {
            "Name": name, "Description": "KVM", "Uri": self.host.uri}))
        return self.made(task, None)

    def add_repository(self, name, folder, password=REPOSITORY_PASSWORD):
        task = self.api.run("POST", "/api/repositories", Spec("RepositorySpec", {
            "Name": name, "Path": str(folder), "Password": password}))
        return self.made(task, None)

    def look_up(self, name):
        """The reference of a virtual machine, found as clients find it: hierarchy root, then lookup."""
        for root in self.collection("hierarchyRoots"):
            found = self.api.get(f"/api/lookup?host={root['UID']}&type=Vm&name={name}").items()
            if found:
                return found[0]["ObjectRef"]
        raise AssertionError(f"/lookup does not know {name}")

    def add_job(self, name, repository, machines: list[Machine], retain=14, schedule=None, enabled=None):
        # The order of the schema.
        task = self.api.run("POST", "/api/jobs", Spec("JobSpec", {
            "Name": name,
            "Description": "made by a test",
            "RepositoryUid": repository["UID"],
            "Includes": {"CreateObjectInJobSpec": [
                {"HierarchyObjRef": self.look_up(machine.name), "HierarchyObjName": machine.name} for machine in machines]},
            "ScheduleEnabled": enabled,
            "JobScheduleOptions": schedule,
            "SimpleRetentionPolicy": {"RetainCycles": retain, "RetainLimitType": "Cycles"},
        }))
        return self.made(task, None)

    def start_job(self, job):
        """Starts a run; the href of its session, which the finished task links to."""
        task = self.api.run("POST", job.link("Start").href)
        return entity(task.link("Related", "BackupJobSession").href)

    def end_of(self, session_href, seconds=180, seen=None):
        """The session (backup or restore) in its last form."""
        def stopped():
            session = self.api.get(with_details(session_href))
            if seen is not None:
                seen.append((session["State"], int(session["Progress"])))
            return session if session["State"] == "Stopped" else None

        return wait_for(f"{session_href} stops", stopped, seconds)

    def back_up(self, job, seconds=180, seen=None):
        session = self.end_of(self.start_job(job), seconds, seen)
        assert session["Result"] == "Success", self.why(session)
        return session

    def why(self, session):
        """The reasons that a session and its task sessions give, for a failed test's message."""
        words = [f"{session['Name']}: {session['Result']} {session['FailureMessage']}"]
        try:
            words += [f"{task['VmDisplayName']}: {task['Result']} {task['Reason']}" for task in self.task_sessions(session)]
        except AssertionError:
            pass
        return "; ".join(words)

    def task_sessions(self, session):
        link = session.link("Down", "BackupTaskSessionReferenceList")
        return [self.api.get(entity(item["Href"])) for item in self.api.get(link.href).items()]

    def vm_points(self, machine_name):
        """VM restore points of a machine, oldest first."""
        points = [point for point in self.collection("vmRestorePoints") if point["VmName"] == machine_name]
        return sorted(points, key=lambda point: point["CreationTimeUTC"])


def with_details(href):
    """Reasons of restore sessions are told only to whoever asks."""
    return with_query(href, "details=true")


def entity(href):
    """The entity form of a reference's href."""
    return href if "format=Entity" in href else href + "?format=Entity"


@dataclasses.dataclass
class Point:
    """A restore point as the tests know it from the guest's side."""

    session: object
    vm_point: object
    sha256_of_vdb: str
    written_mib: int


@dataclasses.dataclass
class Protected:
    protection: Protection
    machine: Machine
    managed_server: object
    repository: object
    job: object
    repository_folder: pathlib.Path
    restic: Restic
    points: list[Point]
    progress_seen: list
    data_sha256: dict  # path inside the guest -> checksum

    def snapshot_of(self, session):
        """The restic snapshot that a session made of the machine: its tags name both."""
        return snapshot_of(self.restic, session, self.machine)


def snapshot_of(restic, session, machine):
    wanted = {session["UID"].rpartition(":")[2], machine.uuid()}
    for snapshot in json.loads(restic("snapshots", "--json")):
        tags = " ".join(snapshot.get("tags") or [])
        if all(one in tags for one in wanted):
            return snapshot["id"]
    raise AssertionError(f"no snapshot is tagged with {wanted}")


@pytest.fixture(scope="session")
def guest(machines, guest_image):
    return machines.guest("hf-web01", guest_image)


@pytest.fixture(scope="session")
def managed_server(admin, libvirt):
    return Protection(admin, libvirt).add_managed_server()


@pytest.fixture(scope="session")
def protected(admin, libvirt, guest, guest_image, managed_server, work):
    """The guest, backed up twice: in full, and after a change of 3 MiB."""
    protection = Protection(admin, libvirt)
    folder = work / "repository"
    repository = protection.add_repository("Main repository", folder)
    # Many tests run this job: its retention must never remove the points that they all look at.
    job = protection.add_job("Nightly", repository, [guest], retain=200)
    points, seen = [], []
    for offset, mib in ((4, 24), (40, 3)):
        checksum = guest.write_random("/dev/vdb", offset, mib)
        session = protection.back_up(job, seen=seen if not points else None)
        points.append(Point(session, protection.vm_points(guest.name)[-1], checksum, mib))
    data = dict(reversed(line.split(maxsplit=1)) for line in (guest_image / "data.sha256").read_text().splitlines())
    return Protected(protection, guest, managed_server, repository, job, folder,
                     Restic(folder, REPOSITORY_PASSWORD, work / "restic-cache"), points, seen, data)


@pytest.fixture
def protection(api, libvirt):
    """The questions of `Protection`, asked in XML and in JSON."""
    return Protection(api, libvirt)
