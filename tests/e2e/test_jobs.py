"""Jobs: clone, stop, retry, the schedule, retention."""

import datetime
import json

import pytest

from conftest import REPOSITORY_PASSWORD, entity
from em_client import Resource, Spec
from machines import Restic, make_image, wait_for


@pytest.fixture(scope="module")
def still(machines):
    """A machine that runs and never changes."""
    return machines.still_life("hf-still", 8, 4)


@pytest.fixture(scope="module")
def bulk(machines):
    """Enough data for a run that can be caught in the middle."""
    return machines.still_life("hf-bulk", 700, 640)


def remove_job(protection, job):
    protection.api.run("DELETE", job["Href"].split("?")[0])
    assert protection.api.request("GET", job["Href"]).status == 404


def test_clone(protected, protection):
    api = protection.api
    name = f"Clone in {api.form}"
    clone = protection.made(api.run("POST", protected.job.link("Clone").href, Spec("JobCloneSpec", {"BackupJobCloneInfo": {
        "JobName": name, "FolderName": name, "RepositoryUid": protected.repository["UID"], "Description": "Cloned by a test"}})), "Job")
    assert (clone["Name"], clone["Description"]) == (name, "Cloned by a test")
    assert clone["UID"] != protected.job["UID"]

    def objects(job):
        includes = api.get(job.link("Down", "ObjectInJobList").href).items()
        return [(one["HierarchyObjRef"], one["Name"]) for one in includes]

    assert objects(clone) == objects(protected.job) != []
    session = protection.back_up(clone)
    assert session["JobUid"] == clone["UID"]
    remove_job(protection, clone)


def test_clone_under_a_name_that_is_taken_is_refused(protected, api):
    answer = api.request("POST", protected.job.link("Clone").href, Spec("JobCloneSpec", {"BackupJobCloneInfo": {
        "JobName": "Nightly", "FolderName": "Nightly", "RepositoryUid": protected.repository["UID"]}}))
    if answer.status == 202:
        result = api.finish(Resource.of(answer)).part("Result")
        assert result["Success"] == "false" and "Nightly" in result["Message"]
    else:
        assert answer.status in (400, 409), str(answer)


def test_stop_ends_a_run_and_retry_repeats_it(protected, protection, bulk):
    api = protection.api
    job = protection.add_job(f"Stopped {api.form}", protected.repository, [bulk])
    session_href = protection.start_job(job)
    wait_for("the run is under way", lambda: api.get(session_href)["State"] == "Working", 60)
    api.run("POST", job.link("Stop").href)
    session = protection.end_of(session_href)
    assert session["Result"] == "Failed" and session["FailureMessage"]
    assert not bulk.has_backup_job()
    finished = api.run("POST", job.link("Retry").href)
    retried = protection.end_of(entity(finished.link("Related", "BackupJobSession").href))
    assert retried["Result"] == "Success", protection.why(retried)
    assert retried["IsRetry"] == "true"
    # Stopping through the session, and what does not run.
    second = protection.start_job(job)
    stop = api.get(second).link("Stop").href
    answer = api.request("POST", stop)
    assert answer.status == 202 or 400 <= answer.status < 500
    protection.end_of(second)
    answer = api.request("POST", job.link("Stop").href)
    if answer.status == 202:
        assert api.finish(Resource.of(answer)).part("Result")["Success"] == "false"
    remove_job(protection, job)


def test_edit_changes_what_it_names_and_nothing_else(protected, protection, still):
    api = protection.api
    job = protection.add_job(f"Edited {api.form}", protected.repository, [still], schedule={"Standart": {
        "OptionsDaily": {"@Enabled": True, "Kind": "Everyday", "Time": "23:30:00.0000000+00:00"}}})
    href = job.link("Edit").href
    api.run("PUT", href, Spec("Job", {"Description": "from an edit", "JobInfo": {"BackupJobInfo": {
        "GfsRetentionPolicy": {"@Enabled": True, "Weekly": {"Enabled": True, "RetentionPeriod": 6, "SelectedDay": "Saturday"}},
        "SimpleRetentionPolicy": {"RetainCycles": 5}}}}))
    edited = api.get(job["Href"])
    info = edited.part("JobInfo").part("BackupJobInfo")
    assert (edited["Name"], edited["Description"]) == (job["Name"], "from an edit")
    assert edited["NextRun"] == job["NextRun"]
    assert info.part("SimpleRetentionPolicy")["RetainCycles"] == "5"
    weekly = info.part("GfsRetentionPolicy").part("Weekly")
    assert (weekly["Enabled"], weekly["RetentionPeriod"], weekly["SelectedDay"]) == ("true", "6", "Saturday")

    api.run("PUT", href + "?action=edit", Spec("Job", {"ScheduleConfigured": False}))
    edited = api.get(job["Href"])
    assert (edited["ScheduleConfigured"], edited["ScheduleEnabled"], edited["NextRun"]) == ("false", "true", None)

    name = (api.form + "ü" * 50)[:50]
    api.run("PUT", href, Spec("Job", {"@Name": name}))
    assert api.get(job["Href"])["Name"] == name

    for wrong in ({"@Name": name + "ü"}, {"JobInfo": {"ReplicaJobInfo": {}}}, {"JobType": "Replica"}, {"ScheduleConfigured": True},
                  {"JobInfo": {"BackupJobInfo": {"GfsRetentionPolicy": {"Weekly": {"RetentionPeriod": 0}}}}}):
        assert api.request("PUT", href, Spec("Job", wrong)).status == 400, wrong
    unbuilt = {"JobInfo": {"BackupJobInfo": {"AdvancedStorageOptions": {"PasswordKeyId": "x"}}}}
    assert api.request("PUT", href, Spec("Job", unbuilt)).status == 501
    remove_job(protection, job)


def test_machines_join_and_leave_a_job(protected, protection, still, bulk):
    api = protection.api
    job = protection.add_job(f"Members {api.form}", protected.repository, [still])
    includes = job.link("Down", "ObjectInJobList").href

    def names():
        return [one["Name"] for one in api.get(includes).items()]

    added = protection.made(api.run("POST", job.link("Create", "ObjectInJob").href, Spec("CreateObjectInJobSpec", {
        "HierarchyObjRef": protection.look_up(bulk.name), "HierarchyObjName": bulk.name})), "ObjectInJob")
    assert added["Name"] == bulk.name and names() == [still.name, bulk.name]
    again = api.finish(api.start("POST", includes, Spec("CreateObjectInJobSpec", {
        "HierarchyObjRef": protection.look_up(bulk.name), "HierarchyObjName": bulk.name})))
    assert again.part("Result")["Success"] == "false" and bulk.name in again.part("Result")["Message"]

    ids = [one["ObjectInJobId"] for one in api.get(includes).items()]
    api.run("PUT", job.link("Edit").href, Spec("Job", {"JobInfo": {"BackupJobInfo": {"Includes": {
        "ObjectInJob": [{"ObjectInJobId": id} for id in reversed(ids)]}}}}))
    assert names() == [bulk.name, still.name]

    api.run("DELETE", added.link("Delete").href)
    assert names() == [still.name]
    last = api.finish(api.start("DELETE", api.get(includes).items()[0].link("Delete").href))
    assert last.part("Result")["Success"] == "false" and "last" in last.part("Result")["Message"]
    assert names() == [still.name]
    remove_job(protection, job)


def test_toggle_schedule(protected, protection, still):
    api = protection.api
    job = protection.add_job(f"Toggled {api.form}", protected.repository, [still], schedule=daily("03:00:00"), enabled=True)
    assert job["ScheduleEnabled"] == "true" and job["NextRun"]
    for expected in ("false", "true"):
        api.run("POST", job.link("ToggleScheduleEnabled").href)
        assert api.get(job["Href"])["ScheduleEnabled"] == expected
    remove_job(protection, job)


def daily(time, kind="Everyday", days=(), offset="+00:00"):
    return {"Standart": {
        "RetryOptions": {"RetryTimes": 3, "RetryTimeout": 10, "RetrySpecified": True},
        "OptionsDaily": {"@Enabled": True, "Kind": kind, "Days": list(days) or None, "Time": f"{time}.0000000{offset}",
                         "TimeOffsetUtc": 0}}}


def next_run(job):
    return datetime.datetime.fromisoformat(job["NextRun"].replace("Z", "+00:00")).astimezone(datetime.timezone.utc)


def test_next_run_of_a_daily_job(protected, protection, still):
    now = datetime.datetime.now(datetime.timezone.utc)
    time = (now + datetime.timedelta(hours=2)).replace(minute=17, second=0, microsecond=0)
    job = protection.add_job(f"Daily {protection.api.form}", protected.repository, [still],
                             schedule=daily(time.strftime("%H:%M:%S")), enabled=True)
    assert (job["ScheduleConfigured"], job["ScheduleEnabled"]) == ("true", "true")
    assert next_run(job) == time
    remove_job(protection, job)


def test_next_run_of_selected_days(protected, protection, still):
    now = datetime.datetime.now(datetime.timezone.utc)
    day = now + datetime.timedelta(days=3)
    job = protection.add_job(f"Selected {protection.api.form}", protected.repository, [still],
                             schedule=daily("05:30:00", "SelectedDays", [day.strftime("%A")]), enabled=True)
    assert next_run(job) == day.replace(hour=5, minute=30, second=0, microsecond=0)
    remove_job(protection, job)


def test_next_run_of_a_monthly_job(protected, protection, still):
    now = datetime.datetime.now(datetime.timezone.utc)
    day = 15 if now.day < 15 else 14
    month = (now.replace(day=1) + datetime.timedelta(days=32)).replace(day=1) if now.day >= 15 else now
    if now.day == 14:
        day, month = 15, now
    job = protection.add_job(f"Monthly {protection.api.form}", protected.repository, [still], enabled=True, schedule={"Standart": {
        "OptionsMonthly": {"@Enabled": True, "Time": "04:00:00.0000000+00:00", "TimeOffsetUtc": 0,
                           "DayNumberInMonth": "OnDay", "DayOfWeek": None, "Months": [month.strftime("%B")], "DayOfMonth": day}}})
    assert next_run(job) == month.replace(day=day, hour=4, minute=0, second=0, microsecond=0)
    remove_job(protection, job)


def test_a_periodic_job_runs_by_itself_and_the_next_one_after_it(protected, still):
    """Every minute; and a second job that runs after it."""
    protection = protected.protection
    first = protection.add_job("Every minute", protected.repository, [still], enabled=True, schedule={"Standart": {
        "OptionsPeriodically": {"@Enabled": True, "Kind": "Minutes", "FullPeriod": 1}}})
    after = protection.add_job("After it", protected.repository, [still], enabled=True, schedule={"Standart": {
        "OptionsDaisyChaining": {"@Enabled": True, "PreviousJobUid": first["UID"]}}})
    assert first["NextRun"]

    def ended(job):
        return [session for session in protection.collection("backupSessions")
                if session["JobUid"] == job["UID"] and session["State"] == "Stopped"]

    by_itself = wait_for("the job runs by itself", lambda: ended(first), 150)[0]
    assert by_itself["Result"] == "Success", protection.why(by_itself)
    chained = wait_for("the job after it runs", lambda: ended(after), 60)[0]
    assert chained["Result"] == "Success", protection.why(chained)
    assert chained["CreationTimeUTC"] >= by_itself["EndTimeUTC"]
    # Stopped by its schedule's switch, not by a deletion in the middle of a run.
    protection.api.run("POST", first.link("ToggleScheduleEnabled").href)
    wait_for("no run is open", lambda: all(
        session["State"] == "Stopped" for session in protection.collection("backupSessions")), 60)
    remove_job(protection, after)
    remove_job(protection, first)


def test_retention_forgets_and_prunes(protection, machines, work):
    """Two points are kept after three runs; the data of the third is gone from the repository, which stays sound."""
    form = protection.api.form
    machine = machines.still_life(f"hf-retention-{form}", 24, 16)
    folder = work / f"retention-{form}"
    repository = protection.add_repository(f"Short {form}", folder)
    job = protection.add_job(f"Keeps two {form}", repository, [machine], retain=2)
    restic = Restic(folder, REPOSITORY_PASSWORD, work / "restic-cache")
    for _ in range(2):
        protection.back_up(job)

    def stored():
        return sum(file.stat().st_size for file in (folder / "data").rglob("*") if file.is_file())

    with_the_old_disk = stored()
    assert with_the_old_disk > 16 << 20
    # The disk is emptied: what the first two points hold is of no use to the later ones.
    machine.power_off()
    image = machine.disk_files()["vda"]
    image.unlink()
    make_image(image, 24, 1)
    for name in machine.checkpoints():
        machine.virsh("checkpoint-delete", name, "--metadata")
    machine.start(paused=True)
    for _ in range(2):
        protection.back_up(job)
    points = wait_for("two points are left", lambda: len(protection.vm_points(machine.name)) == 2 and
                      protection.vm_points(machine.name), 60)
    assert len(points) == 2
    wait_for("the snapshots are forgotten", lambda: len(json.loads(restic("snapshots", "--json", "--no-lock"))) == 2, 60)
    wait_for("the repository is pruned", lambda: stored() < with_the_old_disk // 4, 60)
    restic("check", "--read-data")
    remove_job(protection, job)


def test_includes_can_be_added_and_removed(protected, protection, still, machines):
    api = protection.api
    job = protection.add_job(f"Includes {api.form}", protected.repository, [still])
    includes = api.get(job.link("Down", "ObjectInJobList").href)
    (only,) = includes.items()
    answer = api.request("DELETE", only["Href"])
    if answer.status == 202:
        assert api.finish(Resource.of(answer)).part("Result")["Success"] == "false"
    else:
        # The last object of a job stays; or the operation is not there yet, and says so.
        assert 400 <= answer.status < 502, str(answer)
    assert len(api.get(job.link("Down", "ObjectInJobList").href).items()) == 1
    remove_job(protection, job)
