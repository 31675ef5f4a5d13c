"""A disk of a snapshot served over NBD, and read by QEMU's client."""

import json
import os
import signal
import socket
import subprocess

import pytest

MIB = 1 << 20


@pytest.fixture(scope="module")
def image(place):
    path = place.folder / "vda.img"
    with path.open("wb") as file:
        file.write(os.urandom(2 * MIB))
        file.truncate(5 * MIB)
    place.holdfast("backup", "--disk", f"vda={path}", "--machine", "web01")
    return path


class Export:
    """Runs until the block ends, with SIGTERM at the latest; `serving` is what it said when it served."""

    def __init__(self, place, disk):
        self.place = place
        self.socket = place.folder / "vda.sock"
        self.process = subprocess.Popen(place.command("export", disk, "--socket", self.socket, "--json"),
                                        stdout=subprocess.PIPE, text=True)
        self.serving = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=30)

    def nbdkit(self):
        children = subprocess.run(["pgrep", "-P", str(self.process.pid), "nbdkit"], capture_output=True, text=True).stdout
        return int(children)


def locks(place):
    return list((place.repository / "locks").iterdir())


@pytest.mark.parametrize("disk", ["latest:vda", "latest:web01/disks/vda.raw", "latest:/web01/disks/vda.raw"])
def test_a_client_reads_the_disk(place, image, disk):
    with Export(place, disk) as export:
        assert export.serving["type"] == "serving" and export.serving["path"] == "web01/disks/vda.raw"
        assert export.serving["size"] == 5 * MIB and export.serving["socket"] == str(export.socket)
        copy = place.folder / "copy.img"
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "raw", export.serving["uri"], copy], check=True, timeout=60)
        assert copy.read_bytes() == image.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(place, image, number):
    with Export(place, "latest:vda") as export:
        assert locks(place) and export.socket.exists()
        export.process.send_signal(number)
        assert export.process.wait(timeout=30) == 0
        assert not locks(place) and not export.socket.exists()


def test_an_export_that_dies_is_told(place, image):
    with Export(place, "latest:vda") as export:
        os.kill(export.nbdkit(), signal.SIGKILL)
        output, _ = export.process.communicate(timeout=30)
        error = json.loads(output)
        assert export.process.returncode == 69
        assert error["type"] == "error" and "latest:vda" in error["message"] and "137" in error["message"]
        assert not export.socket.exists()
    assert place.holdfast("repository", "unlock")[-1]["removed_locks"] == 1


def test_only_a_socket_that_nobody_serves_is_replaced(place, image):
    file = place.folder / "precious"
    file.write_text("keep me")
    result = place.run("export", "latest:vda", "--socket", file)
    assert result.returncode == 1 and str(file) in result.stderr and file.read_text() == "keep me"
    with Export(place, "latest:vda") as export:
        assert place.run("export", "latest:vda", "--socket", export.socket).returncode == 1
        assert export.process.poll() is None
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(export.socket))
    with Export(place, "latest:vda") as export:
        assert export.serving["type"] == "serving"


@pytest.mark.parametrize("disk, status, word", [("latest", 64, "latest"), ("latest:vdz", 1, "vdz"),
                                                ("0123456789:vda", 1, "0123456789")])
def test_what_is_not_there_is_not_served(place, image, disk, status, word):
    result = place.run("export", disk, "--socket", place.folder / "none.sock")
    assert result.returncode == status and word in result.stderr
    assert not (place.folder / "none.sock").exists()
