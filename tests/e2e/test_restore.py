"""Whole machines put back: over the original, and beside it."""

import pytest

from conftest import entity
from em_client import Resource, Spec


def restore_spec(power_on, keep, new_name=None, quick=False, pool=None):
    return Spec("RestoreSpec", {"VmRestoreSpec": {
        "PowerOnAfterRestore": power_on,
        "QuickRollback": quick,
        "VmRestoreParameters": {"VmNewName": new_name, "DatastoreRef": pool} if new_name else None,
        "KeepOriginalVM": keep}})


def restore(protection, vm_point, spec, seen=None):
    """Through the link of the restore point; the restore session in its last form."""
    api = protection.api
    finished = api.run("POST", vm_point.link("Restore").href, spec)
    href = entity(finished.link("Related", "RestoreSession").href)
    session = protection.end_of(href, 240, seen)
    return session


def fresh(protection, point):
    return protection.api.get(point.vm_point["Href"])


def prove_restored(protected, guest, point, uuid, files):
    """It is the machine that it was, as it was at the point, and its next backup is right."""
    guest.wait_until_up()
    assert (guest.uuid(), guest.disk_files()) == (uuid, files)
    assert guest.run("sha256sum /dev/vdb").split()[0] == point.sha256_of_vdb
    assert guest.run("test ! -e /root/written-after-the-backup && echo gone") == "gone"
    guest.run("sha256sum -c /root/data.sha256 >/dev/null")
    # The next run knows that its record of changes is of no use any more, and is right.
    checksum = guest.write_random("/dev/vdb", 50, 1)
    after = protected.protection.back_up(protected.job)
    saved = protected.restic.sha256_of_file(protected.snapshot_of(after), f"/{guest.name}/disks/vdb.raw")
    assert saved == checksum


@pytest.mark.only("xml")
def test_over_the_original(protected, protection, guest):
    """What was done since is gone, what was saved is back, and the machine boots."""
    point = protected.points[1]
    uuid, files = guest.uuid(), guest.disk_files()
    guest.run("echo lost >/root/written-after-the-backup; sync")
    guest.write_random("/dev/vdb", 0, 1)
    seen = []
    session = restore(protection, fresh(protection, point), restore_spec(power_on=True, keep=False), seen)
    assert session["Result"] == "Success", session["Reason"]
    assert session["VmDisplayName"] == guest.name
    progress = [percent for _, percent in seen]
    assert progress == sorted(progress) and progress[-1] == 100
    prove_restored(protected, guest, point, uuid, files)


@pytest.mark.only("json")
def test_quick_rollback(protected, protection, guest):
    """What was changed since is as it was; the rest is taken from the disks that are there, not from the repository."""
    point = protected.points[-1]
    guest.run("echo lost >/root/written-after-the-backup; sync")
    guest.write_random("/dev/vdb", 20, 2)
    uuid, files = guest.uuid(), guest.disk_files()
    session = restore(protection, fresh(protection, point), restore_spec(power_on=True, keep=False, quick=True))
    assert session["Result"] == "Success", session["Reason"]
    prove_restored(protected, guest, point, uuid, files)


@pytest.mark.only("xml")
def test_to_a_chosen_storage_pool(protected, protection, guest, work):
    folder = work / f"pool-{protection.api.form}"
    folder.mkdir(mode=0o755)
    pool, name = f"hf-pool-{protection.api.form}", f"hf-web01-pool-{protection.api.form}"
    guest.host.virsh("pool-create-as", pool, "dir", "--target", folder)
    try:
        root = protection.collection("hierarchyRoots")[0]["UID"]
        reference = protection.api.get(f"/api/lookup?host={root}&type=Datastore&name={pool}").items()[0]["ObjectRef"]
        session = restore(protection, fresh(protection, protected.points[0]),
                          restore_spec(power_on=False, keep=True, new_name=name, pool=reference))
        assert session["Result"] == "Success", session["Reason"]
        copy = guest.host.machine(name)
        try:
            assert {file.parent for file in copy.disk_files().values()} == {folder}
        finally:
            copy.remove()
    finally:
        guest.host.virsh("pool-destroy", pool)


@pytest.mark.only("json")
def test_beside_the_original(protected, protection, guest):
    """A second machine: new name, disks, UUID and MAC address; the original goes on undisturbed."""
    point, name = protected.points[0], f"hf-web01-copy-{protection.api.form}"
    guest.run("echo here >/run/still-running")
    session = restore(protection, fresh(protection, point), restore_spec(power_on=True, keep=True, new_name=name))
    assert session["Result"] == "Success", session["Reason"]
    copy = guest.host.machine(name)
    try:
        copy.wait_until_up()
        assert copy.uuid() != guest.uuid()
        assert copy.mac_addresses() and not copy.mac_addresses() & guest.mac_addresses()
        assert not set(copy.disk_files().values()) & set(guest.disk_files().values())
        assert copy.run("sha256sum /dev/vdb").split()[0] == point.sha256_of_vdb
        copy.run("sha256sum -c /root/data.sha256 >/dev/null")
        assert guest.run("cat /run/still-running") == "here"
    finally:
        copy.remove()


@pytest.mark.only("xml")
def test_without_a_new_name_and_without_power(protected, protection, guest):
    session = restore(protection, fresh(protection, protected.points[0]), restore_spec(power_on=False, keep=True))
    assert session["Result"] == "Success", session["Reason"]
    copy = guest.host.machine(f"{guest.name}_restored")
    try:
        assert copy.state() == "shut off"
    finally:
        copy.remove()


def test_a_name_that_is_taken_is_refused(protected, protection, guest):
    spec = restore_spec(power_on=False, keep=True, new_name=guest.name)
    before = guest.host.domain_names()
    api = protection.api
    answer = api.request("POST", protected.points[0].vm_point.link("Restore").href, spec)
    if answer.status == 202:
        finished = api.finish(Resource.of(answer))
        if finished.part("Result")["Success"] == "true":
            session = protection.end_of(entity(finished.link("Related", "RestoreSession").href))
            assert session["Result"] == "Failed" and guest.name in session["Reason"]
        else:
            assert guest.name in finished.part("Result")["Message"]
    else:
        assert answer.status in (400, 409) and guest.name in Resource.of(answer)["Message"], str(answer)
    assert guest.host.domain_names() == before
    assert guest.state() == "running"


def test_quick_rollback_with_the_original_kept_is_refused(protected, api):
    spec = Spec("RestoreSpec", {"VmRestoreSpec": {"PowerOnAfterRestore": False, "QuickRollback": True, "KeepOriginalVM": True}})
    answer = api.request("POST", protected.points[0].vm_point.link("Restore").href, spec)
    assert answer.status == 400 and "QuickRollback" in Resource.of(answer)["Message"], str(answer)
