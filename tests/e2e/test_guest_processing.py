"""What happens inside of a guest when it is backed up: frozen at the instant, scripts around it, and nothing left behind."""

import os
import pathlib
import signal
import struct
import subprocess
import time

import pytest

from conftest import REPOSITORY_PASSWORD, Protection, snapshot_of, with_details
from em_client import Spec
from machines import Restic, run, wait_for
from test_queries import members, query

HOOK = "/root/freeze-hook"
HOOK_LOG = "/run/freeze-hook.log"  # not on a disk: it can be written while those are frozen


@pytest.fixture(scope="module")
def machine(machines, guest_image):
    """A guest whose agent writes down when it freezes and when it has thawed."""
    guest = machines.guest("hf-guest-processing", guest_image, data_mib=8)
    guest.run(f"printf '#!/bin/sh\\necho $1 $(cut -d. -f1 /proc/uptime) >>{HOOK_LOG}\\n' >{HOOK}; chmod +x {HOOK}")
    guest.run("kill $(cat /run/qemu-ga.pid); while [ -e /run/qemu-ga.pid ]; do usleep 50000; done; "
              "qemu-ga -d -m virtio-serial -p /dev/virtio-ports/org.qemu.guest_agent.0 -t /run -f /run/qemu-ga.pid "
              f"-F{HOOK}")
    wait_for("the agent is back", lambda: freeze_status(guest) == "thawed", 30)
    return guest


@pytest.fixture(scope="module")
def repository(admin, libvirt, managed_server, work):
    return Protection(admin, libvirt).add_repository("Guests", work / "guests")


@pytest.fixture(scope="module")
def restic(repository, work):
    return Restic(work / "guests", REPOSITORY_PASSWORD, work / "restic-cache")


@pytest.fixture
def job(protection, repository, machine):
    job = protection.add_job(f"Guest {protection.api.form}", repository, [machine])
    yield job
    protection.api.run("DELETE", job["Href"].partition("?")[0])


def freeze_status(machine):
    answer = subprocess.run(["virsh", "-q", "-c", machine.host.uri, "qemu-agent-command", machine.name,
                             '{"execute":"guest-fsfreeze-status"}'], capture_output=True, text=True, timeout=60).stdout
    return "frozen" if "frozen" in answer else "thawed" if "thawed" in answer else None


def hook_log(machine):
    """[(what, uptime in seconds)]"""
    lines = machine.run(f"cat {HOOK_LOG} 2>/dev/null; true").splitlines()
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def set_mode(api, job, mode):
    api.run("PUT", job.link("Edit").href, Spec("Job", {"JobInfo": {"BackupJobInfo": {"GuestProcessingOptions": {
        "VssSnapshotOptions": {"VssSnapshotMode": mode}}}}}))


def set_scripts(api, job, before=None, after=None, seconds=30):
    spec = {name: {"Command": command, "TimeoutSeconds": seconds}
            for name, command in (("PreScript", before), ("PostScript", after)) if command}
    api.request("PUT", job["Href"].partition("?")[0] + "/guestScripts", Spec("JobGuestScriptsSpec", spec), expect=204)


def run_job(protection, job):
    """(the session, its one task session)"""
    session = protection.end_of(protection.start_job(job))
    (task,) = protection.task_sessions(session)
    return session, task


def consistency(protection, machine):
    """Of its newest point."""
    newest = protection.vm_points(machine.name)[-1]
    assert newest["Consistency"] is None
    return protection.api.get(with_details(newest["Href"]))["Consistency"]


def needs_recovery(restic, snapshot, machine, work):
    """Whether the root file system (ext4, the second partition) in the snapshot has a journal to replay."""
    disk = work / "vda.raw"
    with open(disk, "wb") as out:
        subprocess.run(["restic", "-q", "dump", snapshot, f"/{machine.name}/disks/vda.raw"], stdout=out,
                       env=restic._environment, check=True, timeout=120)
    with open(disk, "rb") as file:
        sector = struct.unpack_from("<I", file.read(512), 446 + 16 + 8)[0]
        file.seek(sector * 512 + 1024)
        superblock = file.read(1024)
    disk.unlink()
    assert struct.unpack_from("<H", superblock, 0x38)[0] == 0xEF53, "no ext4 there"
    return bool(struct.unpack_from("<I", superblock, 0x60)[0] & 0x4)


def test_file_systems_are_frozen_at_the_instant(protection, machine, job, restic, work):
    api = protection.api
    machine.run(f"rm -f {HOOK_LOG}; echo something >/root/dirty")
    session, task = run_job(protection, job)
    assert (session["Result"], task["Result"]) == ("Success", "Success"), protection.why(session)
    assert "frozen" in task["Reason"]
    assert consistency(protection, machine) == "FileSystemConsistent"
    (freeze, frozen_at), (thaw, thawed_at) = hook_log(machine)
    assert (freeze, thaw) == ("freeze", "thaw") and thawed_at - frozen_at <= 10
    assert freeze_status(machine) == "thawed"
    assert not needs_recovery(restic, snapshot_of(restic, session, machine), machine, work)

    set_mode(api, job, "Disabled")
    machine.run("echo more >>/root/dirty")
    session, task = run_job(protection, job)
    assert session["Result"] == "Success", protection.why(session)
    assert consistency(protection, machine) == "CrashConsistent"
    assert len(hook_log(machine)) == 2
    assert needs_recovery(restic, snapshot_of(restic, session, machine), machine, work)

    points = members(api.get(query("VmRestorePoint", format="Entities", filter="Consistency==CrashConsistent", sortAsc="CreationTime")),
                     "VmRestorePoints")
    assert points[-1]["UID"] == protection.vm_points(machine.name)[-1]["UID"]


def test_a_zip_is_frozen_unless_it_is_not_to_be(protection, machine, repository):
    api = protection.api
    (server,) = api.get("/api/backupServers?format=Entity").items()
    for disable, wanted in ((False, "FileSystemConsistent"), (True, "CrashConsistent")):
        task = api.run("POST", server.link("VeeamZip").href, Spec("VeeamZipStartupSpec", {
            "VmRef": [protection.look_up(machine.name)], "RepositoryUid": repository["UID"], "CompressionLevel": 3,
            "DisableGuestQuiescence": disable, "BackupRetention": "Never"}))
        session = protection.end_of(task.link("Related", "BackupJobSession").href)
        assert session["Result"] == "Success", protection.why(session)
        assert consistency(protection, machine) == wanted


def test_scripts_run_around_the_freeze(protection, machine, job):
    api = protection.api
    machine.run(f"rm -f {HOOK_LOG}")
    stamp = "echo {0} $(cut -d. -f1 /proc/uptime) >>" + HOOK_LOG
    set_scripts(api, job, stamp.format("before"), stamp.format("after"))
    session, _ = run_job(protection, job)
    assert session["Result"] == "Success", protection.why(session)
    assert [what for what, _ in hook_log(machine)] == ["before", "freeze", "thaw", "after"]

    # One that fails is told with what it said; the point is made, unless all is to succeed.
    set_scripts(api, job, "echo no database here; exit 3", stamp.format("after"))
    session, task = run_job(protection, job)
    assert (session["Result"], task["Result"]) == ("Warning", "Warning")
    assert "status 3: no database here" in task["Reason"]
    assert consistency(protection, machine) == "FileSystemConsistent"
    points = len(protection.vm_points(machine.name))
    set_mode(api, job, "RequireSuccess")
    machine.run(f"rm -f {HOOK_LOG}")
    session, task = run_job(protection, job)
    assert session["Result"] == "Failed" and "no database here" in task["Reason"]
    assert [what for what, _ in hook_log(machine)] == ["after"]
    assert len(protection.vm_points(machine.name)) == points

    # One that hangs is killed with what it started.
    set_mode(api, job, "IgnoreFailures")
    set_scripts(api, job, "sleep 5432 & sleep 6543", seconds=2)
    session, task = run_job(protection, job)
    assert session["Result"] == "Warning" and "did not end within 2 s" in task["Reason"]
    assert machine.run("ps | grep -v grep | grep -cE 'sleep (5432|6543)'; true") == "0"
    set_scripts(api, job, after="exit 7")
    session, task = run_job(protection, job)
    assert session["Result"] == "Warning" and "status 7" in task["Reason"]
    assert consistency(protection, machine) == "FileSystemConsistent"


def test_an_agent_that_does_not_answer(protection, machine, job):
    machine.run("kill -STOP $(cat /run/qemu-ga.pid)")
    try:
        session, task = run_job(protection, job)
        assert (session["Result"], task["Result"]) == ("Warning", "Warning"), protection.why(session)
        assert "crash-consistent" in task["Reason"] and "guest agent" in task["Reason"]
        assert consistency(protection, machine) == "CrashConsistent"
        points = len(protection.vm_points(machine.name))
        set_mode(protection.api, job, "RequireSuccess")
        session, task = run_job(protection, job)
        assert session["Result"] == "Failed" and "could not be frozen" in task["Reason"]
        assert len(protection.vm_points(machine.name)) == points
        assert not machine.has_backup_job()
    finally:
        machine.run("kill -CONT $(cat /run/qemu-ga.pid)")
    wait_for("the agent answers", lambda: freeze_status(machine) == "thawed", 60)


def test_a_machine_without_an_agent(protection, machines, repository):
    api = protection.api
    still = machines.still_life(f"hf-no-agent-{api.form}", 4, 1)
    still.resume()  # it finds no system to boot
    job = protection.add_job(f"No agent {api.form}", repository, [still])
    session, task = run_job(protection, job)
    assert session["Result"] == "Success" and "no guest agent" in task["Reason"]
    assert consistency(protection, still) == "CrashConsistent"
    set_mode(api, job, "RequireSuccess")
    session, task = run_job(protection, job)
    assert session["Result"] == "Failed" and "no guest agent" in task["Reason"]
    still.power_off()
    session, task = run_job(protection, job)
    assert session["Result"] == "Success"
    assert consistency(protection, still) == "Offline"
    api.run("DELETE", job["Href"].partition("?")[0])


def guard_of(server):
    """The process that has, or will have, the guest frozen."""
    for children in pathlib.Path(f"/proc/{server.process.pid}/task").glob("*/children"):
        try:
            for pid in children.read_text().split():
                if b"holdfast-freeze-guard" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
        except OSError:
            pass  # a thread or a child that has just ended
    return None


def stop_while_frozen(server, machine):
    """The server goes in steps that are shorter than a freeze takes, so that it is met while the guest is frozen, and stands
    still then. The guard; None where the guest was not met so."""
    guard = wait_for("a guest is to be frozen", lambda: guard_of(server), 30, pause=0.001)
    while pathlib.Path(f"/proc/{guard}").exists():
        server.process.send_signal(signal.SIGSTOP)
        if freeze_status(machine) == "frozen":
            return guard
        server.process.send_signal(signal.SIGCONT)
        time.sleep(0.003)
    return None


@pytest.mark.parametrize("who", ["server", "server and guard"])
def test_nothing_stays_frozen_when_the_server_dies(make_server, libvirt, machine, work, who):
    server = make_server(f"freeze-{who.count(' ')}").start()
    protection = Protection(server.admin(), libvirt)
    protection.add_managed_server()
    repository = protection.add_repository("R", work / f"frozen-{who.count(' ')}")
    job = protection.add_job("J", repository, [machine])
    machine.run("rm -f /root/after")
    # The first one leaves time to be there when the guest is frozen.
    set_scripts(protection.api, job, before="sleep 2", after="echo done >/root/after")
    for _ in range(10):
        session_href = protection.start_job(job)
        guard = stop_while_frozen(server, machine)
        if guard:
            break
        protection.end_of(session_href)
        machine.run("rm -f /root/after")
    assert guard, "the guest was never met frozen"
    if who == "server":
        server.kill()
        # By the guard, at once: not when its time is up.
        wait_for("the guest is thawed", lambda: freeze_status(machine) == "thawed", 5)
        wait_for("the guard has ended", lambda: not is_alive(guard), 10)
    else:
        os.kill(guard, signal.SIGKILL)
        server.kill()
        assert freeze_status(machine) == "frozen"
    server.start()
    assert freeze_status(machine) == "thawed"
    protection = Protection(server.admin(), libvirt)
    assert protection.end_of(session_href, 30)["Result"] == "Failed"
    assert machine.run("cat /root/after") == "done", "the script that waited was run"
    session, task = run_job(protection, protection.api.get(job["Href"]))
    assert session["Result"] == "Success", protection.why(session)
    assert consistency(protection, machine) == "FileSystemConsistent"
    assert server.stop() == 0, server.tail()


def is_alive(pid):
    try:
        return run("ps", "-o", "stat=", "-p", pid).strip()[:1] not in ("", "Z")
    except AssertionError:
        return False
