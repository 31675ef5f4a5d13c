"""The command line, the configuration file and the environment."""

import subprocess

import pytest

from holdfast_server import PASSWORD, PROGRAM


def run_program(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60, **more)


def test_every_option_can_stand_in_a_configuration_file(make_server, work):
    server = make_server("by-file")
    server.folder.joinpath("holdfast.conf").write_text(
        f'[serve]\ndata-dir = "{server.data}"\nlisten = "127.0.0.1:{server.port}"\n'
        f'initial-password-file = "{server.password_file}"\n')
    server.command = [PROGRAM, "serve", "--config", server.folder / "holdfast.conf"]
    server.start()
    server.client().logon("admin", PASSWORD)
    assert (server.data / "lock").exists()
    assert server.stop() == 0


def test_every_option_can_stand_in_the_environment(make_server):
    server = make_server("by-environment")
    server.command = [PROGRAM, "serve"]
    server.environment = {"HOLDFAST_DATA_DIR": str(server.data), "HOLDFAST_LISTEN": f"127.0.0.1:{server.port}",
                          "HOLDFAST_INITIAL_PASSWORD_FILE": str(server.password_file)}
    server.start()
    server.client().logon("admin", PASSWORD)
    assert server.stop() == 0


def test_without_a_password_file_a_password_is_told_once(make_server):
    server = make_server("generated")
    server.command = [PROGRAM, "serve", "--data-dir", server.data, "--listen", f"127.0.0.1:{server.port}"]
    server.start()
    told = [line for line in server.log.read_text().splitlines() if "password:" in line]
    assert len(told) == 1
    server.client().logon("admin", told[0].rpartition(": ")[2].strip())
    assert server.stop() == 0
    server.start()
    assert len([line for line in server.log.read_text().splitlines() if "password:" in line]) == 1
    assert server.stop() == 0


@pytest.mark.parametrize("arguments, word", [
    ([], "subcommand"), (["explode"], "no command"), (["serve", "--listen", "nonsense:port"], "nonsense:port"),
    (["serve", "--config", "/nowhere/holdfast.conf"], "/nowhere/holdfast.conf"), (["serve", "--surprise"], "--surprise")])
def test_what_is_wrong_is_told(arguments, word, tmp_path):
    result = run_program(*arguments, env={"HOME": str(tmp_path), "HOLDFAST_DATA_DIR": str(tmp_path / "data")})
    assert result.returncode != 0
    assert word in result.stdout + result.stderr


def test_an_unknown_option_in_the_file_is_told(tmp_path):
    (tmp_path / "holdfast.conf").write_text('[serve]\nsurprise = "x"\n')
    result = run_program("serve", "--config", tmp_path / "holdfast.conf", "--data-dir", tmp_path / "data")
    assert result.returncode != 0 and "surprise" in result.stdout + result.stderr


def test_an_address_that_is_taken_is_told(make_server, server):
    other = make_server("same-port")
    other.port = server.port
    result = run_program("serve", "--data-dir", other.data, "--listen", f"127.0.0.1:{server.port}",
                         "--initial-password-file", other.password_file)
    assert result.returncode != 0 and str(server.port) in result.stderr


def test_version_and_help():
    assert run_program("--version").stdout.startswith("holdfast ")
    for option in ("--data-dir", "--listen", "--initial-password-file", "--database", "--config"):
        assert option in run_program("serve", "--help").stdout
