"""Disk images: backed up, restored, and seen by stock restic."""

import os
import signal
import subprocess

import pytest

MIB = 1 << 20


@pytest.fixture(scope="module")
def image(place):
    """9 MiB with a hole in the middle."""
    path = place.folder / "vda.img"
    with path.open("wb") as file:
        file.write(os.urandom(3 * MIB))
        file.seek(6 * MIB)
        file.write(os.urandom(3 * MIB - 512))
        file.write(bytes(512))
    return path


@pytest.fixture(scope="module")
def first(place, image):
    lines = place.holdfast("backup", "--disk", f"vda={image}", "--machine", "web01", "--tag", "nightly", "--host", "kvm1")
    return lines[-1]


def test_the_summary_tells_what_was_done(first, image):
    disk, = first["disks"]
    assert first["type"] == "summary" and disk["name"] == "vda"
    assert disk["size"] == image.stat().st_size and disk["path"] == "web01/disks/vda.raw"
    assert 6 * MIB - 4096 <= disk["read_bytes"] <= 7 * MIB


def test_a_qcow2_image_is_stored_as_its_content(place, image, first):
    qcow2 = place.folder / "vda.qcow2"
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", image, qcow2], check=True)
    disk, = place.holdfast("backup", "--disk", f"vda={qcow2}", "--machine", "copy")[-1]["disks"]
    assert disk["size"] == image.stat().st_size and disk["added_bytes"] == 0
    target = place.folder / "from-qcow2.img"
    place.holdfast("restore", "latest", "--path", "/copy", "--disk", f"vda={target}")
    assert target.read_bytes() == image.read_bytes()


def test_a_restored_disk_is_the_same(place, image, first):
    target = place.folder / "restored.img"
    place.holdfast("restore", first["snapshot_id"], "--disk", f"vda={target}")
    assert target.read_bytes() == image.read_bytes()
    assert target.stat().st_blocks * 512 < 7 * MIB


def test_restic_reads_what_was_written(place, image, first):
    dumped = subprocess.run(["restic", "--no-cache", "-r", place.repository, "--password-file", place.password_file, "dump",
                             first["snapshot_id"], "/web01/disks/vda.raw"], capture_output=True, check=True, timeout=60).stdout
    assert dumped == image.read_bytes()
    place.restic("check", "--read-data")


def test_an_existing_file_is_not_overwritten(place, image, first):
    result = place.run("restore", "latest", "--disk", f"vda={image}")
    assert result.returncode == 1 and str(image) in result.stderr


def test_only_what_changed_is_read(place, image, first):
    with image.open("r+b") as file:
        file.seek(MIB)
        file.write(os.urandom(1000))
    changed = place.folder / "changed.txt"
    changed.write_text(f"{MIB + 500} 500\n{MIB} 600\n\n")
    lines = place.holdfast("backup", "--disk", f"vda={image}", "--machine", "web01", "--host", "kvm1",
                           "--parent", "latest", "--changed", f"vda={changed}")
    assert lines[-1]["disks"][0]["read_bytes"] == 256 << 10
    target = place.folder / "second.img"
    place.holdfast("restore", lines[-1]["snapshot_id"][:12] + ":web01", "--disk", f"vda={target}")
    assert target.read_bytes() == image.read_bytes()


@pytest.mark.parametrize("content, word", [("12\n", "Line 1"), ("0 10\nx 5\n", "Line 2"), (f"{9 * MIB} 1\n", "past the end"),
                                           ("-1 5\n", "Line 1"), ("1 2 3\n", "Line 1")])
def test_a_wrong_list_of_changes_is_refused(place, image, first, content, word):
    changed = place.folder / "wrong.txt"
    changed.write_text(content)
    result = place.run("backup", "--disk", f"vda={image}", "--machine", "web01", "--host", "kvm1", "--parent", "latest",
                       "--changed", f"vda={changed}")
    assert result.returncode == 64 and word in result.stderr


def test_an_interrupted_backup_leaves_no_snapshot_and_a_sound_repository(place, first):
    """256 MiB of noise take long enough that it certainly runs when the signal comes: its lock is there."""
    before = place.holdfast("repository", "list")[-1]["snapshots"]
    big = place.folder / "big.img"
    with big.open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(4 * MIB))
    running = subprocess.Popen(place.command("backup", "--disk", f"vdb={big}", "--json"), stdout=subprocess.PIPE, text=True)
    while not list((place.repository / "locks").iterdir()):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=60)
    big.unlink()
    assert running.returncode == 130 and '"type":"error"' in output.splitlines()[-1]
    assert place.holdfast("repository", "list")[-1]["snapshots"] == before
    assert not list((place.repository / "locks").iterdir())
    place.restic("check", "--read-data")
