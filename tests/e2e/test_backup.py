"""Backup runs of a machine that is running, and what is left in the repository."""

import json

from conftest import entity, snapshot_of
from em_client import Resource
from machines import Restic, run, sha256_of

MIB = 1 << 20


def file_of(protected, session):
    """The backup file of the machine that a session made: it is the snapshot."""
    snapshot = protected.snapshot_of(session)
    (file,) = [one for one in protected.protection.collection("backupFiles") if one["FilePath"].endswith("/" + snapshot)]
    return file


def test_the_sessions_tell_what_happened(protected, protection):
    for point in protected.points:
        session = protection.api.get(point.session["Href"])
        assert (session["State"], session["Result"], session["Progress"]) == ("Stopped", "Success", "100")
        assert session["JobUid"] == protected.job["UID"] and session["JobName"] == "Nightly" and session["JobType"] == "Backup"
        assert session["Name"].startswith("Nightly@")
        assert session["CreationTimeUTC"] < session["EndTimeUTC"] and session["EndTimeUTC"].endswith("Z")
        (task,) = protection.task_sessions(session)
        assert (task["State"], task["Result"], task["VmDisplayName"]) == ("Completed", "Success", protected.machine.name)
        assert task["JobSessionUid"] == session["UID"]
        # The sizes of both disks.
        assert int(task["TotalSize"]) > 64 * MIB


def test_progress_is_seen_and_never_runs_backwards(protected):
    states = [state for state, _ in protected.progress_seen]
    progress = [percent for _, percent in protected.progress_seen]
    assert "Working" in states and states[-1] == "Stopped"
    assert progress == sorted(progress) and progress[-1] == 100


def test_the_first_run_is_full_and_the_next_reads_what_changed(protected):
    first, second = [file_of(protected, point.session) for point in protected.points]
    assert (first["FileType"], second["FileType"]) == ("vbk", "vib")
    assert int(first["BackupSize"]) > 24 * MIB
    # 3 MiB were written to a raw disk at a chunk's boundary, and a few blocks by the system itself.
    assert 3 * MIB <= int(second["BackupSize"]) < 12 * MIB
    points = protected.protection.vm_points(protected.machine.name)
    assert [point["PointType"] for point in points[:2]] == ["Full", "Increment"]


def test_the_bytes_of_a_raw_disk_are_those_written_inside(protected):
    for point in protected.points:
        snapshot = protected.snapshot_of(point.session)
        path = f"/{protected.machine.name}/disks/vdb.raw"
        assert protected.restic.sha256_of_file(snapshot, path) == point.sha256_of_vdb


def test_a_system_disk_is_saved_byte_for_byte(protected, work):
    """The machine is held still, saved, and switched off: then its image must hold what the snapshot holds."""
    machine = protected.machine
    machine.run("echo changed >/root/note; sync")
    machine.suspend()
    try:
        session = protected.protection.back_up(protected.job)
    finally:
        machine.power_off()
        raw = work / "system.raw"
        run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", machine.disk_files()["vda"], raw)
        machine.start()
        machine.wait_until_up()
    try:
        saved = protected.restic.sha256_of_file(protected.snapshot_of(session), f"/{machine.name}/disks/vda.raw")
        assert saved == sha256_of(raw)
    finally:
        raw.unlink()


def test_after_a_restart_of_the_machine_the_next_run_is_right(protected, guest):
    checksum = guest.write_random("/dev/vdb", 10, 1)
    session = protected.protection.back_up(protected.job)
    saved = protected.restic.sha256_of_file(protected.snapshot_of(session), f"/{guest.name}/disks/vdb.raw")
    assert saved == checksum


def test_the_definition_is_saved_with_the_disks(protected):
    snapshot = protected.snapshot_of(protected.points[0].session)
    name = protected.machine.name
    assert f"<name>{name}</name>" in protected.restic("dump", snapshot, f"/{name}/domain.xml")
    description = json.loads(protected.restic("dump", snapshot, f"/{name}/holdfast.json"))
    assert description["name"] == name
    assert [disk["target"] for disk in description["disks"]] == ["vda", "vdb"]


def test_stock_restic_finds_the_repository_sound(protected):
    protected.restic("check", "--read-data")
    config = json.loads(protected.restic("cat", "config"))
    assert config["version"] == 2


def test_stock_restic_restores(protected, work):
    target = work / "restic-restored"
    snapshot = protected.snapshot_of(protected.points[-1].session)
    protected.restic("restore", snapshot, "--target", str(target))
    disk = target / protected.machine.name / "disks" / "vdb.raw"
    assert sha256_of(disk) == protected.points[-1].sha256_of_vdb


def test_nothing_is_left_on_the_host(protected):
    machine = protected.machine
    assert not machine.has_backup_job()
    # One checkpoint: the one that the next run starts from.
    assert len(machine.checkpoints()) == 1


def test_a_second_start_is_refused_while_the_job_runs(protected, api):
    start = protected.job.link("Start").href
    first = api.start("POST", start)
    answer = api.request("POST", start)
    if answer.status == 202:
        result = api.finish(Resource.of(answer)).part("Result")
        assert result["Success"] == "false" and "running" in result["Message"].lower()
    else:
        assert answer.status in (400, 409), str(answer)
        assert "running" in Resource.of(answer)["Message"].lower()
    finished = api.finish(first)
    assert finished.part("Result")["Success"] == "true"
    session = protected.protection.end_of(entity(finished.link("Related", "BackupJobSession").href))
    assert session["Result"] == "Success", protected.protection.why(session)


def test_a_task_tells_its_state_and_goes_when_deleted(protected, api):
    seen = []
    task = api.start("POST", protected.job.link("Start").href)
    assert (task["Operation"], task["State"]) == ("StartJob", "Running")
    finished = api.finish(task, seen=seen)
    assert set(seen) <= {"Running", "OperationFinished", "Finished"} and finished.part("Result")["Success"] == "true"
    assert task["TaskId"] in {one["TaskId"] for one in api.get("/api/tasks").items()}
    protected.protection.end_of(entity(finished.link("Related", "BackupJobSession").href))
    # Another logon session has tasks of its own.
    assert api.request("DELETE", task["Href"]).status == 204
    assert api.request("GET", task["Href"]).status == 404


def test_a_machine_that_is_off_is_saved_too(protected, machines, work):
    machine = machines.still_life("hf-off", 16, 6)
    image = machine.disk_files()["vda"]
    machine.power_off()
    job = protected.protection.add_job("Machines that are off", protected.repository, [machine])
    session = protected.protection.back_up(job)
    raw = work / "off.raw"
    run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image, raw)
    saved = protected.restic.sha256_of_file(snapshot_of(protected.restic, session, machine), "/hf-off/disks/vda.raw")
    assert saved == sha256_of(raw)


def test_a_machine_that_vanished_fails_the_session_with_the_reason(protected, machines, protection):
    machine = machines.still_life(f"hf-vanishing-{protection.api.form}", 4, 1)
    job = protection.add_job(f"Vanishing {protection.api.form}", protected.repository, [machine])
    machine.remove()
    session = protection.end_of(protection.start_job(job))
    assert session["Result"] == "Failed"
    (task,) = protection.task_sessions(session)
    assert (task["VmDisplayName"], task["Result"]) == (machine.name, "Failed") and "no virtual machine" in task["Reason"]
    protection.api.run("DELETE", job["Href"].split("?")[0])


def test_an_existing_repository_is_opened(protection, work, machines):
    """Made by stock restic, written to by Holdfast, checked by stock restic."""
    folder = work / f"made-by-restic-{protection.api.form}"
    restic = Restic(folder, "another password", work / "restic-cache")
    restic.init()
    machine = machines.still_life(f"hf-guest-of-restic-{protection.api.form}", 8, 4)
    repository = protection.add_repository(f"Of restic {protection.api.form}", folder, "another password")
    job = protection.add_job(f"Into restic's {protection.api.form}", repository, [machine])
    protection.back_up(job)
    restic("check", "--read-data")
    # Removing it from Holdfast never deletes data: the job first, which uses it.
    answer = protection.api.request("DELETE", repository["Href"].split("?")[0])
    if answer.status == 202:
        assert protection.api.finish(Resource.of(answer)).part("Result")["Success"] == "false"
    else:
        assert answer.status in (400, 409), str(answer)
    protection.api.run("DELETE", job["Href"].split("?")[0])
    protection.api.run("DELETE", repository["Href"].split("?")[0])
    assert restic("snapshots") is not None
    assert len(json.loads(restic("snapshots", "--json"))) == 1
