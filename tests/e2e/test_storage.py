"""What a job stores of its machines: how hard it compresses, and which disks it leaves out."""

import base64
import json
import os

import pytest

from conftest import REPOSITORY_PASSWORD, snapshot_of
from em_client import Spec
from machines import Restic, make_image, run, sha256_of
from test_quick_backup import session_of
from test_restore import restore, restore_spec

MIB = 1 << 20


@pytest.fixture
def server_entity(api):
    (server,) = api.get("/api/backupServers?format=Entity").items()
    return server


def edit(api, job, info):
    api.run("PUT", job.link("Edit").href, Spec("Job", {"JobInfo": {"BackupJobInfo": info}}))
    return api.get(job["Href"])


def exclude(api, job, *names):
    (include,) = api.get(job.link("Down", "ObjectInJobList").href).items()
    disks = list(names) if api.form == "json" else {"Disk": list(names)}
    edit(api, job, {"Includes": {"ObjectInJob": [{"ObjectInJobId": include["ObjectInJobId"], "ExcludedDisks": disks}]}})
    return api.get(include["Href"])


def content_of(image, work):
    """The checksum of what is on an image that nobody writes to."""
    raw = work / "content.raw"
    run("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw", image, raw)
    return sha256_of(raw)


def test_an_excluded_disk_is_left_out_until_it_is_taken_in_again(protected, protection, machines, work):
    api = protection.api
    data = make_image(work / f"excluded-{api.form}.qcow2", 6, 3)
    data.chmod(0o666)
    machine = machines.still_life(f"hf-excluded-{api.form}", 8, 4, extra=[data])
    job = protection.add_job(f"Without a disk {api.form}", protected.repository, [machine])

    def back_up():
        session = protection.back_up(job)
        snapshot = snapshot_of(protected.restic, session, machine)
        listed = protected.restic("ls", snapshot, f"/{machine.name}/disks").splitlines()
        (task,) = protection.task_sessions(session)
        return snapshot, sorted(line.rpartition("/")[2] for line in listed if line.endswith(".raw")), task

    _, disks, _ = back_up()
    assert disks == ["vda.raw", "vdb.raw"]
    include = exclude(api, job, "vdb")
    shown = include["ExcludedDisks"] if api.form == "json" else [include.part("ExcludedDisks")["Disk"]]
    assert shown == ["vdb"]
    _, disks, task = back_up()
    assert disks == ["vda.raw"]
    assert "The disk vdb was left out: the job excludes it." in task["Reason"]
    assert int(task["TotalSize"]) == 8 * MIB
    without = protection.vm_points(machine.name)[-1]
    assert without["PointType"] == "Increment"

    # What is in the restore point comes back; the disk that is not stays with the original.
    name = f"hf-excluded-copy-{api.form}"
    session = restore(protection, without, restore_spec(power_on=False, keep=True, new_name=name))
    assert session["Result"] == "Success", session["Reason"]
    copy = machine.host.machine(name)
    assert list(copy.disk_files()) == ["vda"]
    assert content_of(copy.disk_files()["vda"], work) == content_of(machine.disk_files()["vda"], work)
    copy.remove()

    # Taken in again: read in full, while the other disk goes on from its checkpoint.
    exclude(api, job)
    snapshot, disks, task = back_up()
    assert disks == ["vda.raw", "vdb.raw"]
    assert "vdb was read in full" in task["Reason"] and "vda" not in task["Reason"]
    assert protected.restic.sha256_of_file(snapshot, f"/{machine.name}/disks/vdb.raw") == content_of(data, work)
    _, disks, task = back_up()
    assert disks == ["vda.raw", "vdb.raw"] and "in full" not in task["Reason"] and "left out" not in task["Reason"]

    # Over the original: the excluded disk stays as it is.
    exclude(api, job, "vda")
    _, disks, _ = back_up()
    assert disks == ["vdb.raw"]
    files, system = machine.disk_files(), content_of(machine.disk_files()["vda"], work)
    session = restore(protection, protection.vm_points(machine.name)[-1], restore_spec(power_on=False, keep=False))
    assert session["Result"] == "Success", session["Reason"]
    assert machine.disk_files() == files and content_of(files["vda"], work) == system

    exclude(api, job, "vda", "vdb")
    session = protection.end_of(protection.start_job(job))
    assert session["Result"] == "Failed" and "excludes every disk" in protection.why(session)
    assert not machine.has_backup_job()
    api.run("DELETE", job["Href"].split("?")[0])


def test_the_level_of_compression_decides_how_much_is_stored(protected, protection, server_entity, machines, work):
    """Six bits in each byte of text: about three quarters are left of it. Stock restic reads all of it."""
    api = protection.api
    raw, text = work / "text.raw", work / f"text-{api.form}.qcow2"
    raw.write_bytes(base64.b64encode(os.urandom(6 * MIB)))
    run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, text)
    text.chmod(0o666)
    machine = machines.still_life(f"hf-text-{api.form}", 4, 1, extra=[text])

    def repository(name):
        folder = work / f"level-{name}-{api.form}"
        return protection.add_repository(f"Level {name} {api.form}", folder), folder

    def stored(folder, session):
        restic = Restic(folder, REPOSITORY_PASSWORD, work / "restic-cache")
        restic("check", "--read-data")
        assert restic.sha256_of_file(snapshot_of(restic, session, machine), f"/{machine.name}/disks/vdb.raw") == \
            content_of(text, work)
        assert len(json.loads(restic("snapshots", "--json"))) == 1
        return sum(file.stat().st_size for file in (folder / "data").rglob("*") if file.is_file())

    sizes = {}
    for level in (1, 2, 4, 5):
        place, folder = repository(level)
        job = protection.add_job(f"Level {level} {api.form}", place, [machine])
        assert job.part("JobInfo", "BackupJobInfo", "AdvancedStorageOptions") is None  # 3, which EM has no word for
        job = edit(api, job, {"AdvancedStorageOptions": {"CompressionLevel": level}})
        assert job.part("JobInfo", "BackupJobInfo", "AdvancedStorageOptions")["CompressionLevel"] == str(level)
        sizes[level] = stored(folder, protection.back_up(job))
        api.run("DELETE", job["Href"].split("?")[0])
    for level in (1, 3):
        place, folder = repository(f"zip {level}")
        task = api.run("POST", server_entity.link("VeeamZip").href, Spec("VeeamZipStartupSpec", {
            "VmRef": [protection.look_up(machine.name)], "RepositoryUid": place["UID"], "CompressionLevel": level,
            "BackupRetention": "Never"}))
        session = session_of(protection, task)
        assert session["Result"] == "Success", protection.why(session)
        sizes[f"zip {level}"] = stored(folder, session)
    for size in (sizes[1], sizes["zip 1"]):
        assert size >= 9 * MIB, sizes
    for size in (sizes[2], sizes[4], sizes[5], sizes["zip 3"]):
        assert 7 * MIB <= size < 8 * MIB, sizes
