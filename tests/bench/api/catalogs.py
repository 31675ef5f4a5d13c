"""Catalogs that are filled with the history of many machines, once: each is kept for the next run."""
import shutil
import subprocess
from pathlib import Path
from typing import Optional

from load import Failed

FILLED = "filled-2"  # another name whenever what a catalog is filled with changes


def prepare(folder: Path):
    """A folder with room for the server's data, without what another version has filled."""
    if not (folder / FILLED).exists():
        shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True, exist_ok=True)


def fill(program: Path, database: str, folder: Path, machines: int, node: Optional[Path] = None):
    """`node` becomes a file for libvirt's test driver, which then is the host that has the machines."""
    done = folder / FILLED
    if done.exists():
        return
    print(f"Filling a catalog: {machines:,} machines, {10 * machines:,} VM restore points, {10 * machines:,} sessions")
    command = [program, database, str(machines), *([node] if node else [])]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise Failed(f"{program.name}: " + ended.stderr.strip())
    done.touch()
