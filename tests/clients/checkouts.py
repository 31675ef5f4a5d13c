"""Where the clients of others are: below the folder that HOLDFAST_CLIENTS names. Nothing of them is part of this project."""

import os
import pathlib
import shutil

import pytest

VARIABLE = "HOLDFAST_CLIENTS"


def client_file(path):
    """A file of a checkout, by its path below the folder of checkouts."""
    return pathlib.Path(os.environ.get(VARIABLE, "/nonexistent")) / path


def needs(path, *programs):
    """Skips the tests of a module that have no client to run, or nothing to run it with."""
    if VARIABLE not in os.environ:
        return pytest.mark.skip(reason=f"{VARIABLE} names no folder with checkouts of clients: tests/clients/README.md")
    if not client_file(path).is_file():
        return pytest.mark.skip(reason=f"there is no {client_file(path)}: tests/clients/README.md says where it comes from")
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")
