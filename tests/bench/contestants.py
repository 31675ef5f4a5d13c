"""Holdfast, restic and borg: the commands that a user would give each of them."""
import os
import shutil
from pathlib import Path

from measure import Usage, run

MACHINE = "bench"
PASSWORD = "bench"


class Contestant:
    """A program with its settings and caches in a folder of its own."""

    def __init__(self, name: str, folder: Path):
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD + "\n", encoding="ascii")
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder),
                            "XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(folder)}

    def run(self, *words, cwd=None) -> Usage:
        return run(words, self.environment, cwd)

    def path_in_snapshot(self, source: Path, target: Path) -> Path:
        """Where a restored file or folder lies below the target of the restore."""
        return target / str(source).lstrip("/")


class Holdfast(Contestant):
    def __init__(self, folder: Path, program: Path):
        super().__init__("holdfast", folder)
        self.program = program

    def access(self, repository):
        return "--repository", repository, "--password-file", self.password_file

    def init(self, repository):
        return self.run(self.program, "repository", "init", *self.access(repository))

    def backup(self, repository, *sources):
        return self.run(self.program, "backup", *self.access(repository), *sources)

    def backup_disk(self, repository, image, changed=None):
        known = ("--parent", "latest", "--changed", f"disk={changed}") if changed else ()
        return self.run(self.program, "backup", *self.access(repository), "--machine", MACHINE,
                        "--disk", f"disk={image}", *known)

    def restore(self, repository, target):
        return self.run(self.program, "restore", *self.access(repository), "latest", "--target", target)

    def restore_disk(self, repository, image, target):
        """Of `image`; gives the restored file too."""
        restored = target / image.name
        return restored, self.run(self.program, "restore", *self.access(repository), "latest",
                                  "--disk", f"disk={restored}")

    def check(self, repository):
        return self.run(self.program, "repository", "check", "--read-data", *self.access(repository))


class Restic(Contestant):
    def __init__(self, folder: Path):
        super().__init__("restic", folder)

    def restic(self, repository, *words):
        return self.run("restic", "--quiet", "--repo", repository, "--password-file", self.password_file, *words)

    def init(self, repository):
        return self.restic(repository, "init")

    def backup(self, repository, *sources):
        return self.restic(repository, "backup", *sources)

    def backup_disk(self, repository, image):
        return self.backup(repository, image)

    def restore(self, repository, target):
        return self.restic(repository, "restore", "latest", "--target", target)

    def restore_disk(self, repository, image, target):
        return self.path_in_snapshot(image, target), self.restore(repository, target)

    def check(self, repository):
        return self.restic(repository, "check", "--read-data")


class Borg(Contestant):
    def __init__(self, folder: Path):
        super().__init__("borg", folder)
        self.environment |= {"BORG_PASSPHRASE": PASSWORD, "BORG_BASE_DIR": str(folder),
                             "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}

    def init(self, repository):
        # What an earlier repository left in the cache goes, as it is new every time.
        for left_over in (".cache", ".config"):
            shutil.rmtree(self.folder / left_over, ignore_errors=True)
        return self.run("borg", "init", "--encryption", "repokey-blake2", repository)

    def backup_disk(self, repository, image):
        return self.run("borg", "create", "--compression", "lz4", f"{repository}::{{now:%s%f}}", image)

    def restore_disk(self, repository, image, target):
        names = self.last_archive(repository)
        return (self.path_in_snapshot(image, target),
                self.run("borg", "extract", "--sparse", f"{repository}::{names}", cwd=target))

    def last_archive(self, repository):
        listing = self.folder / "archives"
        self.run("sh", "-c", f"borg list --short --last 1 '{repository}' >'{listing}'")
        return listing.read_text(encoding="ascii").strip()
