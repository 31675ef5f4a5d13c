"""How the rows are measured: contestants in turn, cold caches, results compared byte by byte."""
import filecmp
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from contestants import Borg, Holdfast, Restic
from data_sets import DataSets
from export_row import measure_export
from measure import Failed, Usage, forget_cached, stored_bytes
from rows import Row


class Differs(Exception):
    """A restored byte is not the byte that was backed up."""


@dataclass
class Measured:
    """Of one variant of a row."""
    usages: list
    growth: int = 0     # bytes that the repository grew by, in the last run
    error: str = ""


class Bench:
    def __init__(self, folder: Path, data: DataSets, build: Path, say):
        self.work_folder = folder / "work"
        shutil.rmtree(self.work_folder, ignore_errors=True)
        self.data = data
        self.build = build
        self.say = say
        self.bases = {}
        self.differing = []
        self.contestants = {
            "holdfast": Holdfast(self.work_folder / "holdfast", build / "holdfast"),
            "restic": Restic(self.work_folder / "restic"),
            "borg": Borg(self.work_folder / "borg"),
        }

    def measure(self, row: Row, runs: int) -> dict:
        """By label of the variant. The contestants take turns, so that what else the machine does hits all."""
        results = {variant.label: Measured([]) for variant in row.variants}
        for number in range(1, runs + 1):
            for variant in row.variants:
                result = results[variant.label]
                if result.error:
                    continue
                try:
                    usage = getattr(self, row.work)(row, variant, result, last=number == runs)
                    result.usages.append(usage)
                    if isinstance(usage, Usage):
                        self.say(f"{row.name} {number}/{runs} {variant.label}: {usage.seconds:.2f} s, "
                                 f"{usage.cpu_seconds:.2f} CPU s, {usage.peak_bytes >> 20} MiB")
                except Differs as error:
                    self.differing.append(f"{row.name}, {variant.label}: {error}")
                    result.error = str(error)
                except (Failed, OSError, subprocess.SubprocessError) as error:
                    result.error = str(error)
                    self.say(f"{row.name} {number}/{runs} {variant.label}: {error}")
        return results

    def first_backup(self, row, variant, result, last) -> Usage:
        contestant = self.contestants[variant.contestant]
        repository = self.fresh(contestant)
        usage = self.back_up(contestant, repository, row.data, cold=True)
        result.growth = stored_bytes(repository)
        if last and contestant.name == "holdfast":
            self.compare_backup(contestant, repository, row.data)
        if last:
            self.keep_base(contestant, repository, row.data)
        else:
            shutil.rmtree(repository)
        return usage

    def next_backup(self, row, variant, result, last) -> Usage:
        contestant = self.contestants[variant.contestant]
        base = self.base(contestant, "tree" if row.data == "tree" else "first")
        # Files of a repository are never changed in place: a copy of links is as good, and made at once.
        repository = contestant.folder / "next"
        shutil.rmtree(repository, ignore_errors=True)
        subprocess.run(["cp", "-al", base, repository], check=True)
        before = stored_bytes(repository)
        usage = self.back_up(contestant, repository, row.data, cold=True, with_map=variant.map)
        result.growth = stored_bytes(repository) - before
        if last and contestant.name == "holdfast":
            self.compare_backup(contestant, repository, row.data)
        shutil.rmtree(repository)
        return usage

    def restore(self, row, variant, result, last) -> Usage:
        contestant = self.contestants[variant.contestant]
        repository = self.base(contestant, row.data)
        forget_cached(repository)
        return self.restore_and_compare(contestant, repository, row.data)

    def check(self, row, variant, result, last) -> Usage:
        contestant = self.contestants[variant.contestant]
        repository = self.base(contestant, row.data)
        forget_cached(repository)
        return contestant.check(repository)

    def export(self, row, variant, result, last):
        contestant = self.contestants[variant.contestant]
        repository = self.base(contestant, row.data)
        forget_cached(repository)
        return measure_export(contestant, repository, self.data.first, self.build / "bench_nbd_rates")

    def back_up(self, contestant, repository, data, cold, with_map=False) -> Usage:
        source = getattr(self.data, data)
        if cold:
            forget_cached(source, repository)
        if data in ("tree", "noise"):
            return contestant.backup(repository, source)
        if with_map:
            return contestant.backup_disk(repository, source, changed=self.data.dirty_map(source))
        return contestant.backup_disk(repository, source)

    def compare_backup(self, contestant, repository, data):
        self.restore_and_compare(contestant, repository, data)

    def restore_and_compare(self, contestant, repository, data) -> Usage:
        source = getattr(self.data, data)
        target = contestant.folder / "restored"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        try:
            if data in ("tree", "noise"):
                usage = contestant.restore(repository, target)
                restored = contestant.path_in_snapshot(source, target)
            else:
                restored, usage = contestant.restore_disk(repository, source, target)
            if not equal(source, restored):
                raise Differs(f"{restored.name} as restored differs from {source}")
            return usage
        finally:
            shutil.rmtree(target)

    def fresh(self, contestant) -> Path:
        repository = contestant.folder / "fresh"
        shutil.rmtree(repository, ignore_errors=True)
        contestant.init(repository)
        return repository

    def base(self, contestant, data) -> Path:
        """A repository that holds the data set; made, unmeasured, when no earlier row left one."""
        if (contestant.name, data) not in self.bases:
            self.say(f"Making {contestant.name}'s repository of the data set \"{data}\"")
            repository = self.fresh(contestant)
            self.back_up(contestant, repository, data, cold=False)
            self.keep_base(contestant, repository, data)
        return self.bases[contestant.name, data]

    def keep_base(self, contestant, repository, data):
        if data == "noise":  # no later row needs it
            shutil.rmtree(repository)
            return
        place = contestant.folder / f"base-{data}"
        shutil.rmtree(place, ignore_errors=True)
        repository.rename(place)
        self.bases[contestant.name, data] = place

    def clean_up(self):
        shutil.rmtree(self.work_folder, ignore_errors=True)


def equal(source: Path, restored: Path) -> bool:
    if source.is_file():
        return restored.is_file() and filecmp.cmp(source, restored, shallow=False)
    return subprocess.run(["diff", "--recursive", "--brief", source, restored],
                          stdout=subprocess.DEVNULL, check=False).returncode == 0
