"""The row "export": the disk of a restore point as an NBD export, read by a client of ours."""
import json
import subprocess
import tempfile
import time
from pathlib import Path

from contestants import MACHINE
from measure import Failed, resident_bytes

START_LIMIT = 60  # seconds


def measure_export(holdfast, repository, image, client) -> dict:
    """Figures of the client, and the seconds from starting the command until it serves, and its peak memory."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        socket = Path(folder, "socket")
        started = time.monotonic()
        with open(Path(folder, "log"), "w+b") as log:
            server = subprocess.Popen(
                [holdfast.program, "export", *holdfast.access(repository),
                 f"latest:{MACHINE}/disks/disk.raw", "--socket", socket],
                env=holdfast.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            try:
                # It says so when it serves; nbdkit makes the socket earlier.
                while b"Serving" not in Path(folder, "log").read_bytes():
                    if server.poll() is not None or time.monotonic() > started + START_LIMIT:
                        log.seek(0)
                        raise Failed("holdfast export does not serve: " + log.read().decode(errors="replace").strip())
                    time.sleep(0.005)
                ready = time.monotonic() - started
                return read_export(client, socket, image, server.pid) | {"ready_seconds": ready}
            finally:
                server.terminate()
                server.wait()


def read_export(client, socket, image, session) -> dict:
    peak = 0
    with subprocess.Popen([client, socket, image], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        while reading.poll() is None:
            peak = max(peak, resident_bytes(session))
            time.sleep(0.05)
        output, errors = reading.communicate()
        if reading.returncode != 0:
            raise Failed("the NBD client: " + errors.decode(errors="replace").strip())
    return json.loads(output) | {"peak_bytes": peak}
