"""The web console, in a real browser on the real server: the scenarios are in web/e2e/."""

import json
import os
import subprocess
import uuid

import pytest

from holdfast_server import PASSWORD
from machines import TOP, Restic
from test_security import make_account, rebuild


def scenario(server, name, *arguments, user="admin", password=PASSWORD, **more):
    """Runs it to its end; what it printed."""
    done = subprocess.run(["node", TOP / "web" / "e2e" / f"{name}.js", *arguments], capture_output=True, text=True, timeout=580,
                          env=environment(server, user, password, more))
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def environment(server, user, password, more):
    return {**os.environ, "HOLDFAST_URL": server.base, "HOLDFAST_USER": user, "HOLDFAST_PASSWORD": password, **more}


@pytest.fixture(scope="module")
def fresh_server(make_server):
    """One that nobody has set up."""
    return make_server("console").start()


@pytest.fixture(scope="module")
def machine(machines):
    return machines.still_life("hf-console", 32, 4)


def test_from_nothing_to_the_first_backup(fresh_server, libvirt, machine, work):
    folder = work / "console-repository"
    told = json.loads(scenario(fresh_server, "first-backup", HOLDFAST_URI=libvirt.uri, HOLDFAST_MACHINE=machine.name,
                               HOLDFAST_REPOSITORY_PATH=str(folder)))
    snapshots = json.loads(Restic(folder, told["password"], work / "restic-cache")("snapshots", "--json"))
    assert len(snapshots) == 1


def test_a_failed_job_is_explained(fresh_server, machine):
    machine.remove()
    scenario(fresh_server, "failed-job", HOLDFAST_JOB="Nightly of the console", HOLDFAST_MACHINE=machine.name)


def test_logging_on_and_out(fresh_server):
    scenario(fresh_server, "session")


def test_a_server_that_is_lost_and_comes_back(fresh_server):
    process = subprocess.Popen(["node", TOP / "web" / "e2e" / "lost-server.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env=environment(fresh_server, "admin", PASSWORD, {}))
    try:
        assert process.stdout.readline() == "stop the server\n"
        fresh_server.stop()
        print("go on", file=process.stdin, flush=True)
        assert process.stdout.readline() == "start the server\n"
        fresh_server.start()
        print("go on", file=process.stdin, flush=True)
        assert process.wait(120) == 0
    finally:
        process.kill()


def test_a_machine_is_restored_beside_the_original(server, protected, guest):
    name = "hf-web01-of-the-console"
    scenario(server, "restore", HOLDFAST_MACHINE=guest.name, HOLDFAST_NEW_NAME=name)
    guest.host.machine(name).remove()


def test_a_file_is_downloaded(server, protected, guest):
    told = json.loads(scenario(server, "download", HOLDFAST_MACHINE=guest.name, HOLDFAST_FILE="data/random.bin",
                               HOLDFAST_TEXT="with space.txt", HOLDFAST_TEXT_SAYS="A name with a space."))
    assert told["sha256"] == protected.data_sha256["/data/random.bin"]


def test_a_job_is_edited(server, admin, protected, machines):
    """As seen from another time zone than the server's."""
    own, other = (machines.still_life(f"hf-console-{name}", 8, 1) for name in ("edited", "added"))
    rebuild(admin)
    job = protected.protection.add_job("Edited in the console", protected.repository, [own])
    try:
        scenario(server, "edit-job", HOLDFAST_JOB=job["Name"], HOLDFAST_NEW_NAME="Edited, and renamed", HOLDFAST_OWN_MACHINE=own.name,
                 HOLDFAST_OTHER_MACHINE=other.name)
        edited = admin.get(job["Href"])
        options, info = edited.part("JobScheduleOptions", "Standart"), edited.part("JobInfo", "BackupJobInfo")
        assert (edited["Name"], edited["Description"]) == ("Edited, and renamed", "edited in a browser")
        assert [one["Name"] for one in info.part("Includes").items()] == [other.name]
        assert {kind: options.part(f"Options{kind}")["Enabled"] for kind in ("Daily", "Periodically", "BackupWindow")} == {
            "Daily": "false", "Periodically": "true", "BackupWindow": "false"}
        assert info.part("SimpleRetentionPolicy")["RetainLimitType"] == "Days"
        assert info.part("GuestProcessingOptions", "VssSnapshotOptions")["VssSnapshotMode"] == "Disabled"
    finally:
        admin.run("DELETE", f"/api/jobs/{job['UID'].rpartition(':')[2]}")
        for one in (own, other):
            one.remove()


def test_an_operator_sees_its_own_machine(server, admin, protected, machines):
    other = machines.still_life("hf-console-own", 8, 1)
    [own] = [item["ObjectRef"] for item in admin.get(f"/api/lookup?name={other.name}&type=Vm").items()]
    account = make_account(admin, "console-operator", "password", ["Portal User", "File Restore Operator"], [own])
    rebuild(admin)
    point = protected.points[0].vm_point
    reference = point["HierarchyObjRef"]
    point_id, session_id, job_id = (one["UID"].rpartition(":")[2] for one in (point, protected.points[0].session, protected.job))
    try:
        scenario(server, "operator", user="console-operator", password="password", HOLDFAST_OWN_MACHINE=other.name,
                 HOLDFAST_OTHER_MACHINE=protected.machine.name, HOLDFAST_HIDDEN=json.dumps([
                     "/", "/machines", f"/machines/{reference}", f"/machines/{reference}/files/{point_id}", "/sessions",
                     f"/sessions/{session_id}", "/restores", f"/jobs/{job_id}", "/jobs", f"/sessions/{uuid.uuid4()}"]))
    finally:
        admin.request("DELETE", account.link("Delete").href, expect=204)
        other.remove()


def test_reports_and_the_explorer_say_what_the_api_says(server, protected):
    scenario(server, "reports")


def test_a_repository_is_counted_checked_and_gets_a_password(fresh_server):
    scenario(fresh_server, "repository", HOLDFAST_REPOSITORY="Backups")


def test_an_account_and_a_token_are_made_and_end(server, admin, protected, machines):
    own = machines.still_life("hf-console-hank", 8, 1)
    rebuild(admin)
    try:
        scenario(server, "security", HOLDFAST_OWN_MACHINE=own.name, HOLDFAST_OTHER_MACHINE=protected.machine.name)
    finally:
        own.remove()


def test_every_view_is_accessible_and_fits(server, admin, protected):
    """In light and dark, from 360 pixels on. HOLDFAST_SHOTS names a folder for pictures of them."""
    point = protected.points[0]
    session_id, job_id = (one["UID"].rpartition(":")[2] for one in (point.session, protected.job))
    account_id = admin.get("/api/security/accounts").items()[0]["UID"].rpartition(":")[2]
    repository_id = protected.repository["UID"].rpartition(":")[2]
    views = {"machine": f"/machines/{point.vm_point['HierarchyObjRef']}", "session": f"/sessions/{session_id}", "job": f"/jobs/{job_id}",
             "account": f"/administration/accounts/{account_id}", "repository": f"/repositories/{repository_id}"}
    shots = os.environ.get("HOLDFAST_SHOTS")
    scenario(server, "views", *([shots] if shots else []), HOLDFAST_VIEWS=json.dumps(views))
