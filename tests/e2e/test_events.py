"""Following what happens: the stream of events, tasks that outlive their logon session, requests that are done once."""

import http.client
import json
import ssl
import time
import urllib.parse

import pytest

from em_client import SESSION_HEADER, Resource, Spec
from holdfast_server import PASSWORD
from test_security import make_account


class EventStream:
    """Server-sent events as a browser reads them."""

    def __init__(self, client, last_id=None):
        url = urllib.parse.urlsplit(client.base)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection(url.hostname, url.port, timeout=30, context=context)
        headers = {SESSION_HEADER: client.token, "Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self.connection.request("GET", "/api/events", headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200 and self.response.headers["Content-Type"] == "text/event-stream"
        self.last_id = None
        assert self.next_block()["retry"], "the stream begins with how to come back"

    def next_block(self):
        """The fields up to the next empty line; None at the end of the stream."""
        fields = {}
        while line := self.response.readline():
            line = line.decode().rstrip("\n")
            if not line and fields:
                self.last_id = fields.get("id", self.last_id)
                return fields
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
        return None

    def event(self, kind, condition=lambda data: True):
        """The next event of that kind that fulfils the condition: its data."""
        while (block := self.next_block()) is not None:
            data = json.loads(block.get("data", "null"))
            if block.get("event") == kind and condition(data):
                return data
        raise AssertionError(f"the stream ended before a {kind} came")

    def close(self):
        self.connection.close()


@pytest.fixture(scope="module")
def events_server(make_server):
    return make_server("events").start()


def new_repository(name, folder):
    return Spec("RepositorySpec", {"Name": name, "Path": str(folder / name), "Password": "a password"})


def test_a_stream_tells_a_task_and_what_was_missed(events_server, work):
    api = events_server.admin("json")
    stream = EventStream(api)
    task = api.start("POST", "/api/repositories", new_repository("told", work))
    told = stream.event("Task", lambda data: data["TaskId"] == task["TaskId"] and data["State"] == "Finished")
    assert told["Result"]["Success"] is True
    assert Resource(told).link("Delete").href == task.link("Delete").href
    seen = stream.last_id
    stream.close()
    api.run("POST", "/api/repositories", new_repository("missed", work))
    again = EventStream(api, seen)
    assert again.event("Task", lambda data: data["State"] == "Finished")["TaskId"] != task["TaskId"]
    again.close()
    lost = EventStream(api, "0123456789abcdef-7")
    assert lost.event("Reset") == {}
    lost.close()


def test_a_task_outlives_its_logon_session_and_a_repeated_request_leads_to_it(events_server, work):
    first = events_server.admin("json")
    key = {"Idempotency-Key": "5ad9c3cb-0b0a-4b3c-9a39-1bb0a3a3f1f4"}
    answer = first.request("POST", "/api/repositories", new_repository("once", work), headers=key)
    assert answer.status == 202, str(answer)
    task = Resource.of(answer)
    first.request("DELETE", first.top.link("Delete").href, expect=204)

    second = events_server.admin("json")
    assert second.finish(task).part("Result")["Success"] == "true"
    assert task["TaskId"] not in [one["TaskId"] for one in second.get("/api/tasks").items()]
    repeated = second.request("POST", "/api/repositories", new_repository("once", work), headers=key)
    assert (repeated.status, repeated.body) == (answer.status, answer.body)
    assert repeated.headers["Idempotent-Replayed"] == "true"
    other = second.request("POST", "/api/repositories", new_repository("another", work), headers=key)
    assert other.status == 422, str(other)

    assert events_server.stop() == 0, events_server.tail()
    events_server.start()
    third = events_server.admin("json")
    repeated = third.request("POST", "/api/repositories", new_repository("once", work), headers=key)
    assert (repeated.status, repeated.body) == (answer.status, answer.body)
    assert third.get(task["Href"]).part("Result")["Success"] == "true"
    names = [one["Name"] for one in third.get("/api/repositories").items()]
    assert names.count("once") == 1


def test_nobody_else_sees_a_task(events_server, work):
    api = events_server.admin("json")
    make_account(api, "other", "other's", ["Portal User"])
    task = api.start("POST", "/api/repositories", new_repository("private", work))
    other = events_server.client("json")
    other.logon("other", "other's")
    assert other.request("GET", task["Href"]).status == 404
    assert other.request("DELETE", task["Href"]).status == 404
    assert api.finish(task).part("Result")["Success"] == "true"


def test_an_edit_of_what_was_changed_meanwhile_is_refused(events_server):
    api = events_server.admin("json")
    base = api.get("/api/backupServers?format=Entity").items()[0].link("Down", "CredentialsList").href
    path = api.post(base + "?action=create", Spec("CredentialsInfoSpec", {"Username": "svc"}), expect=201).headers["Location"]
    tag = api.request("GET", path, expect=200).headers["ETag"]
    same = api.request("GET", path, headers={"If-None-Match": tag})
    assert (same.status, same.body) == (304, b"")
    edit = Spec("CredentialsInfo", {"Description": "edited"})
    assert api.request("PUT", path, edit, headers={"If-Match": tag}).status == 204
    refused = api.request("PUT", path, edit, headers={"If-Match": tag})
    assert refused.status == 412 and "changed" in Resource.of(refused)["Message"]


def test_streams_end_with_the_logon_session_and_do_not_hold_up_the_end_of_the_server(events_server):
    api, other = events_server.admin("json"), events_server.admin("json")
    stream, another = EventStream(api), EventStream(other)
    api.request("DELETE", api.top.link("Delete").href, expect=204)
    assert stream.next_block() is None
    started = time.monotonic()
    assert events_server.stop() == 0, events_server.tail()
    assert time.monotonic() - started < 8, "a request under way gets ten seconds"
    assert another.next_block() is None
    events_server.start()
    assert events_server.client().logon("admin", PASSWORD)
