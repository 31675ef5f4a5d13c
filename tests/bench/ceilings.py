"""What a row would take on this machine if nothing but its own stages took time (docs/benchmarks.md)."""
import json
import os
import subprocess

from measure import Failed, forget_cached

# Passes over plain data that each kind of work needs, as stages of bench_stage_rates.
STORE = ("compress", "decompress_and_compare", "seal", "open", "hash_of_packs")
WORK = {
    "disk-first": ("zero_check", "hash", *STORE),
    "noise-first": ("chunker", "hash_alone", *STORE),
    "tree-first": ("chunker", "hash_alone", *STORE),
    "disk-scattered": ("zero_check", "hash"),
    "disk-runs": ("zero_check", "hash"),
    "disk-restore": ("open", "decompress_and_compare", "hash"),
    "check": ("hash_of_packs", "open", "decompress_and_compare", "hash"),
}


def stage_rates(program, source, folder) -> dict:
    forget_cached(source)  # a row finds the attributes of files on the disk too
    ended = subprocess.run([program, source, folder], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise Failed(f"{program.name}: {ended.stderr.strip()}")
    return json.loads(ended.stdout)


def ceiling_seconds(row, label, rates, touched_bytes) -> float:
    """The fewest seconds. `touched_bytes`: of the chunks that the dirty map names, for the rows that have one."""
    cores = os.cpu_count()
    fixed = rates["open_repository_seconds"]
    if row.name == "tree-unchanged":
        return rates["walk_seconds"] + fixed
    data = rates["data_bytes"]
    changed = touched_bytes or 0
    read = changed if label.endswith("map") else data
    cpu = sum(read / rates[stage] for stage in WORK[row.name])
    stored = data * (1 - rates["zero_part"]) * rates["stored_part"]
    written = stored
    reads = read
    if row.work == "next_backup":
        cpu += sum(changed / rates[stage] for stage in STORE)
        written = changed * rates["stored_part"]
    if row.work == "restore":
        reads, written = stored, data
    if row.work == "check":
        reads, written = stored, 0
    # Reading takes processor time too: that of the kernel.
    cpu += reads / rates["read_cpu"]
    # One disk reads the data set and writes the repository, or the other way round.
    disk = max(reads / rates["read"], written / rates["write"], (reads + written) / rates["read_and_write"])
    return max(cpu / cores, disk) + fixed


def verify_part(rates) -> str:
    """What proving every blob before it is stored costs, of the processor time of a first backup."""
    proof = 1 / rates["decompress_and_compare"] + 1 / rates["open"]
    whole = sum(1 / rates[stage] for stage in WORK["disk-first"]) + 1 / rates["read_cpu"]
    return f"{proof / whole:.0%} of the processor time, {proof * 1e9:.2f} CPU seconds a gigabyte"


def touched_bytes(dirty_map, chunk=256 << 10) -> int:
    """Of the chunks of Holdfast's default size that a dirty map touches."""
    chunks = set()
    for line in dirty_map.read_text(encoding="ascii").splitlines():
        offset, length = map(int, line.split())
        chunks.update(range(offset // chunk, -(-(offset + length) // chunk)))
    return len(chunks) * chunk
