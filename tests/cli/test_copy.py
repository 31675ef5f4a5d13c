"""`holdfast copy`: snapshots in another repository, which stock restic finds sound."""

import json
import os
import subprocess

import pytest

MIB = 1 << 20


@pytest.fixture(scope="module")
def other(place):
    """Another repository with a password of its own, and the words that name it."""
    folder = place.folder / "other"
    password_file = place.folder / "other-password"
    password_file.write_text("battery staple\n")
    subprocess.run(place.command("repository", "init", password_file=password_file)[:3]
                   + ["--repository", folder, "--password-file", password_file], check=True, capture_output=True, timeout=60)
    return folder, password_file


@pytest.fixture(scope="module")
def image(place):
    path = place.folder / "vda.img"
    path.write_bytes(os.urandom(3 * MIB))
    return path


@pytest.fixture(scope="module")
def first(place, image):
    return place.holdfast("backup", "--disk", f"vda={image}", "--machine", "web01", "--host", "kvm1", "--tag", "nightly")[-1]["snapshot_id"]


def copy(place, other, *arguments):
    folder, password_file = other
    return place.holdfast("copy", *arguments, "--to", folder, "--to-password-file", password_file)


def restic(other, *arguments):
    folder, password_file = other
    return subprocess.run(["restic", "--no-cache", "-r", folder, "--password-file", password_file, *map(str, arguments)],
                          check=True, capture_output=True, timeout=60).stdout


def test_a_copy_is_restics_own(place, other, image, first):
    lines = copy(place, other, "latest")
    snapshot, summary = [line for line in lines if line["type"] != "progress"]
    assert summary["type"] == "summary" and summary["copied"] == 1 and summary["added_bytes"] > 3 * MIB
    assert snapshot["copy_of"] == first and not snapshot["was_there"]
    restic(other, "check", "--read-data")
    told, = json.loads(restic(other, "snapshots", "--json"))
    assert told["original"] == first and told["tags"] == ["nightly"] and told["hostname"] == "kvm1"
    assert restic(other, "dump", snapshot["id"], "/web01/disks/vda.raw") == image.read_bytes()


def test_only_what_is_new_is_copied(place, other, image, first):
    copy(place, other)
    with image.open("r+b") as file:
        file.seek(MIB)
        file.write(os.urandom(1000))
    place.holdfast("backup", "--disk", f"vda={image}", "--machine", "web01", "--host", "kvm1")
    summary = copy(place, other, "--host", "kvm1")[-1]
    assert summary["copied"] == 1 and summary["were_there"] == 1
    assert summary["read_bytes"] < MIB and summary["added_bytes"] < MIB
    restic(other, "check", "--read-data")


def test_filters_choose(place, other, first):
    assert copy(place, other, "--host", "elsewhere")[-1]["copied"] == 0


def test_what_cannot_be_is_refused(place, other, first):
    folder, password_file = other
    same = place.run("copy", "--to", place.repository, "--to-password-file", place.password_file)
    assert same.returncode == 64 and "same" in same.stderr
    wrong = place.run("copy", "--to", folder, "--to-password-file", place.password_file)
    assert wrong.returncode == 12
    missing = place.run("copy", "--to", folder / "nowhere", "--to-password-file", password_file)
    assert missing.returncode == 10
    assert place.run("copy", "0123456789", "--to", folder, "--to-password-file", password_file).returncode == 1
