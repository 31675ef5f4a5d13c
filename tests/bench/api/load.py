"""Load on an HTTPS server, by wrk."""
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


class Failed(Exception):
    """A program that takes part ended with an error, or answered with one."""


@dataclass(frozen=True)
class Load:
    """What wrk is to do: `connections` that are kept alive, each with one request at a time."""
    url: str  # "https://127.0.0.1:9398"
    paths: list
    headers: dict
    method: str = "GET"
    connections: int = 1


class Running:
    def __init__(self, load: Load, seconds: int, folder: Path):
        # Each has files of its own: two may run at once.
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "paths").write_text("".join(path + "\n" for path in load.paths), encoding="utf-8")
        (folder / "headers").write_text("".join(f"{name}: {value}\n" for name, value in load.headers.items()), encoding="utf-8")
        self.process = subprocess.Popen(
            ["wrk", "--threads", "1", "--connections", str(load.connections), "--duration", f"{seconds}s", "--timeout", "30s",
             "--script", Path(__file__).parent / "requests.lua", load.url, "--", load.method, folder / "paths", folder / "headers"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def figures(self) -> dict:
        """Latencies in milliseconds. Failed where any request was not answered with success."""
        output, _ = self.process.communicate()
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if self.process.returncode != 0 or not lines:
            raise Failed("wrk: " + output.strip())
        figures = json.loads(lines[0])
        if figures["failed"] or not figures["requests"]:
            raise Failed(f"wrk: {figures['failed']} of {figures['requests']} requests were not answered with success")
        return figures


def measure(load: Load, seconds: int, folder: Path) -> dict:
    return Running(load, seconds, folder).figures()
