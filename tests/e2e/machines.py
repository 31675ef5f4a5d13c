"""The libvirt host of the tests and its virtual machines, driven with virsh as an administrator would."""

import hashlib
import os
import pathlib
import re
import select
import subprocess
import time
import xml.etree.ElementTree as ET

TOP = pathlib.Path(__file__).resolve().parents[2]
GUESTS = TOP / "tests" / "guests"


def run(*command, timeout=120, **more):
    """A command's output; its own words where it fails."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=timeout, **more)
    assert result.returncode == 0, f"{' '.join(map(str, command))}: {result.stderr.strip() or result.stdout.strip()}"
    return result.stdout


def wait_for(what, condition, seconds, pause=0.05):
    """Polls until the condition gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(pause)


class LibvirtHost:
    def __init__(self, uri, domain_type):
        self.uri = uri
        self.domain_type = domain_type  # "kvm" or "qemu"

    def virsh(self, *arguments, timeout=120):
        return run("virsh", "-q", "-c", self.uri, *arguments, timeout=timeout)

    def domain_names(self):
        return self.virsh("list", "--all", "--name").split()

    def machine(self, name):
        return Machine(self, name)

    def define(self, name, disk, console_log, extra=(), memory=None, network=True):
        """disk and extra: paths of qcow2 images, or "path:format"."""
        options = ["--type", self.domain_type]
        for image in extra:
            options += ["--extra", f"{image}:qcow2"]
        if memory:
            options += ["--memory", str(memory)]
        if not network:
            options.append("--no-network")
        definition = run(GUESTS / "make-domain-xml", name, disk, console_log, *options)
        path = pathlib.Path(console_log).with_suffix(".xml")
        path.write_text(definition)
        self.virsh("define", path)
        return Machine(self, name)


class Machine:
    """A domain. Its console is a shell: one line in, the output and "RC=<status>" out."""

    def __init__(self, host, name):
        self.host, self.name = host, name

    def virsh(self, command, *arguments, **more):
        return self.host.virsh(command, self.name, *arguments, **more)

    def start(self, paused=False):
        self.virsh("start", *(["--paused"] if paused else []))

    def state(self):
        return self.virsh("domstate").strip()

    def suspend(self):
        self.virsh("suspend")

    def resume(self):
        self.virsh("resume")

    def power_off(self):
        if self.state() != "shut off":
            self.virsh("destroy")

    def shut_down(self, seconds=60):
        """From inside, so that its file systems are clean."""
        self.tell("poweroff")
        wait_for(f"{self.name} is off", lambda: self.state() == "shut off", seconds)

    def remove(self):
        if self.name in self.host.domain_names():
            self.power_off()
            self.virsh("undefine", "--checkpoints-metadata", "--nvram")

    def uuid(self):
        return self.virsh("domuuid").strip()

    def xml(self):
        return ET.fromstring(self.virsh("dumpxml", "--inactive"))

    def mac_addresses(self):
        return {mac.get("address") for mac in self.xml().iter("mac")}

    def disk_files(self):
        return {disk.find("target").get("dev"): pathlib.Path(disk.find("source").get("file"))
                for disk in self.xml().iter("disk") if disk.find("source") is not None}

    def has_backup_job(self):
        job = subprocess.run(["virsh", "-q", "-c", self.host.uri, "backup-dumpxml", self.name], capture_output=True)
        return job.returncode == 0

    def checkpoints(self):
        return self.virsh("checkpoint-list", "--name").split()

    # --- Console

    def wait_until_up(self, seconds=120):
        """Until the shell on the console answers."""
        deadline = time.monotonic() + seconds
        while True:
            assert time.monotonic() < deadline, f"{self.name} is not up after {seconds} s"
            if self.state() == "running" and self._ask("", 2) is not None:
                return

    def tell(self, command):
        with Console(self.virsh("ttyconsole").strip()) as console:
            console.write(command + "\n")

    def run(self, command, seconds=60):
        answer = self._ask(command, seconds)
        assert answer is not None, f"{self.name}: no answer to {command!r} within {seconds} s"
        output, status = answer
        assert status == 0, f"{self.name}: {command!r} ended with {status}: {output}"
        return output

    def _ask(self, command, seconds):
        with Console(self.virsh("ttyconsole").strip()) as console:
            # Words of an earlier, unanswered line may still be on the way: this answer is told by its marker.
            marker = f"={os.urandom(4).hex()}="
            console.write(f"echo {marker}; {command or ':'}\n")
            return console.answer_after(marker, seconds)

    def write_random(self, device, offset_mib, mib):
        """Writes random data at the offset of a raw device, and gives the device's SHA-256 from inside the machine."""
        self.run(f"dd if=/dev/urandom of={device} bs=1M seek={offset_mib} count={mib} conv=notrunc 2>/dev/null; sync")
        return self.run(f"sha256sum {device}").split()[0]


class Console:
    def __init__(self, path):
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._fd)

    def write(self, text):
        os.write(self._fd, text.encode())

    def answer_after(self, marker, seconds):
        """(output, status), or None when the time is over."""
        deadline = time.monotonic() + seconds
        seen = ""
        pattern = re.compile(re.escape(marker) + r"\r?\n(.*?)^RC=(\d+)\r?$", re.DOTALL | re.MULTILINE)
        while True:
            found = pattern.search(seen)
            if found:
                return found.group(1).strip(), int(found.group(2))
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            if select.select([self._fd], [], [], left)[0]:
                try:
                    seen += os.read(self._fd, 65536).decode(errors="replace")
                except (BlockingIOError, OSError):
                    return None  # the machine was switched off


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def make_image(path, mib, random_mib=0):
    """A qcow2 image whose first `random_mib` hold random data, made without a virtual machine."""
    raw = path.with_suffix(".raw")
    with open(raw, "wb") as file:
        for _ in range(random_mib):
            file.write(os.urandom(1 << 20))
        file.truncate(mib << 20)
    run("qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", raw, path)
    raw.unlink()
    return path


class Restic:
    """Stock restic on a repository that Holdfast wrote."""

    def __init__(self, folder, password, cache):
        self.folder = folder
        self._environment = dict(os.environ, RESTIC_REPOSITORY=str(folder), RESTIC_PASSWORD=password,
                                 RESTIC_CACHE_DIR=str(cache))

    def __call__(self, *arguments, timeout=300):
        return run("restic", "-q", *arguments, env=self._environment, timeout=timeout)

    def init(self):
        run("restic", "init", "--repository-version", "2", env=self._environment)

    def sha256_of_file(self, snapshot, path):
        with subprocess.Popen(["restic", "-q", "dump", snapshot, path], stdout=subprocess.PIPE,
                              env=self._environment) as process:
            digest = hashlib.sha256()
            while block := process.stdout.read(1 << 20):
                digest.update(block)
            assert process.wait(timeout=60) == 0, f"restic dump {snapshot} {path}"
        return digest.hexdigest()
