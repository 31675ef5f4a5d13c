"""Formats, links and the inventory: what a client sees that only follows links."""

import json
import re
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

from conftest import entity
from em_client import NAMESPACE, Resource, root_of_type

READ_VERBS = {"Up", "Down", "Alternate", "Related"}

# What must be reached from the logon answer by links alone, by the Type of an entity or a list.
MUST_BE_REACHED = {
    "EntityReferences", "EntityRef", "BackupServers", "BackupServer", "ManagedServers", "ManagedServer", "HierarchyRoots",
    "HierarchyRoot", "Repositories", "Repository", "Jobs", "Job", "ObjectsInJob", "BackupJobSessions", "BackupJobSession",
    "BackupTaskSessions", "BackupTaskSession", "Backups", "Backup", "RestorePoints", "RestorePoint", "VmRestorePoints",
    "VmRestorePoint", "BackupFiles", "BackupFile", "RestoreSessions", "Tasks", "LogonSessions", "LogonSession", "LookupSvc",
    "HierarchyItems", "VmRestorePointMounts", "Replicas", "FailoverPlans", "WanAccelerators", "ExternalRepositories", "CdpPolicies",
    "Agents", "AgentBackupJobs", "NASService", "NASJobs", "VCloudService", "VSphereSelfService", "QuerySvc", "QueryResult",
    "SummaryReport", "OverviewReportFrame", "VmsOverviewReportFrame", "JobStatisticsReportFrame", "ProcessedVmsReportFrame",
    "RepositoryReportFrame", "SystemSessions",
}

# What links lead to and is not built yet: it answers with a clear Error.
MAY_BE_MISSING = re.compile(r"/api/catalog", re.IGNORECASE)


def crawl(client, start):
    """Follows every readable link; {url: (answer, the Types of the links that led there)}."""
    seen, todo = {}, [(link, "logon") for link in start.all_links()]
    while todo:
        link, origin = todo.pop()
        if link.rel not in READ_VERBS:
            continue
        key = link.href
        if key in seen:
            seen[key][1].add(link.type)
            continue
        assert len(seen) < 5000, "the links never end"
        answer = client.request("GET", link.href)
        seen[key] = (answer, {link.type})
        if answer.status == 200:
            todo += [(further, link.href) for further in Resource.of(answer).all_links()]
        else:
            assert MAY_BE_MISSING.search(link.href), f"a dead link in {origin}: {answer}"
            assert answer.status == 501, str(answer)
            assert Resource.of(answer)["Message"], str(answer)
    return seen


def test_links_reach_everything_and_lead_to_what_they_say(protected, server):
    client = server.admin("xml")
    pages = crawl(client, client.top)
    roots = set()
    for url, (answer, types) in pages.items():
        if answer.status != 200:
            continue
        root = ET.fromstring(answer.body).tag.rpartition("}")[2]
        roots.add(root)
        for type in types - {None, "ReportFrame", "EnterpriseManager", "FileSystemItems"}:
            # EM's links call system sessions those of backup jobs.
            if "/api/systemSessions" in url:
                type = type.replace("BackupJobSession", "SystemSession")
            # Links to queries tell what is asked for, not what answers.
            expected = "QueryResult" if "/api/query?" in url else root_of_type(type)
            assert root == expected, f"{url}: a link says {type}, the answer is {root}"
    assert not MUST_BE_REACHED - roots, f"not reached by links: {MUST_BE_REACHED - roots}"
    shown = {element.get("Href") for answer, _ in pages.values() if answer.status == 200
             for element in ET.fromstring(answer.body).iter() if element.get("UID")}
    assert shown and not shown - set(pages), "entities that no link leads to"


def test_json_has_the_same_links(protected, server):
    xml, jsn = server.admin("xml"), server.admin("json")
    # Those of each session's own tasks and logon differ by nature.
    own = re.compile(r"/(tasks|logonSessions)(/|$)", re.IGNORECASE)
    in_xml = {url for url in crawl(xml, xml.top) if not own.search(url)}
    in_json = {url for url in crawl(jsn, jsn.top) if not own.search(url)}
    assert in_xml == in_json


COLLECTIONS = {
    "backupServers": "BackupServer", "managedServers": "ManagedServer", "hierarchyRoots": "HierarchyRoot",
    "repositories": "Repository", "jobs": "Job", "backupSessions": "BackupJobSession",
    "backupTaskSessions": "BackupTaskSession", "backups": "Backup", "restorePoints": "RestorePoint",
    "vmRestorePoints": "VmRestorePoint", "backupFiles": "BackupFile",
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_collection_reference_and_entity(protected, api, name):
    type = COLLECTIONS[name]
    references = api.get(f"/api/{name}").items()
    entities = api.get(f"/api/{name}?format=Entity").items()
    assert references and len(references) == len(entities)
    assert {one["UID"] for one in references} == {one["UID"] for one in entities}
    for one in references:
        assert one["Type"] == type + "Reference"
        assert re.fullmatch(rf"urn:veeam:{type}:[0-9a-f-]{{36}}", one["UID"])
        assert one.link("Alternate", type).href == entity(one["Href"])
        reference = api.get(one["Href"])
        assert (reference["UID"], reference["Name"], reference["Type"]) == (one["UID"], one["Name"], type + "Reference")
        whole = api.get(entity(one["Href"]))
        assert (whole["UID"], whole["Type"], whole["Href"]) == (one["UID"], type, entity(one["Href"]))
        assert whole.link("Alternate", type + "Reference").href == one["Href"]


def test_sessions_and_repositories_name_their_backup_server_first(protected, protection):
    server_name = protection.collection("backupServers")[0]["Name"]
    for name in ("repositories", "backupSessions"):
        for one in protection.collection(name):
            assert (one.links()[0].type, one.links()[0].name) == ("BackupServerReference", server_name)


@pytest.mark.parametrize("accept, expected", [
    (None, "application/xml"), ("*/*", "application/xml"), ("text/html,application/xhtml+xml", "application/xml"),
    ("application/xml", "application/xml"), ("application/json", "application/json"),
    ("text/plain, application/json;q=0.5", "application/json")])
def test_the_format_follows_accept(admin, accept, expected):
    answer = admin.request("GET", "/api/jobs", accept=accept)
    assert answer.status == 200 and answer.content_type == expected
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_xml_has_the_default_namespace_and_attributes_in_the_known_order(protected, admin):
    text = admin.request("GET", "/api/jobs").body.decode("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    assert f'xmlns="{NAMESPACE}"' in text
    first = re.search(r"<Ref ([^>]*)>", text).group(1)
    assert re.findall(r"(\w+)=", first) == ["UID", "Name", "Href", "Type"]
    link = re.search(r"<Link ([^>]*)/>", text).group(1)
    assert [name for name in re.findall(r'(\w+)="', link) if name in ("Href", "Name", "Type", "Rel")][0] == "Href"


def test_json_orders_own_members_before_those_of_the_base(protected, admin):
    href = entity(protected.job["Href"])
    job = json.loads(admin.request("GET", href, accept="application/json").body)
    assert list(job)[-5:] == ["Name", "UID", "Links", "Href", "Type"]
    assert list(job)[0] == "JobType"
    assert all(list(link) == ["Rel", "Href", "Name", "Type"] for link in job["Links"])


def test_paths_in_any_letter_case_and_ids_as_uids(protected, admin):
    job = protected.job["UID"]
    for path in (f"/api/JOBS/{job.rpartition(':')[2].upper()}", f"/api/jobs/{job}", f"/api/jobs/{urllib.parse.quote(job, safe='')}",
                 f"/api/jobs/{job.rpartition(':')[2]}/", f"/api/jobs/{job.rpartition(':')[2]}?v=latest&unknown=1"):
        assert admin.get(path)["UID"] == job


def test_lookup(protected, api, guest, libvirt):
    root = api.get("/api/hierarchyRoots?format=Entity").items()[0]
    assert root["HostType"] == "KVM"
    reference = f"urn:CustomPlatform:Vm:{root['HierarchyRootId']}.{guest.uuid()}"
    by_name = api.get(f"/api/lookup?host={urllib.parse.quote(root['UID'])}&type=VM&name={guest.name}").items()
    assert [(item["ObjectRef"], item["ObjectType"], item["ObjectName"]) for item in by_name] == [(reference, "Vm", guest.name)]
    for parameter in ("hierarchyRef", "hierachyRef"):
        by_reference = api.get(f"/api/lookup?{parameter}={urllib.parse.quote(reference)}").items()
        assert [item["ObjectName"] for item in by_reference] == [guest.name]
    everything = api.get(f"/api/lookup?host={root['UID']}&type=Vm&name=*").items()
    assert guest.name in {item["ObjectName"] for item in everything}
    assert len(everything) == len(libvirt.domain_names())
    assert api.get(f"/api/lookup?host={root['UID']}&type=Vm&name=no-such-machine").items() == []


def test_the_schema_is_served_to_anyone_and_is_a_schema(server, schema):
    root = ET.parse(schema).getroot()
    assert root.tag == "{http://www.w3.org/2001/XMLSchema}schema"
    assert root.get("targetNamespace") == NAMESPACE


def test_unknown_paths_and_verbs(admin):
    assert admin.request("GET", "/api/nothing/of/the/kind").status == 404
    assert admin.request("GET", "/apis").headers["Content-Type"].startswith("text/html"), "what is not the API's is the console's"
    answer = admin.request("DELETE", "/api/jobs")
    assert answer.status == 405 and "GET" in answer.headers["Allow"]
