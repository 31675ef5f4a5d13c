"""The real program, run as a user would run it."""

import os
import pathlib
import signal
import socket
import ssl
import subprocess
import http.client

from em_client import EmClient
from machines import TOP, wait_for

PROGRAM = pathlib.Path(os.environ.get("HOLDFAST", TOP / "build" / "release" / "holdfast"))
PASSWORD = "correct horse battery staple ü"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class HoldfastServer:
    def __init__(self, folder, recorder, database=None, command=None, environment=None):
        self.folder = folder  # data, password file and log
        self.data = folder / "data"
        self.log = folder / "holdfast.log"
        self.recorder = recorder
        self.database = database
        self.command = command  # in the place of the options below
        self.environment = environment
        self.port = free_port()
        self.process = None
        self._clients = []
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.password_file.chmod(0o600)

    @property
    def base(self):
        return f"https://127.0.0.1:{self.port}"

    def start(self, seconds=60):
        command = self.command or [PROGRAM, "serve", "--data-dir", self.data, "--listen", f"127.0.0.1:{self.port}",
                                   "--initial-password-file", self.password_file]
        if self.database:
            command += ["--database", self.database]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log,
                                            env=self.environment and dict(os.environ, **self.environment))
        wait_for("holdfast serve is ready", self._ready, seconds)
        return self

    def _ready(self):
        assert self.process.poll() is None, f"holdfast ended with {self.process.returncode}:\n{self.tail()}"
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=context)
        try:
            connection.request("GET", "/api/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def tail(self, lines=40):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, seconds=60):
        """As a service manager does; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def close(self):
        if self.is_running():
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()

    def client(self, form="xml", source_address=None):
        """Not logged on."""
        return EmClient(self.base, form, self.recorder, source_address)

    def admin(self, form="xml"):
        client = self.client(form)
        client.top = client.logon("admin", PASSWORD)
        return client

    # --- What the process takes

    def forget_peak_memory(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def peak_memory_mib(self):
        return self._memory_mib("VmHWM:")

    def memory_mib(self):
        return self._memory_mib("VmRSS:")

    def _memory_mib(self, name):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
        raise AssertionError(f"no {name}")

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
