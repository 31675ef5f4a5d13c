"""GET /query and /querySvc: shapes in both formats, filters, pages, and what is refused; filters of plain collections."""

import json
import time
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

from conftest import entity
from em_client import NAMESPACE, Resource

# The members of Entities as clients know them, in their order.
ENTITIES = """
    Jobs FailoverPlans Backups Replicas Repositories RestorePoints VmRestorePoints VAppRestorePoints VmReplicaPoints BackupJobSessions
    ReplicaJobSessions ReplicaTaskSessions RestoreSessions HierarchyRoots BackupTaskSessions BackupServers ManagedServers EnterpiseRoles
    EnterpiseAccounts WanAccelerators CloudGateways CloudTenants CloudReplicas VCloudOrganizationConfigs BackupFiles
    VSphereSelfServiceConfigs CloudPublicIps CloudHardwarePlans CloudVmReplicaPoints AgentRestorePoints AgentBackupJob CloudGatewayPools
    CloudFailoverPlans ExternalRepositories VlanConfigurations CloudFailoverSessions AgentProtectionGroups DiscoveredComputers FileServers
    NASJobs CdpReplicas CdpReplicaVms CdpPolicies CdpReplicaSessions CdpReplicaTaskSessions VAppReplicaPoints VmCdpReplicas
    VAppCdpReplicas VAppCdpReplicaVms SystemSessions""".split()


def query(type, **parameters):
    return "/api/query?" + urllib.parse.urlencode({"type": type, **parameters})


def members(result, list_name):
    """The entities of a query's answer."""
    return result.part("Entities", list_name).items()


def names(api, type, list_name, filter):
    return {one["Name"] for one in members(api.get(query(type, format="Entities", filter=filter)), list_name)}


def sessions_of(api, job):
    """Those of the job and of quick backups of its machines; other tests make some, too."""
    return [one for one in api.get("/api/backupSessions?format=Entity").items() if one["JobUid"] == job["UID"]]


def test_json_has_every_member_and_the_one_that_was_asked_for(protected, admin, api):
    target = query("backupJobSession", format="entities", filter='jobName=="Nightly"')
    answer = json.loads(admin.request("GET", target, expect=200, accept="application/json").body)
    assert list(answer) == ["Refs", "Entities", "Resources", "Links", "PagingInfo"]
    assert answer["Refs"] is None and answer["Resources"] is None and answer["Links"] is None
    assert list(answer["Entities"]) == ENTITIES
    assert [name for name, value in answer["Entities"].items() if value is not None] == ["BackupJobSessions"]
    sessions = answer["Entities"]["BackupJobSessions"]["BackupJobSessions"]
    assert len(sessions) == len(sessions_of(api, protected.job)) >= 2 and list(sessions[0])[-5:] == ["Name", "UID", "Links", "Href", "Type"]
    paging = answer["PagingInfo"]
    assert list(paging) == ["Links", "PageNum", "PageSize", "PagesCount"]
    assert (paging["PageNum"], paging["PageSize"], paging["PagesCount"]) == (1, 100, 1)
    assert [link["Rel"] for link in paging["Links"]] == ["First", "Last"]
    href = paging["Links"][0]["Href"]
    assert "format=entities" in href and "filter=jobName%3D%3D%22Nightly%22" in href and href.endswith("&pageSize=100&page=1")


def test_references_are_the_default(protected, admin):
    answer = json.loads(admin.request("GET", query("Job"), expect=200, accept="application/json").body)
    assert answer["Entities"] is None and list(answer["Refs"]) == ["Refs"]
    one = next(one for one in answer["Refs"]["Refs"] if one["Name"] == "Nightly")
    assert list(one) == ["Links", "UID", "Name", "Href", "Type"] and one["Type"] == "JobReference"


def test_xml_nests_the_list_and_tells_the_page(protected, admin, api):
    target = query("BackupJobSession", format="Entity", filter="JobName==Nightly", pageSize=1)
    root = ET.fromstring(admin.request("GET", target, expect=200).body)
    spaced = {"v": NAMESPACE}
    assert root.tag == "{%s}QueryResult" % NAMESPACE
    assert [child.tag.rpartition("}")[2] for child in root] == ["Entities", "PagingInfo"]
    assert len(root.findall("v:Entities/v:BackupJobSessions/v:BackupJobSession", spaced)) == 1
    paging = root.find("v:PagingInfo", spaced)
    pages = str(len(sessions_of(api, protected.job)))
    assert paging.attrib == {"PageNum": "1", "PageSize": "1", "PagesCount": pages}
    assert [link.get("Rel") for link in paging.findall("v:Links/v:Link", spaced)] == ["First", "Next", "Last"]


def test_types_without_a_uid_come_as_resources(protected, api):
    task = api.run("POST", protected.job.link("ToggleScheduleEnabled").href)
    api.run("POST", protected.job.link("ToggleScheduleEnabled").href)
    result = api.get(query("Task", filter=f"State==Finished;TaskId=={task['TaskId']}"))
    assert [one["TaskId"] for one in result.part("Resources", "Tasks").items()] == [task["TaskId"]]
    result = api.get(query("ObjectInJob", filter=f'JobUid=="{protected.job["UID"]}"'))
    objects = result.part("Resources", "SInObjectJob" if api.form == "json" else "sInObjectJob").items()
    assert [one["Name"] for one in objects] == [protected.machine.name]
    assert result.part("Entities") is None and result.part("Refs") is None


def test_the_query_service_links_to_a_query_of_every_type(protected, api):
    service = api.get("/api/querySvc")
    links = service.links()
    assert (links[0].rel, links[0].type) == ("Up", "LogonSession")
    assert len(links) == 1 + 49
    for link in links[1:]:
        result = api.get(link.href)
        assert result.part("PagingInfo")["PageSize"] == "15", link.href
        assert (result.part("Entities") or result.part("Resources")) is not None, link.href
        assert api.get(link.href.replace("format=Entities", "format=References")).part("PagingInfo") is not None


def test_filters_find_what_they_say(protected, api):
    job, session = protected.job, protected.points[0].session
    started = session["CreationTimeUTC"]
    assert names(api, "Job", "Jobs", 'Name=="Nightly"') == {"Nightly"}
    assert names(api, "job", "Jobs", "jobtype==backup;platform==CustomPlatform;Name==Nightly") == {"Nightly"}
    assert names(api, "Job", "Jobs", f"UID=={job['UID'].rpartition(':')[2]}") == {"Nightly"}
    assert names(api, "Job", "Jobs", f"UID=={job['UID']},Name==Nightly") == {"Nightly"}
    assert names(api, "Job", "Jobs", "Name==nobody") == set()
    first = {session["Name"]}
    of_job = f"JobUid=={job['UID']}"
    assert names(api, "BackupJobSession", "BackupJobSessions", f'{of_job};CreationTime<="{started}"') == first
    assert names(api, "BackupJobSession", "BackupJobSessions", f'CreationTimeUTC=="{started}";{of_job}') == first
    assert names(api, "BackupJobSession", "BackupJobSessions", f'Name=="{session["Name"]}";{of_job}') == first
    ended = {one["Name"] for one in sessions_of(api, job) if one["Result"] in ("Success", "Failed")}
    assert names(api, "BackupJobSession", "BackupJobSessions", f"{of_job};(Result==Success,Result>=Failed)") == ended
    assert names(api, "Repository", "Repositories", 'FreeSpace>0;Name=="Main repository"') == {"Main repository"}
    assert names(api, "BackupServer", "BackupServers", "Port>0;Version!=0") != set()
    assert names(api, "BackupFile", "BackupFiles", f'FileType==vbk;BackupName=="{job["Name"]}"') != set()
    points = members(api.get(query("VmRestorePoint", format="Entities", sortDesc="Name", pageSize=3,
                                   filter=f"VmDisplayName=={protected.machine.name}")), "VmRestorePoints")
    times = [point["CreationTimeUTC"] for point in points]
    assert len(times) >= 2 and times == sorted(times, reverse=True)


def test_collections_filter_and_sort_as_queries_do(protected, api):
    filter = urllib.parse.quote('Name=="Nightly"')
    assert [one["Name"] for one in api.get(f"/api/jobs?filter={filter}").items()] == ["Nightly"]
    ordered = [one["Name"] for one in api.get("/api/backupSessions?sortDesc=creationtime&format=Entity").items()]
    assert ordered == list(reversed([one["Name"] for one in api.get("/api/backupSessions?format=Entity").items()]))
    assert api.get(f"/api/jobs?filter={urllib.parse.quote('Name==nobody')}").items() == []
    answer = api.request("GET", "/api/jobs?filter=Size%3E5")
    assert answer.status == 400 and "ScheduleEnabled" in Resource.of(answer)["Message"]


@pytest.mark.parametrize("parameters", [{}, {"sortDesc": "Name"}, {"sortAsc": "CreationTime"}], ids=["as created", "desc", "asc"])
def test_following_next_sees_everything_once(protected, api, parameters):
    wanted = [one["UID"] for one in api.get("/api/vmRestorePoints").items()]
    page = api.get(query("VmRestorePoint", pageSize=1, **parameters))
    seen = []
    while True:
        seen += [one["UID"] for one in page.part("Refs").items()]
        paging = page.part("PagingInfo")
        following = [link for link in paging.links() if link.rel == "Next"]
        assert len(seen) <= len(wanted) and all(("asOf=" in link.href) == bool(parameters) for link in following)
        if not following:
            break
        page = api.get(following[0].href)
    assert sorted(seen) == sorted(wanted)


WRONG = [
    ({"type": ""}, "type"), ({"type": "Nothing"}, "WanAccelerator"),
    ({"type": "Job", "filter": "Speed==5"}, "ScheduleConfigured"),
    ({"type": "Job", "filter": "Name"}, "position 5"),
    ({"type": "Job", "filter": "JobType==Sleep"}, "ImmediateBackupCopy"),
    ({"type": "Job", "filter": "NextRun>soon"}, "2026-05-31T22:00:00Z"),
    ({"type": "Job", "filter": "UID==5"}, "guid"),
    ({"type": "Repository", "filter": "FreeSpace>much"}, "whole number"),
    ({"type": "WanAccelerator", "filter": "Speed==5"}, "HighBandwidthModeEnabled"),
    ({"type": "Job", "sortAsc": "Speed"}, "ScheduleConfigured"),
    ({"type": "Job", "filter": "(" * 10_000}, "32"),
    ({"type": "Job", "filter": ";".join(["Name==a"] * 300)}, "256"),
    ({"type": "Job", "pageSize": "0"}, "pageSize"), ({"type": "Job", "pageSize": "10001"}, "10000"),
    ({"type": "Job", "page": "x"}, "page"), ({"type": "Job", "page": "1", "asOf": "x"}, "asOf"),
]


@pytest.mark.parametrize("parameters, named", WRONG, ids=range(len(WRONG)))
def test_wrong_queries_are_refused_by_name(api, parameters, named):
    answer = api.request("GET", "/api/query?" + urllib.parse.urlencode(parameters))
    assert answer.status == 400, str(answer)
    assert named in Resource.of(answer)["Message"], str(answer)


def test_ten_thousand_comparisons_are_refused_at_once(admin):
    began = time.monotonic()
    answer = admin.request("GET", "/api/query?type=Job&filter=" + "a==1;" * 10_000)
    assert answer.status == 400, str(answer)[:500]
    assert time.monotonic() - began < 5


def test_what_holdfast_has_none_of_is_empty(api):
    result = api.get(query("wanaccelerator", format="Entities", filter='Capacity>=5;HighBandwidthModeEnabled==true'))
    assert members(result, "WanAccelerators") == []
    assert result.part("PagingInfo")["PagesCount"] == "1"
    jobs = api.get(query("AgentBackupJob", format="Entities", filter="Platform==AgentForWindows"))
    assert members(jobs, "AgentBackupJob") == []


def test_an_entity_of_a_query_is_the_entity(protected, api):
    found = members(api.get(query("Job", format="Entities", filter="Name==Nightly")), "Jobs")[0]
    assert found["Href"] == entity(protected.job["Href"]) and found["UID"] == protected.job["UID"]
