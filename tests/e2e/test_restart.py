"""The server ends, politely or not, and starts again: nothing that was reported is lost, nothing is left behind."""

import glob
import signal
import subprocess

import pytest

from conftest import REPOSITORY_PASSWORD, Protection, snapshot_of
from machines import Restic, make_image, run, sha256_of, wait_for


@pytest.fixture(scope="module")
def machine(machines):
    return machines.still_life("hf-survivor", 700, 0)


@pytest.fixture(params=["SIGTERM", "SIGKILL"])
def way(request):
    return request.param


def end(server, way):
    """Of a server that is stopped at this moment."""
    if way == "SIGTERM":
        server.process.send_signal(signal.SIGCONT)
        assert server.stop() == 0, server.tail()
    else:
        server.kill()


def children_of(server):
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)], capture_output=True, text=True)
    return [line for line in found.stdout.splitlines() if line.strip()]


def renew_disk(machine):
    """All of the disk is new: the next run has everything to read and to write. Its SHA-256."""
    machine.power_off()
    for name in machine.checkpoints():
        machine.virsh("checkpoint-delete", name, "--metadata")
    image = machine.disk_files()["vda"]
    image.unlink()
    make_image(image, 700, 640)
    raw = image.with_suffix(".raw")
    run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image, raw)
    checksum = sha256_of(raw)
    raw.unlink()
    machine.start(paused=True)
    return checksum


def packs_in(folder):
    return {path for path in (folder / "data").rglob("*") if path.is_file()}


def stop_in_the_middle(server, folder, packs_before):
    """Stops the server's process when some of the disk has come into the repository."""
    wait_for("data arrives", lambda: packs_in(folder) - packs_before, 60, pause=0.005)
    server.process.send_signal(signal.SIGSTOP)


def test_in_the_middle_of_a_backup(make_server, libvirt, machine, work, way):
    server = make_server(f"restart-{way}").start()
    protection = Protection(server.admin(), libvirt)
    protection.add_managed_server()
    folder = work / f"repository-{way}"
    repository = protection.add_repository("R", folder)
    job = protection.add_job("J", repository, [machine])
    first_disk = renew_disk(machine)
    first = protection.back_up(job)
    points_before = {point["UID"] for point in protection.vm_points(machine.name)}
    assert len(points_before) == 1

    second_disk = renew_disk(machine)
    packs_before = packs_in(folder)
    session_href = protection.start_job(job)
    stop_in_the_middle(server, folder, packs_before)
    assert machine.has_backup_job()
    end(server, way)
    server.start()

    protection = Protection(server.admin(), libvirt)
    session = protection.end_of(session_href, 30)
    assert session["Result"] == "Failed" and session["FailureMessage"]
    for task in protection.task_sessions(session):
        assert task["State"] == "Completed" and task["Result"] == "Failed" and task["Reason"]
    assert {point["UID"] for point in protection.vm_points(machine.name)} == points_before
    wait_for("the job of libvirt is ended", lambda: not machine.has_backup_job(), 60)

    # The job is free, the next run works, and both points hold what the machine held then.
    second = protection.back_up(protection.api.get(job["Href"]))
    restic = Restic(folder, REPOSITORY_PASSWORD, work / "restic-cache")
    for session, disk in ((first, first_disk), (second, second_disk)):
        assert restic.sha256_of_file(snapshot_of(restic, session, machine), f"/{machine.name}/disks/vda.raw") == disk
    restic("check", "--read-data")
    assert len(protection.vm_points(machine.name)) == 2
    assert not glob.glob(str(server.data / "**" / "*.sock"), recursive=True)
    assert children_of(server) == []
    assert server.stop() == 0, server.tail()


def test_logon_sessions_and_settings_are_kept_in_order(make_server, libvirt, machine, work):
    """A second start takes the data directory as it is; the password file counts only for the first."""
    server = make_server("restart-idle").start()
    Protection(server.admin(), libvirt).add_managed_server("kept")
    assert server.stop() == 0
    server.start()
    protection = Protection(server.admin(), libvirt)
    assert "kept" in [one["Name"] for one in protection.collection("managedServers")]
    assert server.stop() == 0


def test_a_second_server_on_the_same_data_is_refused_or_harmless(make_server):
    first = make_server("twice").start()
    second = make_server("twice-second")
    second.data = first.data
    try:
        second.start(20)
    except AssertionError:
        assert second.process.poll() not in (None, 0)
        assert second.tail(), "the reason is told"
    finally:
        second.close()
    assert first.client().send("GET", "/api/").status == 200
    assert first.stop() == 0
