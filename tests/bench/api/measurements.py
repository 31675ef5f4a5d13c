"""What is measured, and what is asked of it."""
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Optional
from urllib.parse import quote

from load import Failed, Load, Running, measure
from servers import Holdfast, Nginx

ROUNDS = 3  # of what is compared with nginx: they take turns
ENTITY_CONNECTIONS = 16
ENTITY_PART = 0.4  # of nginx's rate
PAGE_MILLISECONDS = 50
LOGON_RATE = 200
STREAM_BYTES = 32 << 20
START_SECONDS = 5


@dataclass(frozen=True)
class Row:
    words: str
    asked: str
    measured: str
    met: Optional[bool] = None  # nothing is asked where it is None


def print_table(rows):
    width = max(len(row.words) for row in rows)
    print(f"\n{'':{width}}  {'asked':>22}  {'measured':>22}")
    for row in rows:
        verdict = "" if row.met is None else "met" if row.met else "MISSED"
        print(f"{row.words:{width}}  {row.asked:>22}  {row.measured:>22}  {verdict}")


class Scene:
    """A running server, and what a client of it knows."""

    def __init__(self, holdfast: Holdfast, folder: Path, machines: int, seconds: int):
        self.holdfast = holdfast
        self.folder = folder
        self.machines = machines
        self.seconds = seconds
        self.session = {}

    def measure(self, paths, connections, headers=None) -> dict:
        load = Load(self.holdfast.url, paths, self.session | (headers or {}), connections=connections)
        return measure(load, self.seconds, self.folder / "wrk")

    def points(self) -> list:
        """Paths of machines' points from all over the history, as entities."""
        found = []
        pages = self.machines // 10
        for page in range(1, pages, max(1, pages // 10)):
            body = self.holdfast.read(f"/api/vmRestorePoints?pageSize=100&page={page}", self.session).decode()
            found += re.findall(r'Href="https://[^/]*(/api/vmRestorePoints/[-0-9a-f]+)"', body)
        return [path + "?format=Entity" for path in found]

    def end(self):
        self.holdfast.stop()


def start(scene: Scene) -> list:
    # The first start makes account and certificate; the second is that of every day.
    scene.holdfast.start()
    scene.holdfast.stop()
    seconds = scene.holdfast.start()
    scene.session = scene.holdfast.log_on()
    return [Row("start until it answers", f"at most {START_SECONDS} s", f"{seconds:.2f} s", seconds <= START_SECONDS)]


def entity(scene: Scene) -> list:
    paths = scene.points()
    body = scene.holdfast.read(paths[0], scene.session)
    nginx = Nginx(scene.folder / "nginx", body, scene.holdfast.data)
    own, other = [], []
    try:
        for _ in range(ROUNDS):
            load = Load(nginx.url, paths, scene.session, connections=ENTITY_CONNECTIONS)
            other.append(measure(load, scene.seconds, scene.folder / "wrk")["rate"])
            own.append(scene.measure(paths, ENTITY_CONNECTIONS)["rate"])
    finally:
        nginx.stop()
    part = median(own) / median(other)
    return [Row(f"nginx, a file of {len(body)} bytes", "", f"{median(other):,.0f} a second"),
            Row("a VM restore point by its id", "", f"{median(own):,.0f} a second"),
            Row("  beside nginx", f"at least {ENTITY_PART:.0%}", f"{part:.1%}", part >= ENTITY_PART)]


def pages(scene: Scene) -> list:
    month = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 20 * 86400))
    queries = {
        "full points, newest first": "/api/vmRestorePoints?format=Entity&filter=Type==Full&sortDesc=CreationTime",
        "failed sessions, newest first":
            "/api/query?type=BackupJobSession&format=Entities&filter=Result==Failed&sortDesc=CreationTime",
        "sessions of a job, newest first": '/api/backupSessions?format=Entity&filter=JobName=="Job 0007"&sortDesc=CreationTime',
        "sessions since a date, oldest first":
            f'/api/query?type=BackupJobSession&format=Entities&filter=CreationTime>="{month}"&sortAsc=CreationTime',
        "all points, newest first": "/api/query?type=VmRestorePoint&format=Entities&sortDesc=CreationTime",
        "all points by name": "/api/query?type=VmRestorePoint&format=Entities&sortAsc=Name",
        "task sessions of machines, by name":
            '/api/query?type=BackupTaskSession&format=Entities&filter=JobName=="Job 0007"&sortAsc=Name',
    }
    rows = []
    for words, query in queries.items():
        path = quote(query, safe="/?=&") + "&pageSize=100&page="
        scene.holdfast.read(path + "1", scene.session)
        figures = scene.measure([path + str(number) for number in range(1, 6)], connections=1)
        rows.append(Row(f"a page of 100: {words}", f"99 % within {PAGE_MILLISECONDS} ms",
                        f"{figures['p99']:.1f} ms, half {figures['p50']:.1f}", figures["p99"] <= PAGE_MILLISECONDS))
    return rows


def logons(scene: Scene) -> list:
    paths = scene.points()
    alone = scene.measure(paths, connections=1)
    load = Load(scene.holdfast.url, ["/api/sessionMngr/?v=latest"], scene.holdfast.logon_headers(), "POST", connections=4)
    running = Running(load, scene.seconds, scene.folder / "wrk-logons")
    meanwhile = scene.measure(paths, connections=1)
    figures = running.figures()
    return [Row("logons of one account", f"at least {LOGON_RATE} a second", f"{figures['rate']:,.0f} a second",
                figures["rate"] >= LOGON_RATE),
            Row("  a VM restore point meanwhile", "", f"99 % within {meanwhile['p99']:.1f} ms"),
            Row("  and without logons", "", f"99 % within {alone['p99']:.1f} ms")]


def search(scene: Scene) -> list:
    queries = {
        "a name": "report-4000.txt",
        "the beginning of a name": "invoice-1*",
        "the end of a name": "*.pdf",
        "a name that is nowhere": "*no-such-name*",
    }
    rows = []
    for words, name in queries.items():
        path = f"/api/catalog/search?name={name}&pageSize=100"
        scene.holdfast.read(path, scene.session)
        figures = scene.measure([path], connections=1)
        rows.append(Row(f"guest files by {words}", "", f"99 % within {figures['p99']:.1f} ms, half {figures['p50']:.1f}"))
    return rows


class MemoryWatch:
    """The most that a server takes beyond what it had at the beginning."""

    def __init__(self, holdfast: Holdfast):
        self.holdfast = holdfast
        self.before = holdfast.resident_bytes()
        self.peak = self.before
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.ended.wait(0.01):
            self.peak = max(self.peak, self.holdfast.resident_bytes())

    def end(self) -> int:
        self.ended.set()
        self.thread.join()
        return self.peak - self.before


def stream(scene: Scene) -> list:
    rows = []
    for name, accept, mark in (("XML", "application/xml", b"<VmRestorePoint "), ("JSON", "application/json", b'"VmDisplayName"')):
        watch = MemoryWatch(scene.holdfast)
        try:
            started = time.monotonic()
            size, items = read_whole(scene, "/api/vmRestorePoints?format=Entity", accept, mark)
            seconds = time.monotonic() - started
        finally:
            extra = watch.end()
        if items != 10 * scene.machines:
            raise Failed(f"The collection has {items} of {10 * scene.machines} points")
        rows.append(Row(f"all VM restore points, {name}", f"less than {STREAM_BYTES >> 20} MiB more",
                        f"{extra / (1 << 20):.1f} MiB", extra < STREAM_BYTES))
        rows.append(Row(f"  {size >> 20} MiB", "", f"{seconds:.1f} s"))
    return rows


def read_whole(scene: Scene, path, accept, mark):
    """Bytes, and how often `mark` is in them."""
    connection = scene.holdfast.connect()
    try:
        connection.request("GET", path, headers=scene.session | {"Accept": accept})
        answer = connection.getresponse()
        if answer.status != 200:
            raise Failed(f"GET {path} was answered with {answer.status}")
        size = items = 0
        rest = b""
        while block := answer.read(1 << 20):
            size += len(block)
            block = rest + block
            items += block.count(mark)
            rest = block[-(len(mark) - 1):]
        return size, items
    finally:
        connection.close()


# "start" comes first: it gives the others their server.
MEASUREMENTS = {"start": start, "entity": entity, "pages": pages, "search": search, "logons": logons, "stream": stream}
