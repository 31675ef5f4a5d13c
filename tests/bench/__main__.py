"""./dev bench: see scripts/bench and docs/benchmarks.md."""
import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from bench import Bench
from ceilings import stage_rates, touched_bytes, verify_part
from data_sets import FULL, QUICK, DataSets
from measure import Failed
from report import report_row
from rows import ROWS


def parse_arguments():
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="of: " + ", ".join(names) + " (all when none is named)")
    parser.add_argument("--runs", type=int, default=3, help="times that each is measured (default: 3)")
    parser.add_argument("--quick", action="store_true", help="small data sets, to try it: the figures mean little")
    arguments = parser.parse_args()
    for name in arguments.rows:
        if name not in names:
            parser.error(f'there is no row "{name}": ' + ", ".join(names))
    if arguments.runs < 1:
        parser.error("--runs must be 1 or more")
    return arguments


def describe_machine(out):
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30
    out(time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()) + f", {os.cpu_count()} x {model}, {memory} GiB")
    for command in (["restic", "version"], ["borg", "--version"]):
        out(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    out("Load of the machine before: %.1f %.1f %.1f" % os.getloadavg())


def main():
    # Each row as it is done, also into a pipe.
    sys.stdout.reconfigure(line_buffering=True)
    arguments = parse_arguments()
    rows = [row for row in ROWS if not arguments.rows or row.name in arguments.rows]
    build = Path("build/release").resolve()
    folder = Path("build/bench").resolve()
    kind = "quick" if arguments.quick else "full"
    data = DataSets(folder / f"data-{kind}", QUICK if arguments.quick else FULL)
    data.make(print)
    with open(folder / f"{kind}.txt", "w", encoding="utf-8") as table:
        def out(line):
            print(line)
            print(line, file=table, flush=True)

        describe_machine(out)
        bench = Bench(folder, data, build, lambda words: print("  " + words))
        try:
            measure_rows(bench, rows, arguments.runs, build, out)
        finally:
            bench.clean_up()
        for words in bench.differing:
            out(f"DIFFERS: {words}")
        out("\nLoad of the machine after: %.1f %.1f %.1f" % os.getloadavg())
    return 1 if bench.differing else 0


def measure_rows(bench, rows, runs, build, out):
    rates = {}
    for row in rows:
        source = getattr(bench.data, row.data)
        results = bench.measure(row, runs)
        if row.name != "export" and source not in rates:
            try:
                rates[source] = stage_rates(build / "bench_stage_rates", source, bench.work_folder)
            except (Failed, OSError) as error:
                out(f"No ceilings for {source.name}: {error}")
                rates[source] = None
        touched = touched_bytes(bench.data.dirty_map(source)) if row.data in ("scattered", "runs") else None
        report_row(row, results, rates.get(source), touched, out)
        if row.name == "disk-first" and rates[source]:
            out("    verifying every blob before it is stored (always on): " + verify_part(rates[source]))


if __name__ == "__main__":
    sys.exit(main())
