"""./dev bench console: how quickly a browser shows the console of a server with many machines. What is measured and how:
docs/benchmarks.md."""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

from catalogs import fill, prepare  # noqa: E402
from load import Failed  # noqa: E402
from measurements import Row, print_table  # noqa: E402
from servers import PASSWORD, Holdfast  # noqa: E402

MACHINES = 10_000  # with ten sessions each
FIRST_LOAD_BYTES = 350 * 1024
FIRST_LOAD_MILLISECONDS = 1500
LIST_MILLISECONDS = 1000
PICTURE_MILLISECONDS = 50


def asked_of(what: str):
    if what.startswith("list: "):
        return LIST_MILLISECONDS
    if what.startswith("first load"):
        return FIRST_LOAD_MILLISECONDS
    return PICTURE_MILLISECONDS if what.startswith("scrolling") else None


def row_of(figure: dict) -> Row:
    if "bytes" in figure:
        is_first = figure["what"].startswith("first load")
        return Row(figure["what"], f"at most {FIRST_LOAD_BYTES >> 10} KiB" if is_first else "", f"{figure['bytes'] / 1024:.0f} KiB",
                   figure["bytes"] <= FIRST_LOAD_BYTES if is_first else None)
    asked = asked_of(figure["what"])
    return Row(figure["what"], f"at most {asked} ms" if asked else "", f"{figure['milliseconds']:.0f} ms",
               figure["milliseconds"] <= asked if asked else None)


def measure(folder: Path) -> list:
    build = Path("build/release").resolve()
    database = f"sqlite://{folder}/data/catalog.db"
    fill(build / "bench_fill_catalog", database, folder, MACHINES, folder / "node.xml")
    holdfast = Holdfast(build / "holdfast", folder / "data", database)
    holdfast.start()
    try:
        environment = os.environ | {"HOLDFAST_URL": holdfast.url, "HOLDFAST_USER": "admin", "HOLDFAST_PASSWORD": PASSWORD}
        ended = subprocess.run(["node", "bench/open.js"], cwd="web", env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                               text=True, check=False)
    finally:
        holdfast.stop()
    if ended.returncode != 0:
        raise Failed("web/bench/open.js: " + ended.stderr.strip())
    return [row_of(json.loads(line)) for line in ended.stdout.splitlines()]


def main():
    sys.stdout.reconfigure(line_buffering=True)
    argparse.ArgumentParser(prog="./dev bench console", description=__doc__).parse_args()
    folder = Path("build/bench/console").resolve()
    prepare(folder)
    try:
        rows = measure(folder)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
