"""The data that ./dev bench works on, made once below build/bench/data: always the same on the same machine."""
import hashlib
import os
import random
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
BLOCK = 64 << 10  # what "2 % of the blocks" counts
CHANGED = 0.02
RUNS = 8


@dataclass(frozen=True)
class Sizes:
    """How large the data sets are, in bytes and files."""
    image: int
    system: int  # the files in the image
    tree_files: int
    noise: int


FULL = Sizes(image=8192 * MIB, system=3584 * MIB, tree_files=100_000, noise=2048 * MIB)
QUICK = Sizes(image=1024 * MIB, system=400 * MIB, tree_files=5_000, noise=256 * MIB)


class DataSets:
    def __init__(self, folder: Path, sizes: Sizes):
        self.folder = folder
        self.sizes = sizes
        self.first = folder / "first" / "disk.raw"
        self.scattered = folder / "scattered" / "disk.raw"
        self.runs = folder / "runs" / "disk.raw"
        self.tree = folder / "tree"
        self.noise = folder / "noise" / "noise.bin"

    def dirty_map(self, image: Path) -> Path:
        """Lines "OFFSET LENGTH" in bytes: where the image differs from the first."""
        return image.with_suffix(".changed")

    def make(self, say):
        """Makes what is missing. Each is made under another name first, so that half of one is never taken."""
        for target, make in ((self.first, self._make_first), (self.scattered, self._make_scattered),
                             (self.runs, self._make_runs), (self.tree, self._make_tree),
                             (self.noise, self._make_noise)):
            finished = self.folder / f"{target.relative_to(self.folder).parts[0]}.made"
            if finished.exists():
                continue
            place = self.folder / target.relative_to(self.folder).parts[0]
            say(f"Making the data set \"{place.name}\"")
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            make()
            os.sync()
            finished.touch()

    def _make_first(self):
        staging = self.folder / "staging"
        shutil.rmtree(staging, ignore_errors=True)
        copy_debian_files(staging, self.sizes.system)
        with open(self.first, "wb") as image:
            image.truncate(self.sizes.image)
        subprocess.run(
            ["/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-d", staging, "-L", "root",
             "-U", "6f1e8a52-0f6e-4c7e-9a55-1d2c3b4a5960",
             "-E", "hash_seed=6f1e8a52-0f6e-4c7e-9a55-1d2c3b4a5960,root_owner=0:0", self.first],
            check=True)
        shutil.rmtree(staging)

    def _make_scattered(self):
        chance = random.Random("scattered")
        blocks = data_blocks(self.first)
        self._change(self.scattered, sorted(chance.sample(blocks, self._changed_blocks())), chance)

    def _make_runs(self):
        chance = random.Random("runs")
        blocks = data_blocks(self.first)
        length = self._changed_blocks() // RUNS
        part = len(blocks) // RUNS
        chosen = []
        for run in range(RUNS):
            first = blocks[run * part + chance.randrange(part - length)]
            chosen += range(first, first + length)
        self._change(self.runs, sorted(set(chosen)), chance)

    def _changed_blocks(self):
        return int(self.sizes.image // BLOCK * CHANGED)

    def _change(self, target: Path, blocks, chance):
        """Each block gets 64 KiB from elsewhere in the image, from an odd offset of its own: it compresses as the
        system does, but no chunk of any of the programs is there already."""
        subprocess.run(["cp", "--sparse=always", self.first, target], check=True)
        source = PoolOfBytes(self.first)
        with open(target, "r+b") as image, open(self.dirty_map(target), "w", encoding="ascii") as changed:
            for block in blocks:
                image.seek(block * BLOCK)
                image.write(source.take(BLOCK, chance))
                changed.write(f"{block * BLOCK} {BLOCK}\n")

    def _make_tree(self):
        """100 files a folder, 100 folders a folder. Sizes are log-normal about 6 KiB (mean about 21 KiB), as on
        real systems; contents come from the image, from odd offsets, so that no two files are alike."""
        chance = random.Random("tree")
        source = PoolOfBytes(self.first)
        for number in range(self.sizes.tree_files):
            folder = self.tree / f"{number // 10_000:02}" / f"{number // 100 % 100:02}"
            if number % 100 == 0:
                folder.mkdir(parents=True)
            size = min(int(chance.lognormvariate(8.7, 1.6)), 32 * MIB)
            file = folder / f"file-{number:06}"
            file.write_bytes(source.take(size, chance))
            os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))

    def _make_noise(self):
        chance = random.Random("noise")
        with open(self.noise, "wb") as file:
            for _ in range(self.sizes.noise // MIB):
                file.write(chance.randbytes(MIB))


class PoolOfBytes:
    """Pieces of an image's data, from anywhere in it but never from where a sector begins."""

    def __init__(self, image: Path):
        self.file = open(image, "rb")
        self.size = image.stat().st_size
        self.blocks = data_blocks(image)

    def take(self, length: int, chance) -> bytes:
        while True:
            offset = chance.choice(self.blocks) * BLOCK + 2 * chance.randrange(BLOCK // 2) + 1
            piece = os.pread(self.file.fileno(), length, offset)
            # Not what lies beside a hole: real files are not full of zeros.
            if len(piece) == length and piece.count(0) * 2 <= length:
                return piece


def data_blocks(image: Path):
    """Numbers of the 64 KiB blocks that hold data, by the file system's map of holes."""
    blocks = []
    with open(image, "rb") as file:
        end = os.fstat(file.fileno()).st_size
        offset = 0
        while offset < end:
            try:
                offset = os.lseek(file.fileno(), offset, os.SEEK_DATA)
            except OSError:
                break
            hole = os.lseek(file.fileno(), offset, os.SEEK_HOLE)
            blocks += range(-(-offset // BLOCK), hole // BLOCK)
            offset = hole
    return blocks


def copy_debian_files(target: Path, limit: int):
    """Files that dpkg installed on this machine, package after package in an order that mixes large and small, until
    `limit` bytes are there or no package is left."""
    info = Path("/var/lib/dpkg/info")
    packages = sorted(info.glob("*.list"), key=lambda path: hashlib.sha256(path.name.encode()).digest())
    copied = 0
    for package in packages:
        for name in package.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            if copied >= limit:
                return
            copied += copy_file(Path(name), target)


def copy_file(source: Path, target: Path) -> int:
    """Bytes copied: 0 for what is no plain file, is gone, or was copied already."""
    place = target / str(source).lstrip("/")
    try:
        state = source.lstat()
        if not stat.S_ISREG(state.st_mode) or place.exists():
            return 0
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place)
    except OSError:  # not ours to read
        return 0
    return state.st_size
