"""Several machines of a job at a time, how fast they are read, and the proof of what the record of changed blocks says."""

import json

import pytest

from conftest import REPOSITORY_PASSWORD, Protection, entity, snapshot_of
from em_client import Spec
from machines import Restic, run, sha256_of, wait_for

MIB = 1 << 20


@pytest.fixture(scope="module")
def limited(make_server):
    """Backs up two machines of a host at a time."""
    server = make_server("side-by-side", environment={"HOLDFAST_MACHINES_PER_HOST": "2"}).start()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def here(limited, libvirt):
    protection = Protection(limited.admin(), libvirt)
    protection.add_managed_server()
    return protection


@pytest.fixture(scope="module")
def restic(work):
    return Restic(work / "repository-side", REPOSITORY_PASSWORD, work / "restic-cache")


@pytest.fixture(scope="module")
def three(machines):
    return [machines.still_life(f"hf-side-{number}", 32, 12) for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def job(here, restic, three):
    return here.add_job("Side by side", here.add_repository("R", restic.folder), three)


def content_of(machine, work):
    """The disk as it is, although the machine has it open."""
    raw = work / "side.raw"
    run("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw", machine.disk_files()["vda"], raw)
    digest = sha256_of(raw)
    raw.unlink()
    return digest


def test_two_machines_at_a_time_share_the_limit_of_reading(here, job, three, restic, limited, work):
    here.api.run("PUT", job["Href"].split("?")[0], Spec("Job", {
        "JobInfo": {"BackupJobInfo": {"AdvancedStorageOptions": {"ReadBytesPerSecond": 12 * MIB}}}}))
    limited.forget_peak_memory()
    session = here.api.get(here.start_job(job))
    seen = []

    def tasks():
        """All at one instant, by name."""
        listed = here.api.get(entity(session.link("Down", "BackupTaskSessionReferenceList").href)).items()
        return sorted(listed, key=lambda task: task["VmDisplayName"])

    def ended():
        seen.append([task["State"] for task in tasks()])
        return set(seen[-1]) == {"Completed"}

    wait_for("all machines are backed up", ended, 120)
    session = here.end_of(session["Href"])
    assert session["Result"] == "Success", here.why(session)
    assert ["InProgress", "InProgress", "Pending"] in seen
    assert all(states.count("InProgress") <= 2 for states in seen)
    first, second, third = tasks()
    assert first["CreationTimeUTC"] <= second["CreationTimeUTC"] <= third["CreationTimeUTC"]
    assert third["CreationTimeUTC"] >= min(first["EndTimeUTC"], second["EndTimeUTC"])
    assert limited.peak_memory_mib() < 300
    for machine in three:
        saved = restic.sha256_of_file(snapshot_of(restic, session, machine), f"/{machine.name}/disks/vda.raw")
        assert saved == content_of(machine, work)
    restic("check")


def test_what_the_record_of_changed_blocks_missed_is_told(here, job, three, restic, work):
    here.back_up(job)
    machine = three[0]
    image = machine.disk_files()["vda"]
    # Changed behind the back of the machine, which keeps the record.
    extents = json.loads(run("qemu-img", "map", "-U", "--output=json", "-f", "qcow2", image))
    place = next(extent for extent in extents if extent["data"] and extent["start"] <= 5 * MIB < extent["start"] + extent["length"])
    with open(image, "r+b") as file:
        file.seek(place["offset"] + 5 * MIB - place["start"])
        file.write(b"changed" * 100)
    assert content_of(machine, work) != restic.sha256_of_file(
        snapshot_of(restic, here.back_up(job), machine), f"/{machine.name}/disks/vda.raw"), "nothing was missed"

    task = here.api.run("POST", job["Href"].split("?")[0] + "?action=verifyChangedBlocks")
    session = here.end_of(task.link("Related", "BackupJobSession").href)
    assert session["Result"] == "Warning", here.why(session)
    reasons = {task["VmDisplayName"]: task["Reason"] for task in here.task_sessions(session)}
    assert "its record of changed blocks missed 1 blocks of 256 KiB" in reasons[machine.name]
    assert f"the first at the bytes {5 * MIB}." in reasons[machine.name]
    assert "missed nothing" in reasons[three[1].name]
    assert restic.sha256_of_file(snapshot_of(restic, session, machine), f"/{machine.name}/disks/vda.raw") == content_of(machine, work)
    assert here.back_up(job)["Result"] == "Success"
