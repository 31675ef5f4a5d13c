"""A client of the Enterprise Manager REST API that knows nothing but its documents: it logs on, follows links, polls tasks.

It speaks XML or JSON; the tests see the same `Resource` for both. Every body that comes back is kept, so that the tests can
validate it against the schema that the server publishes."""

import base64
import http.client
import json
import re
import ssl
import time
import urllib.parse
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

NAMESPACE = "http://www.veeam.com/ent/v1.0"
SESSION_HEADER = "X-RestSvcSessionId"
OLD_VERSION = re.compile(r"[?&]v=v?1([_.][0-4])?(?![\w.])")

# The root element behind the Type of a link, where it is neither "<X>Reference", "<X>ReferenceList" nor the Type itself.
ROOTS = {
    "ObjectInJobList": "ObjectsInJob",
    "FileSystemItems": "FileSystemEntry",
    "DirectoryEntry": "FileSystemEntry",
    "FileEntry": "FileSystemEntry",
    "FileSystemItemsList": "FileSystemEntries",
    "DirectoryEntryList": "FileSystemEntries",
    "FileEntryList": "FileSystemEntries",
    "QueryService": "QuerySvc",
    "LookupService": "LookupSvc",
    "Report": "SummaryReport",
    "AgentsService": "Agents",
    "NasService": "NASService",
    "HierarchyItemList": "HierarchyItems",
    "CredentialsList": "CredentialsInfoList",
    "PasswordKeyList": "PasswordKeyInfoList",
    "EnterpriseAccountInRoleList": "EnterpriseAccountInRoleList",
}


def root_of_type(link_type):
    if link_type in ROOTS:
        return ROOTS[link_type]
    if link_type.endswith("ReferenceList"):
        return "EntityReferences"
    if link_type.endswith("Reference"):
        return "EntityRef"
    if link_type.endswith("List"):
        name = link_type[: -len("List")]
        if name.endswith("y"):
            return name[:-1] + "ies"
        return name + ("es" if name.endswith("s") else "s")
    return link_type


@dataclass
class Link:
    rel: str
    href: str
    type: str | None
    name: str | None


@dataclass
class Answer:
    method: str
    url: str
    status: int
    reason: str
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def content_type(self):
        return (self.headers.get("Content-Type") or "").split(";")[0].strip()

    def __str__(self):
        return f"{self.method} {self.url}: {self.status} {self.reason} {self.body[:2000]!r}"


def _text(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Resource:
    """One document, or a part of one, the same to look at in XML and JSON. Values are texts; what is absent or null is None."""

    def __init__(self, node, root_name=None):
        self._node = node
        self.is_json = not isinstance(node, ET.Element)
        self.root = root_name or (None if self.is_json else _local(node.tag))

    @staticmethod
    def of(answer):
        if answer.content_type == "application/json":
            assert not answer.body.startswith(b"\xef\xbb\xbf"), "a byte order mark before JSON"
            return Resource(json.loads(answer.body))
        assert answer.content_type == "application/xml", str(answer)
        root = ET.fromstring(answer.body)
        assert root.tag.startswith("{" + NAMESPACE + "}"), f"{root.tag} is not in the namespace of the API"
        return Resource(root)

    def __getitem__(self, name):
        if self.is_json:
            value = self._node.get(name)
            return value if isinstance(value, (dict, list)) else _text(value)
        if name in self._node.attrib:
            return self._node.attrib[name]
        child = self._child(name)
        return None if child is None else (child.text or "")

    def part(self, *names):
        """A nested element or object; None where it is missing."""
        node = self
        for name in names:
            child = node._node.get(name) if node.is_json else node._child(name)
            if child is None:
                return None
            node = Resource(child, name)
        return node

    def items(self):
        """The members of a collection, whatever they are called."""
        if self.is_json:
            for name, value in self._node.items():
                if name not in ("Links", "PagingInfo") and isinstance(value, list):
                    return [Resource(item) for item in value]
            return []
        return [Resource(child) for child in self._node if _local(child.tag) not in ("Links", "PagingInfo")]

    def items_of(self, name, plural):
        """The repeated element `name` below this one, which JSON calls `plural`."""
        if self.is_json:
            value = self._node.get(plural) or []
            return [Resource(item) for item in value] if isinstance(value, list) else []
        return [Resource(child) for child in self._node if _local(child.tag) == name]

    def links(self):
        if self.is_json:
            return [Link(link["Rel"], link["Href"], link["Type"], link["Name"]) for link in self._node.get("Links") or []]
        links = self._child("Links")
        return [] if links is None else [
            Link(link.get("Rel"), link.get("Href"), link.get("Type"), link.get("Name")) for link in links]

    def link(self, rel, type=None, contains=""):
        for link in self.links():
            if link.rel == rel and (type is None or link.type == type) and contains in link.href:
                return link
        raise AssertionError(f"no link Rel={rel} Type={type} with {contains!r} among {self.links()}")

    def all_links(self):
        """The links of this document and of everything inside it."""
        if self.is_json:
            found, todo = list(self.links()), list(self._node.values()) if isinstance(self._node, dict) else list(self._node)
            while todo:
                value = todo.pop()
                if isinstance(value, list):
                    todo += value
                elif isinstance(value, dict):
                    if isinstance(value.get("Links"), list):
                        found += Resource(value).links()
                    todo += [inner for name, inner in value.items() if name != "Links"]
            return found
        return [Link(link.get("Rel"), link.get("Href"), link.get("Type"), link.get("Name"))
                for link in self._node.iter("{%s}Link" % NAMESPACE)]

    def _child(self, name):
        return self._node.find("{%s}%s" % (NAMESPACE, name))


def _local(tag):
    return tag.rpartition("}")[2]


class Spec:
    """A request body: a root and its members in the order of the schema; a member is a text, a boolean, a number, a dict of
    members, or a list of dicts (a repeated element)."""

    # The JSON name of a repeated element.
    PLURALS = {"CreateObjectInJobSpec": "CreateObjectInJobSpecs", "Day": "Days", "ObjectInJob": "ObjectInJobs",
               "EnterpriseRole": "EnterpriseRoles", "HierarchyScopeItem": "HierarchyScopeItems", "Role": "Roles",
               "TcpPort": "TcpPorts"}

    def __init__(self, root, members):
        self.root, self.members = root, members

    def encode(self, form):
        if form == "json":
            return json.dumps(self._json(self.members)).encode(), "application/json"
        root = ET.Element(self.root, {"xmlns": NAMESPACE})
        self._xml(root, self.members)
        return ET.tostring(root, encoding="utf-8", xml_declaration=True), "application/xml"

    def _json(self, members):
        result = {}
        for name, value in members.items():
            if isinstance(value, dict):
                # JSON has a list of paths by itself.
                result[name.lstrip("@")] = value["Path"] if set(value) == {"Path"} else self._json(value)
            elif isinstance(value, list):
                result[self.PLURALS.get(name, name)] = [
                    self._json(item) if isinstance(item, dict) else item for item in value]
            elif value is not None:
                result[name.lstrip("@")] = value
        return result

    def _xml(self, parent, members):
        for name, value in members.items():
            if value is None:
                continue
            if name.startswith("@"):
                parent.set(name[1:], _text(value))
                continue
            for item in value if isinstance(value, list) else [value]:
                child = ET.SubElement(parent, name)
                if isinstance(item, dict):
                    self._xml(child, item)
                else:
                    child.text = _text(item)


@dataclass
class Recorder:
    """Every body that was answered: XML by content, JSON by request and content, with the answer."""

    bodies: dict = field(default_factory=dict)
    json_bodies: dict = field(default_factory=dict)

    def keep(self, answer, writes_nulls):
        if not answer.body or "/api/schema" in answer.url.lower():
            return
        if answer.content_type == "application/xml":
            self.bodies.setdefault(answer.body, f"{answer.method} {answer.url} -> {answer.status}")
        elif answer.content_type == "application/json" and writes_nulls:
            self.json_bodies.setdefault((answer.method, answer.url, answer.body), answer)


class TaskFailed(AssertionError):
    pass


class EmClient:
    """One client: a connection of its own, a format, and a logon session once it has one. Not for several threads."""

    def __init__(self, base, form="xml", recorder=None, source_address=None):
        self.base = base.rstrip("/")  # "https://127.0.0.1:9398"
        self.form = form
        self.token = None
        self.recorder = recorder or Recorder()
        self.source_address = source_address
        self.writes_nulls = True  # what openapi.json states: JSON of versions up to 1.4 leaves nulls out
        self._connection = None

    # --- HTTP

    def send(self, method, target, body=None, content_type=None, headers=None, accept="", timeout=120):
        """One request as it is, without logon headers. `target` is an absolute link or a path."""
        url = urllib.parse.urlsplit(target)
        path = urllib.parse.urlunsplit(("", "", url.path, url.query, "")) if url.scheme else target
        sent = dict(headers or {})
        accept = accept if accept != "" else ("application/json" if self.form == "json" else None)
        if accept is not None:
            sent.setdefault("Accept", accept)
        if content_type:
            sent["Content-Type"] = content_type
        for attempt in (1, 2):
            connection = self._connect(timeout)
            try:
                connection.request(method, path, body=body, headers=sent)
                response = connection.getresponse()
                answer = Answer(method, path, response.status, response.reason, response.headers, response.read())
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
                # The server may close an idle connection at any time; only then is it right to send again.
                fresh = connection.holdfast_requests == 0
                self.close()
                if fresh or attempt == 2:
                    raise
        connection.holdfast_requests += 1
        if response.will_close:
            self.close()
        if method == "POST" and "/sessionmngr" in path.lower():
            self.writes_nulls = not OLD_VERSION.search(path)
        self.recorder.keep(answer, self.writes_nulls)
        return answer

    def _connect(self, timeout):
        if self._connection is None:
            url = urllib.parse.urlsplit(self.base)
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self._connection = http.client.HTTPSConnection(
                url.hostname, url.port, timeout=timeout, context=context, source_address=self.source_address)
            self._connection.holdfast_requests = 0
        return self._connection

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def request(self, method, target, body=None, expect=None, headers=None, **more):
        """With the session. `body`: a Spec, or bytes with content_type. `expect`: the status, or several."""
        if isinstance(body, Spec):
            body, more["content_type"] = body.encode(self.form)
        sent = dict(headers or {})
        if self.token and SESSION_HEADER not in sent and "Cookie" not in sent:
            sent[SESSION_HEADER] = self.token
        answer = self.send(method, target, body=body, headers=sent, **more)
        if expect is not None:
            wanted = (expect,) if isinstance(expect, int) else expect
            assert answer.status in wanted, f"expected {expect}: {answer}"
        return answer

    def get(self, target, **more):
        return Resource.of(self.request("GET", target, expect=200, **more))

    def post(self, target, body=None, **more):
        return self.request("POST", target, body=body, **more)

    # --- Logon

    def logon(self, user, password, version="latest"):
        query = f"?v={version}" if version else ""
        answer = self.send("POST", f"/api/sessionMngr/{query}", headers={"Authorization": basic(user, password)})
        assert answer.status == 201, str(answer)
        self.token = answer.headers[SESSION_HEADER]
        return Resource.of(answer)

    # --- Tasks

    def start(self, method, target, body=None, **more):
        """An operation that answers with a Task; the first form of it, just started."""
        answer = self.request(method, target, body=body, expect=202, **more)
        task = Resource.of(answer)
        assert task["TaskId"] and task["State"] in ("Running", "OperationFinished", "Finished"), str(answer)
        return task

    def finish(self, task, seconds=120, seen=None):
        """Polls the task until it is finished; its last form, whether it succeeded or not."""
        poll = task["Href"]
        assert task.link("Delete").href == task.links()[0].href, "the first link of a task is its Delete link"
        deadline = time.monotonic() + seconds
        while True:
            current = self.get(poll)
            if seen is not None:
                seen.append(current["State"])
            if current["State"] == "Finished":
                return current
            assert time.monotonic() < deadline, f"task {task['TaskId']} {task['Operation']} still {current['State']} after {seconds} s"
            time.sleep(0.05)

    def run(self, method, target, body=None, seconds=120, **more):
        """Starts, waits, and demands success."""
        finished = self.finish(self.start(method, target, body, **more), seconds)
        result = finished.part("Result")
        if result is None or result["Success"] != "true":
            raise TaskFailed(f"{method} {target}: {result and result['Message']}")
        return finished


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def with_query(href, query):
    return href + ("&" if "?" in href else "?") + query
