"""The commands of `holdfast repository`, exit statuses and errors."""

import json
import re
import subprocess

import pytest
from conftest import PROGRAM


def test_restic_opens_what_init_made(place):
    config = json.loads(place.restic("cat", "config"))
    assert config["version"] == 2


def test_a_second_init_is_refused(place):
    result = place.run("repository", "init")
    assert result.returncode == 1 and str(place.repository) in result.stderr


def test_a_missing_repository_is_10(place):
    command = place.command("repository", "list", "--json")
    command[command.index("--repository") + 1] = str(place.folder / "nothing")
    result = subprocess.run(command, capture_output=True, text=True)
    error = json.loads(result.stdout)
    assert result.returncode == 10
    assert error["type"] == "error" and error["kind"] == "not found" and error["exit_status"] == 10


def test_a_wrong_password_is_12(place):
    wrong = place.folder / "wrong-password"
    wrong.write_text("wrong\n")
    result = place.run("repository", "check", password_file=wrong)
    assert result.returncode == 12 and "password" in result.stderr


def test_no_password_and_no_terminal_is_a_usage_error(place):
    command = place.command("repository", "list")[:-2]
    result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={})
    assert result.returncode == 64 and "--password-file" in result.stderr


def test_the_environment_serves_for_the_options(place):
    result = subprocess.run(place.command("repository", "stats", "--json")[:4], capture_output=True, text=True,
                            env={"HOLDFAST_REPOSITORY": str(place.repository),
                                 "HOLDFAST_PASSWORD_FILE": str(place.password_file)})
    assert result.returncode == 0 and json.loads(result.stdout)["type"] == "summary"


@pytest.mark.parametrize("arguments", [["backup"], ["backup", "--disk", "vda"], ["restore", "latest"], ["repository"],
                                       ["repository", "check", "--surprise"]])
def test_wrong_usage_is_64(place, arguments):
    assert place.run(*arguments).returncode == 64


@pytest.mark.parametrize("arguments", [["bakup"], ["repository", "chekc"], ["backup", "--machin", "x"]])
def test_what_was_mistyped_is_named(arguments):
    result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env={})
    assert result.returncode == 64 and f'"{arguments[1 if len(arguments) > 1 else 0]}"' in result.stderr


def test_a_lock_of_another_is_11(place):
    """restic holds a lock while its backup waits for what comes in on a pipe."""
    waiting = subprocess.Popen(["restic", "--no-cache", "-r", place.repository, "--password-file", place.password_file,
                                "backup", "--stdin"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        while not list((place.repository / "locks").iterdir()):
            assert waiting.poll() is None
        result = place.run("repository", "prune")
        assert result.returncode == 11 and str(waiting.pid) in result.stderr
    finally:
        waiting.communicate(b"it has come", timeout=60)
    assert waiting.returncode == 0
    assert place.holdfast("repository", "prune")[-1]["type"] == "summary"


def test_damage_is_65(place):
    place.restic("backup", "--quiet", place.password_file)
    pack = next(path for path in (place.repository / "data").glob("*/*"))
    whole = pack.read_bytes()
    pack.chmod(0o600)
    pack.write_bytes(whole[:-50] + bytes(50))
    result = place.run("repository", "check", "--read-data", "--json")
    pack.write_bytes(whole)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 65 and any(pack.name in line.get("message", "") for line in lines)
    assert place.holdfast("repository", "check", "--read-data")[-1]["problems"] == 0


def test_snapshots_of_restic_are_listed(place):
    known = {one["id"] for one in json.loads(place.restic("snapshots", "--json"))}
    listed = {line["id"] for line in place.holdfast("repository", "list") if line["type"] == "snapshot"}
    assert known and known == listed


def test_an_unknown_snapshot_is_told(place):
    result = place.run("restore", "0123456789abcdef", "--target", place.folder / "nowhere")
    assert result.returncode == 1 and "0123456789abcdef" in result.stderr


def test_help_names_options_and_exit_statuses(place):
    for command in (["backup"], ["restore"], ["repository", "check"], ["repository", "init"]):
        text = place.run(*command, "--help").stdout
        assert "--repository" in text and "Exit status" in text and "Examples" in text


def test_check_repairs_indexes(place):
    index = next((place.repository / "index").iterdir())
    index.unlink()
    damaged = place.run("repository", "check")
    assert damaged.returncode == 65 and "--repair" in damaged.stdout
    assert place.run("repository", "check", "--repair").returncode == 0
    assert place.holdfast("repository", "check", "--read-data")[-1]["problems"] == 0
    place.restic("check", "--read-data")


def test_quiet_says_nothing_but_what_was_asked_for(place):
    assert place.run("repository", "unlock", "--quiet").stdout == ""
    assert "Host" in place.run("repository", "list", "--quiet").stdout


@pytest.mark.parametrize("kind", ["rest", "rclone"])
def test_urls_serve_like_folders(place, kind, served_over_http):
    url = served_over_http if kind == "rest" else f"rclone::local:{place.repository}"
    command = place.command("repository", "list", "--json")
    command[command.index("--repository") + 1] = url
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0 and result.stdout == place.run("repository", "list", "--json").stdout


@pytest.fixture(scope="module")
def served_over_http(place):
    server = subprocess.Popen(["rclone", "serve", "restic", "--addr", "127.0.0.1:0", f":local:{place.repository}"],
                              stderr=subprocess.PIPE, text=True)
    address = next(found for line in server.stderr if (found := re.search(r"http://127.0.0.1:[1-9]\d*/", line)))
    yield "rest:" + address.group()
    server.terminate()
    server.communicate(timeout=30)


def test_a_server_that_is_not_there_is_69(place):
    command = place.command("repository", "list")
    command[command.index("--repository") + 1] = "rest:http+unix://" + str(place.folder / "no.socket") + ":/"
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 69 and "no.socket" in result.stderr
