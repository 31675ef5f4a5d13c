"""Running a program and measuring it; the page cache before it."""
import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


class Failed(Exception):
    """A program of a contestant ended with an error."""


@dataclass(frozen=True)
class Usage:
    seconds: float
    cpu_seconds: float  # user and system, of the process and the children that it waited for
    peak_bytes: int     # resident, all processes of its session together


def run(command, environment, cwd=None) -> Usage:
    """The program with its output to a pipe; Failed with the end of that output when it does not end with 0."""
    started = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], env=environment, cwd=cwd, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    ended = threading.Event()
    peak = [0]
    watcher = threading.Thread(target=watch_memory, args=(process.pid, ended, peak))
    watcher.start()
    output = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    if process.returncode != 0:
        text = output.decode(errors="replace").strip().splitlines()
        raise Failed(f"{Path(command[0]).name} {command[1]} ended with {process.returncode}: " + " ".join(text[-3:]))
    return Usage(seconds, usage.ru_utime + usage.ru_stime, max(peak[0], usage.ru_maxrss * 1024))


def watch_memory(session, ended, peak):
    """Every 50 ms, since the kernel keeps the peak of each process, but not of several together."""
    while not ended.wait(0.05):
        peak[0] = max(peak[0], resident_bytes(session))


def resident_bytes(session) -> int:
    total = 0
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if session in (int(fields[1]), int(fields[3])):
            total += int(fields[21]) * PAGE
    return total


def forget_cached(*places):
    """Takes the files out of the page cache: all caches where that is allowed, else these files."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3\n", encoding="ascii")
        return
    except OSError:  # not root, or a container: file by file needs no rights
        pass
    for place in places:
        if place.is_file():
            forget_file(place)
        for folder, _, names in os.walk(place):
            for name in names:
                forget_file(Path(folder, name))


def forget_file(file):
    descriptor = os.open(file, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def stored_bytes(folder) -> int:
    """Of all plain files below the folder."""
    return sum(os.lstat(os.path.join(path, name)).st_size for path, _, names in os.walk(folder) for name in names)
