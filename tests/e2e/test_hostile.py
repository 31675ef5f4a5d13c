"""Hostile clients against the real server: its memory is bounded, they are turned away or time out, and others are served.

The crowds run in processes of their own (crowd.py). Speed is measured elsewhere: here others must be answered, and not stall."""

import concurrent.futures
import contextlib
import json
import pathlib
import resource
import select
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

from em_client import NAMESPACE, basic
from holdfast_server import PASSWORD, PROGRAM
from test_bad_input import BILLION_LAUGHS, JSON, XML, repository

CROWD = pathlib.Path(__file__).with_name("crowd.py")
MOST_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
STALLED = 5.0  # seconds; the crowds take their processor time from the server and from the others alike


@pytest.fixture(scope="module")
def hostile_server(make_server):
    server = make_server("hostile").start()
    yield server
    server.close()


# --- Who attacks

class Attack:
    addresses = iter(range(1, 250))

    def __init__(self, server, name, count):
        address = f"127.0.20.{next(Attack.addresses)}"
        self.name, self.count = name, count
        self.process = subprocess.Popen([sys.executable, str(CROWD), str(server.port), address, name, str(count)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def wait_until_under_way(self, seconds=60):
        came, _, _ = select.select([self.process.stdout], [], [], seconds)
        assert came, f"{self.name}: not all {self.count} connections came that far within {seconds} s"
        assert self.process.stdout.readline() == b"ready\n"

    def end_of_all(self, seconds):
        """How the server ended all of the connections: {way: {"count", "first", "last"}}."""
        ended, _, _ = select.select([self.process.stdout], [], [], max(0, seconds))
        assert ended, f"{self.name}: some of {self.count} connections are still there"
        report = json.loads(self.process.stdout.readline())
        print(f"{self.count} x {self.name}: {report}")
        return report


@contextlib.contextmanager
def attacks(server, **counts):
    """Begun one after the other, since they share two processors with the server; then side by side. Those that run still at
    the end are stopped."""
    under_way = []
    try:
        for name, count in counts.items():
            under_way.append(Attack(server, name, count))
            under_way[-1].wait_until_under_way()
        yield under_way
    finally:
        for attack in under_way:
            if attack.process.poll() is None:
                attack.process.kill()
            attack.process.wait()


# --- Who must not suffer

class Others:
    """Well-behaved clients, each in a thread: with a session and a connection of long standing, with a new connection for each
    request, and with a logon for each request."""

    def __init__(self, server):
        self.server = server
        self.stopping = threading.Event()
        self.slowest, self.answers, self.failures = {}, {}, []
        self.threads = [threading.Thread(target=self._run, args=(act,)) for act in (
            self._ask_again, self._connect_anew, self._log_on)]
        self.admin = server.admin()

    def _ask_again(self):
        self.admin.request("GET", "/api/jobs", expect=200)

    def _connect_anew(self):
        client = self.server.client()
        assert client.send("GET", "/api/").status == 200
        client.close()

    def _log_on(self):
        client = self.server.client()
        session = client.logon("admin", PASSWORD)
        client.request("DELETE", session.link("Delete").href, expect=204)
        client.close()

    def _run(self, act):
        name = act.__name__.strip("_")
        while not self.stopping.is_set():
            started = time.monotonic()
            try:
                act()
            except Exception as error:  # any at all is a failure of the test
                self.failures.append(f"{name}: {error!r}")
            took = time.monotonic() - started
            self.slowest[name] = max(self.slowest.get(name, 0), took)
            self.answers[name] = self.answers.get(name, 0) + 1
            self.stopping.wait(0.02)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        self.admin.close()


@contextlib.contextmanager
def all_is_well(server, more_memory_mib):
    """During what is done inside, others are served and the server's memory grows by no more than that."""
    before = server.memory_mib()
    server.forget_peak_memory()
    with Others(server) as others:
        yield
    growth = server.peak_memory_mib() - before
    print(f"{others.answers} answers, the slowest after {({name: round(time, 2) for name, time in others.slowest.items()})} s; "
          f"{before:.0f} MiB, {growth:.0f} MiB more at most")
    assert not others.failures, others.failures[:5]
    assert max(others.slowest.values()) < STALLED, others.slowest
    assert growth < more_memory_mib
    assert server.is_running()


# --- Crowds

def test_ten_thousand_idle_connections_and_as_many_that_never_say_a_word(hostile_server):
    if MOST_FILES < 13_000:
        pytest.skip(f"a process may open {MOST_FILES} files here; 12,000 connections need 13,000")
    with all_is_well(hostile_server, 500):
        before = hostile_server.memory_mib()
        with contextlib.ExitStack() as stack:
            for _ in range(2):
                stack.enter_context(attacks(hostile_server, idle=5000))
            each_kib = (hostile_server.memory_mib() - before) * 1024 / 10_000
            print(f"{each_kib:.1f} KiB for each of 10,000 idle connections")
            assert each_kib < 50
            # More than the server keeps: the ones that have been silent for the longest make room.
            for _ in range(2):
                stack.enter_context(attacks(hostile_server, silent=5000))


def test_slow_clients_are_cut_off(hostile_server):
    """Nobody takes more than the 30 s for a request, or the 60 s without taking anything of an answer."""
    with all_is_well(hostile_server, 600), attacks(
            hostile_server, deaf=500, large_body=100, slow_head=2000, slow_body=2000, silent=1000, half_handshake=1000) as under_way:
        last = time.monotonic() + 240
        ends = {attack.name: attack.end_of_all(last - time.monotonic()) for attack in under_way}
    for name, way in (("silent", "closed"), ("half_handshake", "closed"), ("slow_head", "408"), ("slow_body", "408")):
        assert list(ends[name]) == [way], ends[name]
        assert ends[name][way]["last"] < 45, ends[name]
    # There is room for most of 256 MiB of large bodies; those who come then are told to come back.
    assert set(ends["large_body"]) == {"408", "503"} and ends["large_body"]["408"]["count"] <= 64, ends["large_body"]
    assert list(ends["deaf"]) == ["closed"] and ends["deaf"]["closed"]["last"] < 200


def test_floods_of_requests(hostile_server):
    with all_is_well(hostile_server, 100), attacks(hostile_server, pipeline=20):
        client = hostile_server.client()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert client.send("GET", "/api/schema/RestAPI.xsd").status == 200


def test_floods_of_wrong_passwords(hostile_server):
    """From one address and from many: a check costs a tenth of a second and 32 MiB."""
    def fail(number):
        client = hostile_server.client(source_address=(f"127.0.21.{number // 3 + 1}", 0))
        status = client.send("POST", "/api/sessionMngr/", headers={"Authorization": basic(f"nobody {number}", "wrong")}).status
        client.close()
        return status

    with all_is_well(hostile_server, 150), concurrent.futures.ThreadPoolExecutor(50) as pool:
        assert set(pool.map(fail, range(150))) <= {401, 503}


def test_without_enough_descriptors_connections_make_room_for_others(make_server):
    server = make_server("few-descriptors")
    server.command = ["prlimit", "--nofile=1024:1024", PROGRAM, "serve", "--data-dir", server.data, "--listen",
                      f"127.0.0.1:{server.port}", "--initial-password-file", server.password_file]
    server.start()
    with all_is_well(server, 100), attacks(server, silent=2000, idle=1000):
        started = server.processor_seconds()
        for _ in range(50):
            client = server.client()
            assert client.send("GET", "/api/").status == 200
            client.close()
        assert server.processor_seconds() - started < 5
    assert "at most 512 connections" in server.log.read_text()
    assert len(server.log.read_text().splitlines()) < 1000
    assert server.stop() == 0


# --- Single requests

def deep(opening, closing, depth=20_000):
    return opening * depth + closing * depth


def job_spec(inner):
    return f'<JobSpec xmlns="{NAMESPACE}">{inner}</JobSpec>'


DOCUMENTS = {
    "billion laughs": (XML, BILLION_LAUGHS),
    "quadratic entities": (XML, f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]><r>{"&a;" * 50_000}</r>'),
    "deep XML": (XML, job_spec(deep("<a>", "</a>"))),
    "deep JSON": (JSON, deep('{"a":[', "]}")),
    "unclosed JSON": (JSON, "[" * 1_000_000),
    "a megabyte in an attribute": (XML, f'<JobSpec xmlns="{NAMESPACE}" a="{"x" * (1 << 20)}"/>'),
    "a megabyte in a namespace": (XML, f'<JobSpec xmlns="{"x" * (1 << 20)}"/>'),
    "a megabyte in a name": (XML, f'<{"x" * (1 << 20)}/>'),
    "100,000 attributes": (XML, "<JobSpec " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>"),
    "a million elements": (XML, job_spec("<a/>" * 1_000_000)),
    "two million values": (JSON, "[" + "0," * 2_000_000 + "0]"),
    "a million names": (JSON, "{" + ",".join(f'"{n:x}":0' for n in range(300_000)) + "}"),
    "a megabyte in a text": (JSON, repository(Name="n" * (1 << 20))),
    "a number of a megabyte": (JSON, '{"Name": ' + "9" * (1 << 20) + "}"),
    "a comment that does not end": (XML, "<!--" + "-" * (1 << 20)),
    "references without end": (XML, job_spec("<Name>" + "&#x41" * 200_000 + "</Name>")),
}


def test_hostile_documents(hostile_server):
    admin = hostile_server.admin()
    with all_is_well(hostile_server, 150):
        for name, (type, body) in DOCUMENTS.items():
            path = "/api/repositories" if type == JSON else "/api/jobs"
            started = time.monotonic()
            answer = admin.request("POST", path, body=body.encode(), content_type=type)
            assert 400 <= answer.status < 500, f"{name}: {answer}"
            assert time.monotonic() - started < STALLED, name


def test_external_entities_are_not_fetched(hostile_server, work):
    admin = hostile_server.admin()
    secret = work / "hostile-secret"
    secret.write_text("what only the server may read")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for declaration in (f'<!DOCTYPE r [<!ENTITY e SYSTEM "{url}">]>',
                            f'<!DOCTYPE r SYSTEM "{url}x.dtd">',
                            f'<!DOCTYPE r [<!ENTITY % e SYSTEM "{url}"> %e;]>',
                            f'<!DOCTYPE r [<!ENTITY e SYSTEM "file://{secret}">]>',
                            f'<?xml-stylesheet href="{url}"?>'):
            body = declaration + job_spec("<Name>&e;</Name>")
            answer = admin.request("POST", "/api/jobs", body=body.encode(), content_type=XML)
            assert answer.status == 400 and b"only the server" not in answer.body, str(answer)
        body = (f'<JobSpec xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                f'xmlns:xi="http://www.w3.org/2001/XInclude" '
                f'xsi:schemaLocation="{NAMESPACE} {url}x.xsd"><xi:include href="{url}"/></JobSpec>')
        assert admin.request("POST", "/api/jobs", body=body.encode(), content_type=XML).status == 400
        # All is answered, so what it would have asked for would be here.
        assert not select.select([listener], [], [], 0)[0], "something was fetched"


def test_filters_of_ten_thousand_terms(hostile_server):
    admin = hostile_server.admin()
    with all_is_well(hostile_server, 50):
        for term, joint in (("a==1", ";"), ("Name==%22x%22", ","), ("Name!=%22x%22", ";")):
            for count in (2000, 10_000):
                target = "/api/query?type=Job&filter=" + joint.join([term] * count)
                assert admin.request("GET", target).status in (400, 414, 431)
        for text in ("(" * 10_000, "(" * 2000 + "Name==x" + ")" * 2000, "Name==" + "%22" * 9_999):
            assert admin.request("GET", f"/api/query?type=Job&filter={text}").status == 400


# --- Bytes that are no proper requests

def connect(server, tls=True):
    plain = socket.create_connection(("127.0.0.1", server.port), 20)
    if not tls:
        return plain
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)


def answer_to(server, beginning, rest=b"", times=0, tls=True):
    """The status of the answer to bytes as they are, and `rest` again and again until there is one. None: closed without one,
    but for TLS's own alert."""
    with connect(server, tls) as stream:
        received = None
        try:
            stream.sendall(beginning)
            for _ in range(times):
                stream.sendall(rest)
                received = what_came(stream)
                if received is not None:
                    break
        except OSError:
            pass  # refused before all was sent
        try:
            received = stream.recv(65536) if received is None else received
        except OSError:
            return None
    return int(received.split()[1]) if received.startswith(b"HTTP/1.1 ") else None


def what_came(stream):
    """Without waiting; None where nothing did."""
    stream.settimeout(0)
    try:
        return stream.recv(65536)
    except (ssl.SSLWantReadError, BlockingIOError):
        return None
    finally:
        stream.settimeout(20)


HEAD = b"POST /api/sessionMngr/ HTTP/1.1\r\nHost: h\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 65_536


def test_endless_requests(hostile_server):
    wanted = [
        ("a gigantic Content-Length", 413, HEAD + b"Content-Length: 999999999999999999\r\n\r\n", b"", 0),
        ("a Content-Length that no number holds", 400, HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n", b"", 0),
        ("a negative Content-Length", 400, HEAD + b"Content-Length: -1\r\n\r\n", b"", 0),
        ("an endless chunked body", 413, CHUNKED, b"10000\r\n" + BLOCK + b"\r\n", 10_000),
        ("an endless body of tiny chunks", 413, CHUNKED, b"1\r\nx\r\n" * 10_000, 1_000),
        ("an endless chunk extension", 400, CHUNKED + b"1;", BLOCK, 10_000),
        ("a gigantic chunk", 413, CHUNKED + b"7fffffffffffffff\r\n", BLOCK, 10_000),
        ("endless trailers", 400, CHUNKED + b"0\r\n", b"A: b\r\n" * 1000, 10_000),
        ("a megabyte in a header", 431, HEAD + b"X-Large: ", BLOCK, 16),
        ("endless headers", 431, HEAD, b"A: b\r\n" * 1000, 10_000),
        ("an endless target", 431, b"GET /", BLOCK, 10_000),
    ]
    with all_is_well(hostile_server, 100), concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = {name: pool.submit(answer_to, hostile_server, *rest) for name, _, *rest in wanted}
        statuses = {name: job.result() for name, job in jobs.items()}
    assert statuses == {name: status for name, status, *_ in wanted}


def test_other_protocols(hostile_server):
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    with all_is_well(hostile_server, 50):
        assert answer_to(hostile_server, preface) in (400, 505)
        assert answer_to(hostile_server, b"\x00" * 100_000) in (400, 431)
        assert answer_to(hostile_server, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", tls=False) == 400
        assert answer_to(hostile_server, preface, tls=False) == 400
        assert answer_to(hostile_server, b"SSH-2.0-x\r\n", tls=False) == 400
        # A record of TLS that is none, and the handshake of SSL 2.
        assert answer_to(hostile_server, b"\x16\x03\x01\xff\xff" + BLOCK, BLOCK, 100, tls=False) is None
        assert answer_to(hostile_server, b"\x80\x2e\x01\x00\x02" + BLOCK, tls=False) is None


def test_renegotiation_is_refused(hostile_server):
    with all_is_well(hostile_server, 50):
        result = subprocess.run(["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{hostile_server.port}"],
                                input=b"R\n", capture_output=True, timeout=60)
    assert b"RENEGOTIATING" in result.stdout + result.stderr
    assert b"no renegotiation" in result.stderr, result.stderr[-500:]
