"""Instant recovery: a machine runs from its restore point, is moved to disks of its own, or goes again."""

import json
import signal
import subprocess
import time

import pytest

from conftest import Protection, entity
from em_client import Resource, Spec
from machines import run, wait_for
from test_restart import end


@pytest.fixture(scope="module")
def original(machines, guest_image):
    machine = machines.guest("hf-instant", guest_image)
    yield machine
    machine.remove()


@pytest.fixture(scope="module")
def holdfast(make_server):
    return make_server("instant").start()


@pytest.fixture(scope="module")
def saved(holdfast, libvirt, original, work):
    """The machine's restore point, and the SHA-256 of its second disk."""
    protection = Protection(holdfast.admin(), libvirt)
    protection.add_managed_server()
    repository = protection.add_repository("R", work / "instant-repository")
    checksum = original.write_random("/dev/vdb", 8, 40)
    protection.back_up(protection.add_job("J", repository, [original]))
    return protection.vm_points(original.name)[-1]["Href"], checksum


@pytest.fixture(params=["xml", "json"])
def client(holdfast, request):
    return holdfast.admin(request.param)


@pytest.fixture
def machine(libvirt):
    """What the test recovers, by that name; gone afterwards in any case."""
    machine = libvirt.machine("hf-instant-copy")
    yield machine
    files = machine.disk_files().values() if machine.name in libvirt.domain_names() else []
    machine.remove()
    for file in files:
        file.unlink(missing_ok=True)


def publish(client, point, machine, **more):
    """The recovery, running."""
    address = point.split("?")[0] + "?action=instantRecovery"
    done = client.run("POST", address, Spec("InstantRecoverySpec", {"VmNewName": machine.name, **more}))
    return client.get(entity(done.link("Related", "InstantRecovery").href))


def session_of(client, recovery):
    return client.get(entity(recovery.link("Related", "RestoreSessionReference").href) + "&details=true")


def ended(client, recovery, seconds=120):
    def stopped():
        session = session_of(client, recovery)
        return session if session["State"] == "Stopped" else None

    return wait_for("the restore session ends", stopped, seconds)


def backing_of(image):
    told = json.loads(run("qemu-img", "info", "-U", "--output=json", image))
    return told.get("backing-filename")


def exports_of(server):
    found = subprocess.run(["pgrep", "-P", str(server.process.pid), "nbdkit"], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


@pytest.mark.only("xml")
def test_runs_at_once_and_is_moved_while_it_runs(client, holdfast, saved, machine, original):
    point, checksum = saved
    began = time.monotonic()
    recovery = publish(client, point, machine)
    print(f"running {time.monotonic() - began:.1f} s after the request")
    assert (recovery["State"], recovery["VmDisplayName"]) == ("Published", machine.name)
    assert machine.state() == "running" and session_of(client, recovery)["State"] == "Working"
    machine.wait_until_up()
    assert machine.uuid() != original.uuid() and not machine.mac_addresses() & original.mac_addresses()
    # The original runs: the other must not take its addresses.
    assert {link.get("state") for link in machine.xml().iter("link")} == {"down"}
    assert machine.run("sha256sum /dev/vdb").split()[0] == checksum
    machine.run("sha256sum -c /root/data.sha256 >/dev/null && echo written > /root/since; sync")
    overlays = machine.disk_files().values()
    assert all("nbd" in backing_of(file) for file in overlays)

    client.run("POST", recovery.link("Migrate").href)
    session = ended(client, recovery)
    assert session["Result"] == "Success", session["Reason"]
    assert session["RestoredObjRef"].endswith(machine.uuid())
    assert machine.state() == "running"
    assert not any(backing_of(file) for file in overlays)
    assert "nbd" not in machine.virsh("dumpxml") and "nbd" not in machine.virsh("dumpxml", "--inactive")
    assert not exports_of(holdfast)
    assert client.request("GET", entity(recovery["Href"])).status == 404
    machine.power_off()
    machine.start()
    machine.wait_until_up()
    assert machine.run("cat /root/since") == "written"
    assert machine.run("sha256sum /dev/vdb").split()[0] == checksum


@pytest.mark.only("json")
def test_is_moved_while_it_is_off(client, saved, machine):
    point, checksum = saved
    recovery = publish(client, point, machine, PowerOn=False, ConnectToNetworks=True)
    assert machine.state() == "shut off"
    assert not list(machine.xml().iter("link"))
    client.run("POST", recovery.link("Migrate").href)
    session = ended(client, recovery)
    assert session["Result"] == "Success", session["Reason"]
    assert not any(backing_of(file) for file in machine.disk_files().values())
    machine.start()
    machine.wait_until_up()
    assert machine.run("sha256sum /dev/vdb").split()[0] == checksum


@pytest.mark.only("xml")
def test_is_discarded(client, holdfast, saved, machine, libvirt):
    recovery = publish(client, saved[0], machine)
    files = list(machine.disk_files().values())
    assert files and all(file.exists() for file in files) and len(exports_of(holdfast)) == len(files)
    listed = client.get("/api/instantRecoveries?format=Entity").items()
    assert [item["UID"] for item in listed] == [recovery["UID"]]
    client.run("DELETE", recovery.link("Delete").href)
    assert session_of(client, recovery)["Result"] == "Success"
    assert machine.name not in libvirt.domain_names()
    assert not any(file.exists() for file in files) and not exports_of(holdfast)
    assert not client.get("/api/instantRecoveries?format=Entity").items()


def test_a_name_that_is_taken_is_refused(client, saved, original, libvirt):
    before = libvirt.domain_names()
    address = saved[0].split("?")[0] + "?action=instantRecovery"
    answer = client.request("POST", address, Spec("InstantRecoverySpec", {"VmNewName": original.name}))
    assert answer.status == 202, str(answer)
    finished = client.finish(Resource.of(answer))
    assert finished.part("Result")["Success"] in ("false", False) and original.name in finished.part("Result")["Message"]
    assert libvirt.domain_names() == before
    assert not client.get("/api/instantRecoveries?format=Entity").items()


def read_second_disk(machine):
    """Begins to read what was not read yet, and does not wait."""
    machine.tell("sha256sum /dev/vdb > /run/checksum 2>&1; echo done >> /run/checksum")


def wait_for_checksum(machine):
    return wait_for("the disk is read", lambda: (lines := machine.run("cat /run/checksum").split()) and lines[-1] == "done"
                    and lines[0], 120, pause=1)


@pytest.mark.parametrize("way", ["SIGTERM", "SIGKILL"])
def test_outlives_the_server(holdfast, saved, machine, way):
    """The machine waits while nothing serves its disks, and goes on when Holdfast is there again."""
    point, checksum = saved
    recovery = publish(holdfast.admin(), point, machine)
    machine.wait_until_up()
    end(holdfast, way)
    assert not exports_of(holdfast)
    read_second_disk(machine)
    wait_for("the machine waits", lambda: machine.state() == "paused", 60)
    holdfast.start()
    wait_for("the machine goes on", lambda: machine.state() == "running", 60)
    assert wait_for_checksum(machine) == checksum
    client = holdfast.admin()
    assert session_of(client, recovery)["State"] == "Working"
    client.run("POST", client.get(entity(recovery["Href"])).link("Migrate").href)
    session = ended(client, recovery)
    assert session["Result"] == "Success", session["Reason"]
    assert machine.run("sha256sum /dev/vdb").split()[0] == checksum


@pytest.mark.only("json")
def test_what_serves_the_disks_is_begun_again_when_it_ends(client, holdfast, saved, machine):
    point, checksum = saved
    recovery = publish(client, point, machine)
    machine.wait_until_up()
    for pid in exports_of(holdfast):
        run("kill", "-KILL", pid)
    read_second_disk(machine)
    assert wait_for_checksum(machine) == checksum
    client.run("DELETE", recovery.link("Delete").href)


def test_the_server_dies_while_it_makes_the_machine(holdfast, saved, machine, libvirt):
    """Nothing of it is left, and its session says so."""
    client = holdfast.admin()
    folder = holdfast.folder / "data" / "instant"
    address = saved[0].split("?")[0] + "?action=instantRecovery"
    assert client.request("POST", address, Spec("InstantRecoverySpec", {"VmNewName": machine.name})).status == 202
    wait_for("it begins", lambda: any(folder.iterdir()), 30, pause=0.005)
    holdfast.process.send_signal(signal.SIGSTOP)
    holdfast.kill()
    holdfast.start()
    client = holdfast.admin()
    sessions = client.get("/api/restoreSessions?format=Entity").items()
    newest = max(sessions, key=lambda session: session["CreationTimeUTC"])
    session = wait_for("the session ends", lambda: (now := client.get(entity(newest["Href"]) + "&details=true"))["State"]
                       == "Stopped" and now, 60)
    assert session["Result"] == "Failed" and "stopped before" in session["Reason"]
    assert machine.name not in libvirt.domain_names()
    assert not any(folder.iterdir()) and not exports_of(holdfast)
