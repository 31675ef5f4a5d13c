"""The servers that take part: holdfast serve on a filled catalog, nginx with a file, PostgreSQL."""
import base64
import http.client
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

from load import Failed

PASSWORD = "a password of the benchmark"
START_LIMIT = 120  # seconds


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(*command):
    ended = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                           cwd="/")
    if ended.returncode != 0:
        raise Failed(f"{command[0]}: " + (ended.stdout + ended.stderr).strip())


def stop(process):
    process.terminate()
    process.wait()


class Holdfast:
    """As a user starts it, with a data directory and a database."""

    def __init__(self, program: Path, data: Path, database: str):
        self.data = data
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.log = data.parent / "holdfast.log"
        password_file = data.parent / "password"
        password_file.write_text(PASSWORD + "\n", encoding="utf-8")
        password_file.chmod(0o600)
        self.command = [program, "serve", "--data-dir", data, "--listen", f"127.0.0.1:{self.port}", "--database", database,
                        "--initial-password-file", password_file]

    def start(self) -> float:
        """The seconds until it answers."""
        started = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > started + START_LIMIT:
                raise Failed("holdfast serve does not serve: " + self.log.read_text(encoding="utf-8", errors="replace").strip())
            time.sleep(0.01)
        return time.monotonic() - started

    def answers(self) -> bool:
        try:
            return self.get("/api/", {})[0] == 200
        except OSError:
            return False

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=300, context=context)

    def get(self, path, headers, method="GET"):
        """Status, headers and body."""
        connection = self.connect()
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def read(self, path, headers) -> bytes:
        status, _, body = self.get(path, headers)
        if status != 200:
            raise Failed(f"GET {path} was answered with {status}: " + body.decode(errors="replace")[:500])
        return body

    def logon_headers(self) -> dict:
        return {"Authorization": "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()}

    def log_on(self) -> dict:
        """The header that goes along with every request of the session."""
        status, headers, body = self.get("/api/sessionMngr/?v=latest", self.logon_headers(), "POST")
        if status != 201:
            raise Failed(f"The logon was answered with {status}: " + body.decode(errors="replace"))
        return {"X-RestSvcSessionId": headers["X-RestSvcSessionId"]}

    def resident_bytes(self) -> int:
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self):
        stop(self.process)


class Nginx:
    """One file, whatever the path, with the certificate of the other server."""

    def __init__(self, folder: Path, body: bytes, certificates: Path):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "answer.xml").write_bytes(body)
        port = free_port()
        self.url = f"https://127.0.0.1:{port}"
        # As root, its workers would be another user, who may not come to the file.
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(f"""
            {user}
            daemon off;
            pid {folder}/nginx.pid;
            error_log {folder}/error.log;
            worker_processes auto;
            events {{ worker_connections 1024; }}
            http {{
                access_log off;
                keepalive_requests 100000000;
                client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
                uwsgi_temp_path {folder}; scgi_temp_path {folder};
                server {{
                    listen 127.0.0.1:{port} ssl;
                    ssl_certificate {certificates}/certificate.pem;
                    ssl_certificate_key {certificates}/private-key.pem;
                    root {folder};
                    location / {{ try_files /answer.xml =404; default_type application/xml; }}
                }}
            }}
            """, encoding="utf-8")
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_LIMIT
        while not self.listens(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"nginx does not serve: see {folder}/error.log")
            time.sleep(0.01)

    @staticmethod
    def listens(port) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return True
        except OSError:
            return False

    def stop(self):
        stop(self.process)


class Postgresql:
    """A cluster of its own, that answers on a socket in its folder. It refuses to run as root."""

    def __init__(self, folder: Path):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.data = folder / "cluster"
        # Sockets have short paths.
        self.socket = Path(subprocess.run(["mktemp", "-d", "/tmp/holdfast-bench.XXXXXX"], capture_output=True, text=True,
                                          check=True).stdout.strip())
        user = "postgres" if self.prefix else pwd.getpwuid(os.geteuid()).pw_name
        self.database = f"postgresql:///holdfast?host={self.socket}&user={user}"
        is_new = not self.data.exists()
        folder.mkdir(parents=True, exist_ok=True)
        for owned in (folder, self.socket):
            if self.prefix:
                shutil.chown(owned, "postgres", "postgres")
        self.control = [*self.prefix, programs / "pg_ctl", "-D", self.data]
        if is_new:
            run(*self.prefix, programs / "initdb", "-D", self.data, "-A", "trust", "-E", "UTF8")
        run(*self.control, "-w", "-l", folder / "postgresql.log", "-o", f"-c listen_addresses= -k {self.socket}", "start")
        self.psql = [*self.prefix, "psql", "-q", "-h", self.socket]
        if is_new:
            run(*self.psql, "-c", "CREATE DATABASE holdfast", "postgres")

    def vacuum(self):
        """What autovacuum does after a while."""
        run(*self.psql, "-c", "VACUUM ANALYZE", "holdfast")

    def stop(self):
        run(*self.control, "-m", "fast", "-w", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)
