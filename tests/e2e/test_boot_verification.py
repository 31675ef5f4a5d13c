"""Boot verification: a machine starts from its restore point, cut off from everything, and what is seen of it is kept."""

import shutil
import subprocess
import zlib

import pytest

from conftest import Protection, entity, with_details
from em_client import Spec
from machines import make_image, sha256_of, wait_for
from test_instant_recovery import exports_of


@pytest.fixture(scope="module")
def holdfast(make_server):
    return make_server("boot").start()


@pytest.fixture(scope="module")
def points(holdfast, libvirt, machines, guest_image, work):
    """Restore points of two machines that are off: one with a system, and one whose disk holds random data."""
    folder = work / "vm" / "boot"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    shutil.copy(guest_image / "disk.qcow2", folder / "system.qcow2")
    make_image(folder / "random.qcow2", 8, 8)
    saved = [libvirt.define(name, folder / f"{disk}.qcow2", folder / f"{disk}.log")
             for name, disk in (("hf-boots", "system"), ("hf-random", "random"))]
    images = {image: sha256_of(image) for image in folder.glob("*.qcow2")}
    protection = Protection(holdfast.admin(), libvirt)
    protection.add_managed_server()
    repository = protection.add_repository("R", work / "boot-repository")
    protection.back_up(protection.add_job("J", repository, saved))
    yield {machine.name: protection.vm_points(machine.name)[-1]["Href"].split("?")[0] for machine in saved}
    # The originals were not touched.
    assert {image: sha256_of(image) for image in images} == images
    for machine in saved:
        assert machine.state() == "shut off"
        machine.remove()


@pytest.fixture(params=["xml", "json"])
def client(holdfast, request):
    return holdfast.admin(request.param)


def begin(client, point, **signs):
    done = client.run("POST", point + "?action=verifyBoot", Spec("BootVerificationSpec", signs) if signs else None)
    return entity(done.link("Related", "BootVerification").href)


def ended(client, verification, seconds=240):
    return wait_for("the verification ends", lambda: (now := client.get(verification))["State"] == "Stopped" and now, seconds)


def checks_of(verification):
    return {check["Kind"]: check for check in verification.items_of("Check", "Checks")}


def twins(libvirt):
    return [name for name in libvirt.domain_names() if name.startswith("holdfast-verify-")]


def nothing_is_left(holdfast, libvirt):
    return not twins(libvirt) and not exports_of(holdfast) and not list((holdfast.data / "run").iterdir())


def pixels_of(png):
    """How many different bytes the picture is made of: checks its form and its compression, too."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and png.endswith(b"IEND\xaeB`\x82")
    at = png.index(b"IDAT")
    return len(set(zlib.decompress(png[at + 4:at + 4 + int.from_bytes(png[at - 4:at], "big")])))


@pytest.mark.only("xml")
def test_a_machine_boots_and_shows_it(client, holdfast, points, libvirt):
    verification = begin(client, points["hf-boots"], Heartbeat=True, Ping=True, TcpPort=[2222],
                         ConsolePattern="^HOLDFAST-GUEST READY host=.* boots=1$")
    (name,) = wait_for("the machine is there", lambda: twins(libvirt), 60)
    twin = libvirt.machine(name).xml()
    assert {card.get("type") for card in twin.iter("interface")} == {"client"}
    assert not list(twin.iter("graphics"))
    assert libvirt.machine(name).uuid() != libvirt.machine("hf-boots").uuid()
    done = ended(client, verification)
    assert done["Result"] == "Success", done["Reason"]
    checks = checks_of(done)
    assert set(checks) == {"Heartbeat", "Ping", "TcpPort", "Console", "Screenshot"}
    assert all(check["Result"] == "Success" and float(check["AfterSeconds"]) > 0 for check in checks.values())
    print(f"booted after {done['BootSeconds']} s")
    assert 0 < float(done["BootSeconds"]) < 240
    assert "HOLDFAST-GUEST READY" in done["ConsoleTail"]
    screenshot = client.request("GET", done.link("Download").href)
    assert screenshot.status == 200 and screenshot.headers["Content-Type"] == "image/png"
    assert pixels_of(screenshot.body) > 1
    session = client.get(with_details(entity(done.link("Related", "RestoreSessionReference").href)))
    assert (session["State"], session["Result"]) == ("Stopped", "Success")
    assert nothing_is_left(holdfast, libvirt)
    assert client.request("DELETE", done.link("Delete").href).status == 204
    assert client.request("GET", verification).status == 404


@pytest.mark.only("json")
def test_a_machine_that_does_not_boot_is_told(client, holdfast, points, libvirt):
    verification = begin(client, points["hf-random"], TcpPort=[22], Heartbeat=True, TimeLimitSeconds=10, MemoryMiB=64)
    done = ended(client, verification)
    assert done["Result"] == "Failed"
    assert "did not boot" in done["Reason"] and "Heartbeat: not within 10 s" in done["Reason"]
    checks = checks_of(done)
    assert checks["Heartbeat"]["Result"] == checks["TcpPort"]["Result"] == "Failed"
    assert done["BootSeconds"] is None
    # The firmware's words that there is nothing to boot from.
    assert pixels_of(client.request("GET", done.link("Download").href).body) > 1
    session = client.get(with_details(entity(done.link("Related", "RestoreSessionReference").href)))
    assert (session["Result"], session["Reason"]) == ("Failed", done["Reason"])
    assert nothing_is_left(holdfast, libvirt)


@pytest.mark.only("xml")
def test_is_stopped(client, holdfast, points, libvirt):
    verification = begin(client, points["hf-random"], ConsolePattern="never", MemoryMiB=64)
    wait_for("the machine is there", lambda: twins(libvirt), 60)
    client.run("POST", client.get(verification).link("Stop").href)
    done = client.get(verification)
    assert (done["State"], done["Result"], done["Reason"]) == ("Stopped", "Failed", "Stopped on request.")
    assert nothing_is_left(holdfast, libvirt)


@pytest.mark.only("json")
def test_a_pattern_that_is_none_is_refused(client, points):
    answer = client.request("POST", points["hf-random"] + "?action=verifyBoot",
                            Spec("BootVerificationSpec", {"ConsolePattern": "(a"}))
    assert answer.status == 400 and b"ConsolePattern" in answer.body


def test_nothing_is_left_of_a_server_that_is_killed(holdfast, points, libvirt):
    verification = begin(holdfast.admin(), points["hf-random"], ConsolePattern="never", MemoryMiB=64)
    wait_for("the machine is there", lambda: twins(libvirt), 60)
    holdfast.kill()
    wait_for("the machine is gone before the server is there again", lambda: not twins(libvirt), 60)
    holdfast.start()
    done = holdfast.admin().get(verification)
    assert (done["State"], done["Result"]) == ("Stopped", "Failed") and "server was stopped" in done["Reason"]
    assert nothing_is_left(holdfast, libvirt)
    assert subprocess.run(["pgrep", "-f", "holdfast-verify-"], capture_output=True).returncode == 1
