"""Backup copy jobs: restore points of the shared guest in a second repository, immediately and by hand."""

import pytest

from conftest import entity, snapshot_of
from em_client import Spec
from machines import Restic, run, sha256_of, wait_for
from test_jobs import remove_job
from test_restore import restore, restore_spec

AWAY_PASSWORD = "another repository's password"
MIB = 1 << 20


@pytest.fixture(scope="module")
def away(protected, work):
    """The second repository, and stock restic on it."""
    folder = work / "away"
    repository = protected.protection.add_repository("Away", folder, AWAY_PASSWORD)
    return repository, Restic(folder, AWAY_PASSWORD, work / "restic-cache")


def add_copy_job(protection, name, type, away, job, **more):
    task = protection.api.run("POST", "/api/jobs", Spec("JobSpec", {
        "Name": name, "RepositoryUid": away[0]["UID"], **more, "JobType": type,
        "LinkedJobs": {"LinkedJobSpec": [{"LinkedJobUid": job["UID"]}]}}))
    return protection.made(task, "Job")


def sync(protection, job):
    task = protection.api.run("POST", job.link("Sync").href)
    assert task["Operation"] == "StartJobSync"
    return protection.end_of(entity(task.link("Related", "BackupJobSession").href))


def copies_of(protection, job):
    """Restore points in the backup of a copy job, oldest first."""
    (backup,) = [one for one in protection.collection("backups") if one["Name"] == job["Name"]]
    points = protection.api.get(backup.link("Down", "RestorePointReferenceList").href).items()
    return sorted((protection.api.get(entity(point["Href"])) for point in points), key=lambda point: point["BackupDateUTC"])


def test_a_periodic_copy_is_the_newest_point_byte_for_byte(protected, away):
    protection = protected.protection
    job = add_copy_job(protection, "Periodic", "BackupCopy", away, protected.job, SimpleRetentionPolicy={"RetainCycles": 1})
    assert job["JobType"] == "BackupCopy"
    original = protection.vm_points(protected.machine.name)[-1]
    session = sync(protection, job)
    assert session["Result"] == "Success", protection.why(session)
    assert (session["JobType"], session["JobUid"]) == ("BackupCopy", job["UID"])
    (task,) = protection.task_sessions(session)
    assert task["VmDisplayName"] == protected.machine.name and int(task["TotalSize"]) > 64 * MIB
    (copy,) = [protection.api.get(link.href) for link in task.links() if link.rel == "Related"]
    assert copy["CreationTimeUTC"] == original["CreationTimeUTC"]

    restic = away[1]
    restic("check", "--read-data")
    snapshot = snapshot_of(restic, session, protected.machine)
    for disk in ("vda", "vdb"):
        path = f"/{protected.machine.name}/disks/{disk}.raw"
        assert restic.sha256_of_file(snapshot, path) == sha256_in(protected, original, path)

    # A newer point takes its place; the original's job keeps both.
    protected.protection.back_up(protected.job)
    second = sync(protection, job)
    assert second["Result"] == "Success", protection.why(second)
    (left,) = copies_of(protection, job)
    assert left["BackupDateUTC"] > original["CreationTimeUTC"][:19]
    remove_job(protection, job)


def sha256_in(protected, point, path):
    """Of a disk in the snapshot of a restore point in the first repository."""
    (file,) = [protected.protection.api.get(entity(link.href)) for link in point.links() if link.type == "BackupFileReference"]
    return protected.restic.sha256_of_file(file["FilePath"].rpartition("/")[2], path)


def test_an_immediate_copy_follows_its_job_and_can_be_restored_from(protected, away, work):
    protection = protected.protection
    job = add_copy_job(protection, "Immediate", "ImmediateBackupCopy", away, protected.job)
    first = wait_for("the first copy", lambda: copies_if_any(protection, job), 60)
    checksum = protected.machine.write_random("/dev/vdb", 20, 2)
    protection.back_up(protected.job)
    copies = wait_for("the copy of the new point", lambda: more_than(protection, job, len(first)), 60)
    assert len(copies) == len(first) + 1
    (machine,) = [protection.api.get(entity(item["Href"])) for item in protection.api.get(
        copies[-1].link("Down", "VmRestorePointReferenceList").href).items()]
    # A restore needs nothing but the copy.
    session = restore(protection, machine, restore_spec(power_on=False, keep=True, new_name="hf-web01-from-copy"))
    assert session["Result"] == "Success", session["Reason"]
    restored = protected.machine.host.machine("hf-web01-from-copy")
    try:
        raw = work / "vdb-from-copy.raw"
        run("qemu-img", "convert", "-O", "raw", restored.disk_files()["vdb"], raw)
        assert sha256_of(raw) == checksum
    finally:
        restored.remove()
    away[1]("check")
    for item in protection.api.get(job.link("Down", "BackupJobSessionReferenceList").href).items():
        session = protection.end_of(entity(item["Href"]))
        assert (session["Result"], session["JobType"]) == ("Success", "ImmediateBackupCopy"), protection.why(session)
    remove_job(protection, job)


def copies_if_any(protection, job):
    names = [one["Name"] for one in protection.collection("backups")]
    return copies_of(protection, job) if job["Name"] in names else None


def more_than(protection, job, count):
    copies = copies_of(protection, job)
    return copies if len(copies) > count else None
