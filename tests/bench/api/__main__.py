"""./dev bench api: the API of a server with the history of many machines. What is measured and how: docs/benchmarks.md."""
import argparse
import re
import sys
from pathlib import Path

from catalogs import fill, prepare
from load import Failed
from measurements import MEASUREMENTS, Scene, print_table
from servers import Holdfast, Postgresql

FULL_MACHINES = 100_000
QUICK_MACHINES = 1_000


def parse_arguments():
    names = list(MEASUREMENTS)
    parser = argparse.ArgumentParser(prog="./dev bench api", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="of: " + ", ".join(names) + " (all when none is named)")
    parser.add_argument("--postgresql", action="store_true", help="the catalog is in PostgreSQL instead of SQLite")
    parser.add_argument("--quick", action="store_true", help="a small catalog and short runs, to try it: the figures mean little")
    arguments = parser.parse_args()
    for name in arguments.rows:
        if name not in names:
            parser.error(f'there is no row "{name}": ' + ", ".join(names))
    return arguments


def measure(arguments, folder: Path, database: str, postgresql) -> list:
    build = Path("build/release").resolve()
    machines = QUICK_MACHINES if arguments.quick else FULL_MACHINES
    fill(build / "bench_fill_catalog", database, folder, machines)
    if postgresql:
        postgresql.vacuum()
    holdfast = Holdfast(build / "holdfast", folder / "data", database)
    scene = Scene(holdfast, folder, machines, seconds=2 if arguments.quick else 8)
    rows = []
    try:
        for name, measurement in MEASUREMENTS.items():
            if not arguments.rows or name in arguments.rows or name == "start":
                print(f"Measuring: {name}")
                rows += measurement(scene)
    finally:
        scene.end()
    return rows


def main():
    sys.stdout.reconfigure(line_buffering=True)
    arguments = parse_arguments()
    size = "quick" if arguments.quick else "full"
    kind = "postgresql" if arguments.postgresql else "sqlite"
    folder = Path("build/bench").resolve() / f"api-{kind}-{size}"
    prepare(folder)
    postgresql = None
    try:
        if arguments.postgresql:
            postgresql = Postgresql(folder / "postgresql")
        database = postgresql.database if postgresql else f"sqlite://{folder}/data/catalog.db"
        rows = measure(arguments, folder, database, postgresql)
    except Failed as error:
        print(re.sub(r"\s+", " ", str(error)), file=sys.stderr)
        return 1
    finally:
        if postgresql:
            postgresql.stop()
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
