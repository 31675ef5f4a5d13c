"""Memory does not grow with the size of a disk."""

from conftest import Protection
from machines import run


def test_a_sparse_disk_of_100_gib_takes_less_than_300_mib(make_server, libvirt, machines, work):
    folder = work / "vm" / "hf-large"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    disk = folder / "disk.qcow2"
    run("qemu-img", "create", "-q", "-f", "qcow2", disk, "100G")
    # Some data at the beginning, in the middle and at the end.
    for offset_mib in (0, 50 * 1024, 100 * 1024 - 16):
        run("qemu-io", "-f", "qcow2", "-c", f"write -P 0xa5 {offset_mib}M 16M", disk)
    machine = libvirt.define("hf-large", disk, folder / "console.log", memory=32, network=False)
    machine.start(paused=True)
    server = make_server("memory").start()
    protection = Protection(server.admin(), libvirt)
    protection.add_managed_server()
    job = protection.add_job("Large", protection.add_repository("R", work / "repository-large"), [machine])
    server.forget_peak_memory()
    for _ in ("full", "incremental"):
        protection.back_up(job, seconds=300)
    assert server.peak_memory_mib() < 300
    assert server.stop() == 0
