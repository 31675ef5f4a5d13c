"""The summary reports: their figures are those of the collections."""


def number(frame, name):
    return int(frame[name])


def test_the_figures_are_those_of_the_collections(protected, protection, api):
    frames = {link.name: api.get(link.href) for link in api.get("/api/reports/summary").links()}
    assert list(frames) == ["Overview", "VmsOverview", "JobStatistics", "ProcessedVms", "Repositories"]
    points = protection.collection("vmRestorePoints")
    sessions = [one for one in protection.collection("backupSessions") if one["State"] == "Stopped"]

    machines = frames["VmsOverview"]
    assert number(machines, "ProtectedVms") == len({point["HierarchyObjRef"] for point in points})
    assert number(machines, "RestorePoints") == len(points)
    stored = sum(int(file["BackupSize"]) for file in protection.collection("backupFiles"))
    assert number(machines, "FullBackupPointsSize") + number(machines, "IncrementalBackupPointsSize") == stored
    assert number(machines, "SourceVmsSize") > 0 and 0 < number(machines, "SuccessBackupPercents") <= 100

    jobs = frames["JobStatistics"]
    assert number(jobs, "TotalJobRuns") == len(sessions)
    for name, result in (("SuccessfulJobRuns", "Success"), ("WarningsJobRuns", "Warning"), ("FailedJobRuns", "Failed")):
        assert number(jobs, name) == sum(one["Result"] == result for one in sessions)
    assert jobs["MaxDurationBackupJobName"] in {one["JobName"] for one in sessions}

    assert number(frames["Overview"], "BackupServers") == 1
    assert sum(number(frames["Overview"], f"{result}VmLastestStates") for result in ("Successful", "Warning", "Failed")) >= 1
    days = frames["ProcessedVms"].items_of("Day", "Days")
    assert len(days) == 7 and sum(number(day, "BackupedVms") for day in days) >= 1
    periods = frames["Repositories"].items_of("Period", "Periods")
    assert {one["Name"] for one in periods} == {one["Name"] for one in protection.collection("repositories")}
    assert sum(number(one, "BackupSize") for one in periods) == stored
