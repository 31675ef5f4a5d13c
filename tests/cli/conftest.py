"""The world of the command line's tests: the program as a user runs it, and stock restic beside it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

TOP = pathlib.Path(__file__).parents[2]
PROGRAM = pathlib.Path(os.environ.get("HOLDFAST_BUILD_DIR", TOP / "build/release")) / "holdfast"
PASSWORD = "correct horse"


class Place:
    """A folder with a repository of one password, and the two programs that use it."""

    def __init__(self, folder):
        self.folder = folder
        self.repository = folder / "repository"
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD + "\n")

    def command(self, *arguments, password_file=None):
        return [str(one) for one in (PROGRAM, *arguments, "--repository", self.repository,
                                     "--password-file", password_file or self.password_file)]

    def run(self, *arguments, **more):
        """What became of it: `returncode`, `stdout`, `stderr`."""
        return subprocess.run(self.command(*arguments, **more), capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)

    def holdfast(self, *arguments, **more):
        """Its JSON lines; it has to succeed."""
        result = self.run(*arguments, "--json", **more)
        assert result.returncode == 0, result.stdout + result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    def restic(self, *arguments):
        result = subprocess.run(["restic", "--no-cache", "-r", self.repository, *map(str, arguments)], capture_output=True,
                                text=True, timeout=60, env={**os.environ, "RESTIC_PASSWORD": PASSWORD})
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


@pytest.fixture(scope="module")
def place():
    """Making a repository takes a scrypt of real cost: the tests of a module share one."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hf-cli.", dir=base))
    place = Place(folder)
    place.holdfast("repository", "init")
    yield place
    shutil.rmtree(folder)
