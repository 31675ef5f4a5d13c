"""A crowd of hostile clients, in a process of its own: `crowd.py PORT SOURCE ATTACK COUNT`.

All its connections begin at once, from the address SOURCE. It prints "ready" when each of them has got where it wanted to
be, and at the end, which is when all have been turned away or its standard input is closed, one line of JSON: how many
connections ended in which way, and after how many seconds at the earliest and the latest."""

import collections
import heapq
import itertools
import json
import resource
import select
import socket
import ssl
import sys
import time

GET = b"GET /api/schema/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n"
BODY_BYTES = 4096


class Crowd:
    """Runs generators side by side. Each yields what it waits for: (socket, "r" or "w", seconds) or (None, "", seconds), and is
    told whether that came before the time was over."""

    def __init__(self, port, source, count):
        self.port, self.source, self.count = port, source, count
        self.poll = select.epoll()
        self.waiting = {}  # file descriptor -> (number of the wait, task, socket)
        self.timers, self.numbers = [], itertools.count()
        self.timed = {}  # number of the wait -> (task, file descriptor)
        self.ready = 0
        self.tasks = 0
        self.endings = collections.defaultdict(list)  # way -> seconds

    # --- The loop

    def add(self, task):
        self.tasks += 1
        self._step(task, None)

    def _step(self, task, value):
        try:
            sock, direction, seconds = task.send(value)
        except (StopIteration, OSError) as end:
            self.tasks -= 1
            if isinstance(end, OSError):  # closed on before it got where it wanted to be
                self.ready += 1
                self.endings["refused"].append(0)
            return
        number, fd = next(self.numbers), None
        if sock is not None:
            fd = sock.fileno()
            self.poll.register(fd, (select.EPOLLIN if direction == "r" else select.EPOLLOUT) | select.EPOLLONESHOT)
            self.waiting[fd] = (number, task)
        self.timed[number] = (task, fd)
        heapq.heappush(self.timers, (time.monotonic() + seconds, number))

    def _forget(self, fd):
        self.waiting.pop(fd)
        self.poll.unregister(fd)

    def run(self):
        said_ready = False
        self.poll.register(sys.stdin.fileno(), select.EPOLLIN)
        while self.tasks:
            if not said_ready and self.ready == self.count:
                said_ready = True
                print("ready", flush=True)
            pause = max(0, min(1, self.timers[0][0] - time.monotonic())) if self.timers else 1
            for fd, _ in self.poll.poll(pause):
                if fd == sys.stdin.fileno():
                    return
                number, task = self.waiting[fd]
                self._forget(fd)
                self.timed.pop(number)
                self._step(task, True)
            while self.timers and self.timers[0][0] <= time.monotonic():
                _, number = heapq.heappop(self.timers)
                if number in self.timed:
                    task, fd = self.timed.pop(number)
                    if fd is not None:
                        self._forget(fd)
                    self._step(task, False)

    def report(self):
        return {way: {"count": len(times), "first": round(min(times), 1), "last": round(max(times), 1)}
                for way, times in self.endings.items()}

    # --- What connections are made of

    def connect(self):
        sock = socket.socket()
        sock.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        sock.bind((self.source, 0))
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.1", self.port))
        yield sock, "w", 120
        return sock

    def connect_tls(self):
        plain = yield from self.connect()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        sock = context.wrap_socket(plain, do_handshake_on_connect=False)
        yield from self.nonblocking(sock, sock.do_handshake, 120)
        return sock

    def nonblocking(self, sock, act, seconds):
        """None where the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return act()
            except (ssl.SSLWantReadError, BlockingIOError):
                direction = "r"
            except ssl.SSLWantWriteError:
                direction = "w"
            if not (yield sock, direction, max(0, deadline - time.monotonic())):
                return None

    def until_turned_away(self, sock, started, piece=b"", pace=0):
        """Sends `piece` at that pace, if any, until the server answers or closes; notes how it ended."""
        while True:
            try:
                got = yield from self.nonblocking(sock, lambda: sock.recv(4096), pace or 600)
                if got is not None:
                    way = got.split()[1].decode() if got.startswith(b"HTTP/1.1 ") else "closed"
                    break
                yield from self.nonblocking(sock, lambda: sock.send(piece), 600)
            except OSError:
                way = "closed"
                break
        self.endings[way].append(time.monotonic() - started)
        sock.close()


# --- Attacks: one connection of each

def silent(crowd):
    """Connects and says nothing: not even the TLS handshake begins."""
    sock = yield from crowd.connect()
    crowd.ready += 1
    yield from crowd.until_turned_away(sock, time.monotonic())


def idle(crowd):
    """Shakes hands and asks for nothing."""
    sock = yield from crowd.connect_tls()
    crowd.ready += 1
    yield from crowd.until_turned_away(sock, time.monotonic())


def half_handshake(crowd):
    """The first bytes of a handshake, and a byte of it now and then."""
    sock = yield from crowd.connect()
    sock.send(b"\x16\x03\x01\x02\x00\x01")
    crowd.ready += 1
    yield from crowd.until_turned_away(sock, time.monotonic(), b"\x00", 4)


def slow_head(crowd):
    sock = yield from crowd.connect_tls()
    started = time.monotonic()
    yield from crowd.nonblocking(sock, lambda: sock.send(b"GET /api/ HTTP/1.1\r\nHost: h\r\nX-Slow: "), 60)
    crowd.ready += 1
    yield from crowd.until_turned_away(sock, started, b"x", 4)


def slow_body(crowd):
    sock = yield from crowd.connect_tls()
    started = time.monotonic()
    head = f"POST /api/sessionMngr/ HTTP/1.1\r\nHost: h\r\nContent-Length: {BODY_BYTES}\r\n\r\n".encode()
    yield from crowd.nonblocking(sock, lambda: sock.send(head), 60)
    crowd.ready += 1
    yield from crowd.until_turned_away(sock, started, b"x", 4)


def large_body(crowd):
    """All of the largest body that is let in, but for its last byte."""
    sock = yield from crowd.connect_tls()
    started = time.monotonic()
    size = 4 << 20
    left = memoryview(f"POST /api/sessionMngr/ HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * (size - 1))
    try:
        while left:
            sent = yield from crowd.nonblocking(sock, lambda: sock.send(left[:65536]), 60)
            left = left[sent or 0:]
    except OSError:
        pass  # refused before all was sent; the answer tells
    crowd.ready += 1
    yield from crowd.until_turned_away(sock, started)


def deaf(crowd):
    """Asks for a large answer again and again, and never reads."""
    sock = yield from crowd.connect_tls()
    started = time.monotonic()
    yield from crowd.nonblocking(sock, lambda: sock.send(GET * 100), 60)
    crowd.ready += 1
    while True:
        try:
            # Nothing that is sent is an end: a socket that was closed on refuses what comes.
            yield None, "", 2
            yield from crowd.nonblocking(sock, lambda: sock.send(GET), 1)
        except OSError:
            break
    crowd.endings["closed"].append(time.monotonic() - started)
    sock.close()


def pipeline(crowd):
    """Requests without a pause, a thousand at a time; what is answered is read and dropped."""
    sock = yield from crowd.connect_tls()
    crowd.ready += 1
    left = b""
    while True:
        left = left or b"GET /api/ HTTP/1.1\r\nHost: h\r\n\r\n" * 1000
        try:
            sent = yield from crowd.nonblocking(sock, lambda: sock.send(left), 0.01)
            left = left[sent or 0:]
            yield from crowd.nonblocking(sock, lambda: sock.recv(1 << 20), 0.01)
        except OSError:
            break
    crowd.endings["closed"].append(0)
    sock.close()


ATTACKS = {attack.__name__: attack for attack in (
    silent, idle, half_handshake, slow_head, slow_body, large_body, deaf, pipeline)}


def main():
    port, source, attack, count = int(sys.argv[1]), sys.argv[2], ATTACKS[sys.argv[3]], int(sys.argv[4])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd(port, source, count)
    for _ in range(count):
        crowd.add(attack(crowd))
    crowd.run()
    print(json.dumps(crowd.report()), flush=True)


if __name__ == "__main__":
    main()
