"""The summary reports: their figures are those of the collections."""


def number(frame, name):
    return int(frame[name])


RESULTS = {"Success": "SuccessfulJobRuns", "Warning": "WarningsJobRuns", "Failed": "FailedJobRuns"}


def test_a_run_of_a_job_is_counted(protected, protection, api):
    (href,) = [link.href for link in api.get("/api/reports/summary").links() if link.name == "JobStatistics"]
    before = api.get(href)
    session = protection.back_up(protected.job)
    after = api.get(href)
    assert number(after, "TotalJobRuns") == number(before, "TotalJobRuns") + 1
    assert number(after, "TotalJobRuns") == sum(number(after, name) for name in RESULTS.values())
    for result, name in RESULTS.items():
        assert number(after, name) == number(before, name) + (session["Result"] == result)
    # Quick backups and VeeamZIP are sessions, but no runs of a job.
    sessions = [one for one in protection.collection("backupSessions") if one["State"] == "Stopped"]
    assert number(after, "TotalJobRuns") <= len(sessions)
    assert after["MaxDurationBackupJobName"] in {one["JobName"] for one in sessions}


def test_the_figures_are_those_of_the_collections(protected, protection, api):
    frames = {link.name: api.get(link.href) for link in api.get("/api/reports/summary").links()}
    assert list(frames) == ["Overview", "VmsOverview", "JobStatistics", "ProcessedVms", "Repositories"]
    points = protection.collection("vmRestorePoints")

    machines = frames["VmsOverview"]
    assert number(machines, "ProtectedVms") == len({point["HierarchyObjRef"] for point in points})
    assert number(machines, "RestorePoints") == len(points)
    stored = sum(int(file["BackupSize"]) for file in protection.collection("backupFiles"))
    assert number(machines, "FullBackupPointsSize") + number(machines, "IncrementalBackupPointsSize") == stored
    assert number(machines, "SourceVmsSize") > 0 and 0 < number(machines, "SuccessBackupPercents") <= 100

    assert number(frames["Overview"], "BackupServers") == 1
    assert sum(number(frames["Overview"], f"{result}VmLastestStates") for result in ("Successful", "Warning", "Failed")) >= 1
    days = frames["ProcessedVms"].items_of("Day", "Days")
    assert len(days) == 7 and sum(number(day, "BackupedVms") for day in days) >= 1
    periods = frames["Repositories"].items_of("Period", "Periods")
    assert {one["Name"] for one in periods} == {one["Name"] for one in protection.collection("repositories")}
    assert sum(number(one, "BackupSize") for one in periods) == stored
