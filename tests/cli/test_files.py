"""Files and folders: what the command line backs up, restic restores."""

import os
import subprocess


def test_restic_restores_what_was_backed_up(place):
    source = place.folder / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner/notes.txt").write_text("remember\n")
    (source / "noise").write_bytes(os.urandom(2 << 20))
    (source / "left.tmp").write_text("not this\n")
    first = place.holdfast("backup", source, "--exclude", "*.tmp", "--tag", "files")[-1]
    assert first["new_files"] == 2 and first["problems"] == 0
    again = place.holdfast("backup", source, "--exclude", "*.tmp")[-1]
    assert again["unchanged_files"] == 2 and again["read_bytes"] == 0

    target = place.folder / "by-restic"
    place.restic("restore", first["snapshot_id"], "--target", target)
    restored = target / source.relative_to("/")
    assert (restored / "inner/notes.txt").read_text() == "remember\n"
    assert (restored / "noise").read_bytes() == (source / "noise").read_bytes()
    assert not (restored / "left.tmp").exists()


def test_what_cannot_be_read_is_told_and_does_not_stop_the_rest(place):
    source = place.folder / "some"
    source.mkdir()
    (source / "there").write_text("x")
    result = place.run("backup", source, place.folder / "missing")
    assert result.returncode == 3 and "missing" in result.stderr


def test_what_restic_wrote_is_restored(place):
    source = place.folder / "of-restic"
    source.mkdir()
    (source / "noise").write_bytes(os.urandom(1 << 20))
    (source / "link").symlink_to("noise")
    place.restic("backup", source, "--tag", "by-restic")
    target = place.folder / "by-holdfast"
    place.holdfast("restore", f"latest:{source}", "--tag", "by-restic", "--target", target)
    assert (target / "noise").read_bytes() == (source / "noise").read_bytes()
    assert (target / "link").readlink() == (source / "link").readlink()


def test_a_full_disk_is_told_and_the_next_backup_works(place):
    """A limit on the size of files stands for the disk: packs do not fit below it."""
    source = place.folder / "too-big"
    source.write_bytes(os.urandom(8 << 20))
    before = place.holdfast("repository", "list")[-1]["snapshots"]
    failed = subprocess.run(["bash", "-c", 'ulimit -f 1024; exec "$@"', "bash", *place.command("backup", source)],
                            capture_output=True, text=True, timeout=60)
    assert failed.returncode == 74 and str(place.repository) in failed.stderr
    assert place.holdfast("repository", "list")[-1]["snapshots"] == before
    assert place.holdfast("backup", source)[-1]["read_bytes"] == 8 << 20
    place.restic("check", "--read-data")
