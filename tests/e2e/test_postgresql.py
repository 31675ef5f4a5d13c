"""The same main job with the database in PostgreSQL."""

import os
import pathlib
import pwd
import shutil
import subprocess

import pytest

from conftest import Protection
from em_client import Spec
from holdfast_server import free_port
from machines import run


def programs():
    """Debian keeps them out of PATH, by version."""
    return sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]


@pytest.fixture(scope="module")
def postgresql(work):
    """A cluster of its own: no password, a unix socket, TCP on loopback."""
    folder = work / "postgresql"
    folder.mkdir()
    # The database server refuses to run as root.
    prefix = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    user = "postgres" if prefix else pwd.getpwuid(os.geteuid()).pw_name
    port = free_port()
    run(*prefix, programs() / "initdb", "-D", folder / "db", "-A", "trust", "-E", "UTF8", "--no-sync", cwd="/")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
    subprocess.run([*prefix, programs() / "pg_ctl", "-D", folder / "db", "-w", "-l", folder / "log", "-o", options, "start"],
                   check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")
    run(*prefix, programs() / "createdb", "-h", folder, "-p", port, "holdfast", cwd="/")
    yield f"postgresql://{user}@127.0.0.1:{port}/holdfast"
    subprocess.run([*prefix, programs() / "pg_ctl", "-D", folder / "db", "-m", "immediate", "stop"], check=True,
                   stdout=subprocess.DEVNULL, cwd="/")


def test_back_up_restart_and_clone(make_server, libvirt, machines, postgresql, work):
    server = make_server("postgresql", database=postgresql).start()
    machine = machines.still_life("hf-postgresql", 16, 8)
    protection = Protection(server.admin(), libvirt)
    protection.add_managed_server()
    repository = protection.add_repository("R", work / "repository-postgresql")
    job = protection.add_job("J", repository, [machine])
    protection.back_up(job)
    protection.back_up(job)
    assert len(protection.vm_points(machine.name)) == 2
    server.kill()
    server.start()
    protection = Protection(server.admin("json"), libvirt)
    assert len(protection.vm_points(machine.name)) == 2
    clone = protection.made(protection.api.run("POST", job.link("Clone").href, Spec("JobCloneSpec", {"BackupJobCloneInfo": {
        "JobName": "Clone", "FolderName": "Clone", "RepositoryUid": repository["UID"]}})), "Job")
    protection.back_up(clone)
    assert [point["VmName"] for point in protection.vm_points(machine.name)] == [machine.name] * 3
    # The data directory alone has no database.
    assert not list(server.data.rglob("*.sqlite*")) and not list(server.data.rglob("*.db"))
    assert server.stop() == 0


def test_a_database_that_is_not_there_is_told(make_server):
    server = make_server("no-database", database=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(AssertionError, match="holdfast ended with"):
        server.start(30)
    assert "password" not in server.tail().lower() or "postgresql" in server.tail().lower()
