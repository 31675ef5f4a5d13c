"""Backups besides the jobs: a quick backup of one machine, and a VeeamZIP that belongs to no job; and collecting."""

import json

import pytest

from conftest import REPOSITORY_PASSWORD, entity, snapshot_of
from em_client import Resource, Spec
from machines import Restic, run, sha256_of, wait_for
from test_security import make_account, rebuild

MIB = 1 << 20


@pytest.fixture
def server_entity(api):
    (server,) = api.get("/api/backupServers?format=Entity").items()
    return server


def quick_backup(api, server, reference):
    return api.start("POST", server.link("QuickBackup").href, Spec("QuickBackupStartupSpec", {"VmRef": reference}))


def zip_spec(references, repository, keep="Never", **more):
    return Spec("VeeamZipStartupSpec", {"VmRef": references, "RepositoryUid": repository["UID"], **more, "CompressionLevel": 3,
                                        "DisableGuestQuiescence": True, "BackupRetention": keep})


def session_of(protection, task):
    """The session that a finished task leads to, in its last form."""
    result = task.part("Result")
    assert result["Success"] == "true", result["Message"]
    return protection.end_of(entity(task.link("Related", "BackupJobSession").href))


def refused(api, server, action, spec):
    """Why the request or its task came to nothing."""
    answer = api.request("POST", server.link(action).href, spec)
    if answer.status != 202:
        return answer.status, Resource.of(answer)["Message"]
    result = api.finish(Resource.of(answer)).part("Result")
    assert result["Success"] == "false"
    return 202, result["Message"]


@pytest.mark.only("json")
def test_a_quick_backup_is_an_increment_of_one_machine(protected, protection, server_entity, machines):
    api = protection.api
    beside = machines.still_life(f"hf-beside-{api.form}", 8, 4)
    job = protection.add_job(f"Two machines {api.form}", protected.repository, [protected.machine, beside], retain=2)
    protection.back_up(job)
    checksum = protected.machine.write_random("/dev/vdb", 50, 2)
    task = api.finish(quick_backup(api, server_entity, protection.look_up(protected.machine.name)))
    assert task["Operation"] == "QuickBackup"
    session = session_of(protection, task)
    assert session["Result"] == "Success", protection.why(session)
    assert (session["JobUid"], session["JobName"]) == (job["UID"], job["Name"])
    (machine_task,) = protection.task_sessions(session)
    assert (machine_task["VmDisplayName"], machine_task["Reason"]) == (protected.machine.name, "The file systems were frozen (1).")

    points = {point["CreationTimeUTC"]: point for point in protection.vm_points(protected.machine.name)}
    newest = points[max(points)]
    assert newest["PointType"] == "Increment"
    snapshot = snapshot_of(protected.restic, session, protected.machine)
    (file,) = [one for one in protection.collection("backupFiles") if one["FilePath"].endswith("/" + snapshot)]
    assert 2 * MIB <= int(file["BackupSize"]) < 12 * MIB
    saved = protected.restic.sha256_of_file(snapshot, f"/{protected.machine.name}/disks/vdb.raw")
    assert saved == checksum

    # The next run of the job goes on from it, and the points of the other machine are not pushed out.
    for _ in range(2):
        session_of(protection, api.finish(quick_backup(api, server_entity, protection.look_up(protected.machine.name))))
    second = protection.back_up(job)
    (file,) = [one for one in protection.collection("backupFiles")
               if one["FilePath"].endswith("/" + snapshot_of(protected.restic, second, protected.machine))]
    assert file["FileType"] == "vib" and int(file["BackupSize"]) < 12 * MIB
    assert len(protection.vm_points(beside.name)) == 2
    prefix = "holdfast-" + job["UID"].rpartition(":")[2][:13]
    assert len([name for name in protected.machine.checkpoints() if name.startswith(prefix)]) == 1
    assert not protected.machine.has_backup_job()
    protected.restic("check", "--read-data")
    api.run("DELETE", job["Href"].split("?")[0])


def test_a_quick_backup_says_why_it_cannot_be_made(protected, protection, server_entity, machines):
    api = protection.api
    machine = machines.still_life(f"hf-unprotected-{api.form}", 4, 1)
    reference = protection.look_up(machine.name)
    quick = {"VmRef": reference}
    status, message = refused(api, server_entity, "QuickBackup", Spec("QuickBackupStartupSpec", quick))
    assert "No job protects" in message and machine.name in message
    job = protection.add_job(f"Not yet run {api.form}", protected.repository, [machine])
    status, message = refused(api, server_entity, "QuickBackup", Spec("QuickBackupStartupSpec", quick))
    assert "restore point" in message and machine.name in message
    machine.remove()
    status, message = refused(api, server_entity, "QuickBackup", Spec("QuickBackupStartupSpec", quick))
    assert "no virtual machine" in message
    assert refused(api, server_entity, "QuickBackup", Spec("QuickBackupStartupSpec", {"VmRef": "nonsense"}))[0] == 400
    api.run("DELETE", job["Href"].split("?")[0])


def test_a_zip_stands_alone(protected, protection, server_entity, work):
    """Into a repository of its own: stock restic needs nothing else to restore the machine."""
    api = protection.api
    folder = work / f"zips-{api.form}"
    repository = protection.add_repository(f"Zips {api.form}", folder)
    restic = Restic(folder, REPOSITORY_PASSWORD, work / "restic-cache")
    machine = protected.machine
    checkpoints = machine.checkpoints()
    points_before = len(protection.vm_points(machine.name))
    checksum = machine.write_random("/dev/vdb", 20, 2)
    task = api.run("POST", server_entity.link("VeeamZip").href,
                   zip_spec([protection.look_up(machine.name)], repository, "In1Week"))
    assert task["Operation"] == "VeeamZip"
    session = session_of(protection, task)
    assert session["Result"] == "Success", protection.why(session)
    assert session["JobName"].startswith(machine.name + "_")
    assert machine.checkpoints() == checkpoints and not machine.has_backup_job()

    (backup,) = [one for one in protection.collection("backups") if one["Name"] == session["JobName"]]
    (point,) = api.get(backup.link("Down", "RestorePointReferenceList").href).items()
    vm_points = protection.vm_points(machine.name)
    assert len(vm_points) == points_before + 1 and vm_points[-1]["PointType"] == "Full"
    snapshot = snapshot_of(restic, session, machine)
    assert len(json.loads(restic("snapshots", "--json"))) == 1
    assert restic.sha256_of_file(snapshot, f"/{machine.name}/disks/vdb.raw") == checksum
    restic("check", "--read-data")
    # The job goes on as if nothing had been.
    job_session = protected.protection.back_up(protected.job)
    assert len(protection.task_sessions(job_session)) == 1
    assert len(protection.vm_points(machine.name)) == points_before + 2
    assert api.request("GET", point["Href"]).status == 200


@pytest.mark.only("xml")
def test_a_zip_of_a_machine_that_is_off(protected, protection, server_entity, machines, work):
    api = protection.api
    machine = machines.still_life(f"hf-zip-off-{api.form}", 8, 3)
    image = machine.disk_files()["vda"]
    machine.power_off()
    task = api.run("POST", server_entity.link("VeeamZip").href,
                   zip_spec([protection.look_up(machine.name)], protected.repository))
    session = session_of(protection, task)
    assert session["Result"] == "Success", protection.why(session)
    raw = work / "zip-off.raw"
    run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image, raw)
    snapshot = snapshot_of(protected.restic, session, machine)
    assert protected.restic.sha256_of_file(snapshot, f"/{machine.name}/disks/vda.raw") == sha256_of(raw)


def test_a_zip_says_why_it_cannot_be_made(protected, protection, server_entity):
    api = protection.api
    reference = protection.look_up(protected.machine.name)
    nowhere = {"UID": "urn:veeam:Repository:6f2c0d7e-3f4b-4a55-9a37-0d51fd0f5b1c"}
    assert refused(api, server_entity, "VeeamZip", zip_spec([reference], nowhere))[0] == 400
    assert refused(api, server_entity, "VeeamZip", zip_spec([reference, reference], protected.repository))[0] == 400
    status, message = refused(api, server_entity, "VeeamZip", zip_spec([reference], protected.repository, PasswordKeyId="x"))
    assert status == 501 and "PasswordKeyId" in message


def test_only_for_machines_that_an_account_sees(server, admin, protected, protection, machines):
    """A Portal User may, and only within its scopes; a restore operator may not."""
    api = protection.api
    name = f"quick-{api.form}"
    reference = protected.points[-1].vm_point["HierarchyObjRef"]
    hidden = machines.still_life(f"hf-hidden-{api.form}", 4, 1)
    hidden_reference = protection.look_up(hidden.name)
    account = make_account(admin, name, "password", ["Portal User"], [reference])
    rebuild(admin)
    user = server.client(api.form)
    user.logon(name, "password")
    (server_entity,) = user.get("/api/backupServers?format=Entity").items()
    assert refused(user, server_entity, "QuickBackup", Spec("QuickBackupStartupSpec", {"VmRef": hidden_reference}))[0] == 404
    assert refused(user, server_entity, "VeeamZip", zip_spec([reference, hidden_reference], protected.repository))[0] == 404
    finished = user.finish(quick_backup(user, server_entity, reference))
    session_href = entity(finished.link("Related", "BackupJobSession").href)
    ended = wait_for("the quick backup ends", lambda: user.get(session_href)["State"] == "Stopped" and user.get(session_href), 180)
    assert ended["Result"] == "Success", protected.protection.why(ended)
    assert [item["ObjectName"] for item in user.get("/api/lookup?name=*&type=Vm").items()] == [protected.machine.name]

    other = make_account(admin, name + "-operator", "password", ["File Restore Operator"])
    operator = server.client(api.form)
    operator.logon(name + "-operator", "password")
    answer = operator.request("POST", server_entity.link("QuickBackup").href, Spec("QuickBackupStartupSpec", {"VmRef": reference}))
    assert answer.status == 403
    for one in (account, other):
        admin.request("DELETE", one.link("Delete").href, expect=204)


def test_collecting_asks_the_host(protected, api, server_entity):
    task = api.run("POST", server_entity.link("Start").href)
    assert task["Operation"] == "CollectingBackupServer"
    assert "hosts with" in task.part("Result")["Message"]


def test_the_lookup_service_leads_to_everything_that_a_host_has(protected, protection, libvirt):
    api = protection.api
    machine = protected.machine
    machine.virsh("metadata", "urn:holdfast:tags", "--key", "holdfast", "--set", "<tags><tag>Shop front</tag></tags>", "--config")
    service = api.get("/api/lookupSvc")
    found = {}
    for link in service.links():
        if link.type == "HierarchyItemList":
            for item in api.get(link.href).items():
                found.setdefault(item["ObjectType"], {})[item["ObjectName"]] = item["ObjectRef"]
    assert set(found["Vm"]) == set(libvirt.domain_names())
    assert set(found.get("Network", {})) == set(libvirt.virsh("net-list", "--all", "--name").split())
    assert set(found.get("Datastore", {})) == set(libvirt.virsh("pool-list", "--all", "--name").split())
    (tag,) = [reference for name, reference in found["Tag"].items() if name == "Shop front"]
    assert len(found["Host"]) == 1
    quoted = tag.replace(" ", "%20")
    (by_reference,) = api.get(f"/api/lookup?hierarchyRef={quoted}").items()
    assert by_reference["ObjectRef"] == tag
    assert [item["ObjectName"] for item in api.get(f"/api/lookup?host={quoted}&name=*&type=Vm").items()] == [machine.name]
    # The reference is a scope, too.
    account = make_account(protection.api, f"by-tag-{api.form}", "password", ["Portal User"], [tag])
    api.request("DELETE", account.link("Delete").href, expect=204)
