"""`holdfast repository key`, `forget` and `stats`, with stock restic beside them."""

import json
import subprocess

import pytest


@pytest.fixture(scope="module")
def dated(place):
    """Ten snapshots, one a day."""
    for day in range(1, 11):
        place.restic("backup", "--quiet", "--host", "web01", "--time", f"2026-01-{day:02} 12:00:00", place.password_file)
    return place


def ids(place):
    return {one["id"] for one in json.loads(place.restic("snapshots", "--json"))}


def restic_opens(place, password_file):
    return subprocess.run(["restic", "--no-cache", "-r", place.repository, "--password-file", password_file, "cat", "config"],
                          capture_output=True).returncode == 0


def test_forget_wants_snapshots_or_a_policy(place):
    for arguments in ([], ["--keep-last", "0"], ["--keep-last", "-1"], ["latest", "--keep-last", "1"], ["--keep-within", "soon"]):
        assert place.run("repository", "forget", *arguments).returncode == 64, arguments


def test_a_policy_that_keeps_nothing_is_refused(dated):
    before = ids(dated)
    result = dated.run("repository", "forget", "--keep-tag", "none-has-it")
    assert result.returncode == 64 and "web01" in result.stderr
    assert ids(dated) == before


def test_forget_removes_what_restic_would(dated):
    policy = ["--keep-last", "2", "--keep-weekly", "2"]
    groups = json.loads(dated.restic("forget", "--dry-run", "--json", *policy))
    expected = {one["id"] for group in groups for one in group["remove"] or []}
    before = ids(dated)
    told = dated.holdfast("repository", "forget", "--dry-run", *policy)
    assert {line["id"] for line in told if line.get("action") == "remove"} == expected
    assert ids(dated) == before
    assert dated.holdfast("repository", "forget", "--prune", *policy)[-1]["removed"] == len(expected)
    assert ids(dated) == before - expected
    dated.restic("check", "--read-data")


def test_a_snapshot_named_is_removed_and_an_unknown_name_removes_nothing(dated):
    before = ids(dated)
    victim = min(before)
    assert dated.run("repository", "forget", victim[:12], "0123456789").returncode == 1
    assert ids(dated) == before
    assert dated.holdfast("repository", "forget", victim[:12])[-1]["removed"] == 1
    assert ids(dated) == before - {victim}


def test_stats_count_what_restic_counts(dated):
    stats = dated.holdfast("repository", "stats")[-1]
    assert stats["restore_bytes"] == json.loads(dated.restic("stats", "--json"))["total_size"]
    assert stats["snapshots"] == stats["files"] == len(ids(dated))


def test_keys_are_added_changed_and_removed(place):
    first, second, third = place.password_file, place.folder / "second", place.folder / "third"
    second.write_text("battery staple\n")
    third.write_text("third time lucky\n")
    added = place.holdfast("repository", "key", "add", "--new-password-file", second)[-1]["added_key"]
    assert restic_opens(place, first) and restic_opens(place, second)
    changed = place.holdfast("repository", "key", "passwd", "--new-password-file", third, password_file=second)[-1]
    assert changed["removed_key"] == added
    assert restic_opens(place, third) and not restic_opens(place, second)
    assert place.run("repository", "list", password_file=second).returncode == 12
    assert place.run("repository", "key", "passwd", "--new-password-file", first).returncode == 64

    keys = {line["id"]: line["current"] for line in place.holdfast("repository", "key", "list") if line["type"] == "key"}
    listed = place.restic("key", "list")
    assert len(keys) == 2 and all(key[:8] in listed for key in keys)
    current = next(key for key in keys if keys[key])
    assert place.run("repository", "key", "remove", current[:10]).returncode == 1
    assert place.holdfast("repository", "key", "remove", changed["added_key"][:10])[-1]["removed_key"] == changed["added_key"]
    assert restic_opens(place, first) and not restic_opens(place, third)
