"""The rows of the table: what is measured, who takes part, and what is asked of Holdfast."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """One contestant's way of doing the work of a row."""
    contestant: str
    label: str
    map: bool = False  # Holdfast is told what changed


@dataclass(frozen=True)
class Target:
    """Holdfast's way `label` is at least `times` as fast as `than`."""
    label: str
    than: str
    times: float


@dataclass(frozen=True)
class Row:
    name: str
    words: str
    work: str  # a method of Bench
    data: str  # an attribute of DataSets
    variants: tuple
    targets: tuple
    growth: float = 0  # the repository grows by at most this part of restic's


HOLDFAST = Variant("holdfast", "holdfast")
WITH_MAP = Variant("holdfast", "holdfast, map", map=True)
RESTIC = Variant("restic", "restic")
BORG = Variant("borg", "borg")

SIZE = 1.05  # of restic's repository

ROWS = (
    Row("disk-first", "first backup of the disk image", "first_backup", "first", (HOLDFAST, RESTIC, BORG),
        (Target("holdfast", "restic", 3), Target("holdfast", "borg", 3.5)), SIZE),
    Row("noise-first", "first backup of the incompressible file", "first_backup", "noise", (HOLDFAST, RESTIC),
        (Target("holdfast", "restic", 3),), SIZE),
    Row("tree-first", "first backup of the file tree", "first_backup", "tree", (HOLDFAST, RESTIC),
        (Target("holdfast", "restic", 3),), SIZE),
    Row("disk-scattered", "2 % of the disk changed, scattered", "next_backup", "scattered",
        (WITH_MAP, HOLDFAST, RESTIC),
        (Target("holdfast, map", "restic", 5), Target("holdfast", "restic", 3)), 0.5),
    Row("disk-runs", "2 % of the disk changed, in runs", "next_backup", "runs", (WITH_MAP, HOLDFAST, RESTIC),
        (Target("holdfast, map", "restic", 25), Target("holdfast", "restic", 3))),
    Row("tree-unchanged", "file tree, nothing changed", "next_backup", "tree", (HOLDFAST, RESTIC),
        (Target("holdfast", "restic", 2),)),
    Row("disk-restore", "restore of the disk image", "restore", "first", (HOLDFAST, RESTIC, BORG),
        (Target("holdfast", "restic", 2.5),)),
    Row("check", "check of all data of the disk's repository", "check", "first", (HOLDFAST, RESTIC),
        (Target("holdfast", "restic", 2),)),
    Row("export", "the disk in the repository as an NBD export", "export", "first", (HOLDFAST,), ()),
)
