"""The world of the end-to-end tests, for clients that others wrote: the real server, and a real machine that it has backed up."""

import importlib.util
import pathlib
import sys

E2E = pathlib.Path(__file__).resolve().parents[1] / "e2e"
sys.path.insert(0, str(E2E))

# By another name than its own, which is this file's.
_specification = importlib.util.spec_from_file_location("e2e_world", E2E / "conftest.py")
_world = importlib.util.module_from_spec(_specification)
sys.modules["e2e_world"] = _world
_specification.loader.exec_module(_world)

work, recorder = _world.work, _world.recorder
libvirt, guest_image, machines, guest = _world.libvirt, _world.guest_image, _world.machines, _world.guest
make_server, server, admin = _world.make_server, _world.server, _world.admin
managed_server, protected = _world.managed_server, _world.protected
