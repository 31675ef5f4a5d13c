"""Zabbix' template "Veeam Backup Enterprise Manager by HTTP": its script as it is, and the values that its items take from the result."""

import json
import pathlib
import re
import subprocess
import textwrap

import pytest

from checkouts import client_file, needs
from holdfast_server import PASSWORD

TEMPLATE = "zabbix/templates/app/veeam/enterprise_manager_http/template_veeam_enterprise_manager_http.yaml"
RUNNER = pathlib.Path(__file__).with_name("zabbix_script.js")

pytestmark = needs(TEMPLATE, "node", "curl")


def script_of(template):
    """The text of the one script item: the block below `params: |`."""
    lines = template.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip() == "params: |")
    indent = len(lines[start]) - len(lines[start].lstrip())
    block = []
    for line in lines[start + 1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        block.append(line)
    return textwrap.dedent("\n".join(block))


@pytest.fixture(scope="module")
def template():
    return client_file(TEMPLATE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def collected(protected, server, template, work):
    """What the script hands to the items."""
    script = work / "zabbix-item.js"
    script.write_text(script_of(template), encoding="utf-8")
    # Versions of the template differ in whether the address ends in /api.
    path = re.search(r"\{\$VEEAM\.MANAGER\.API\.URL\}'\s+value: '?https?://[^/'\s]+([^'\s]*)", template).group(1)
    parameters = {"api_endpoint": server.base + path, "user": "admin", "password": PASSWORD, "http_proxy": ""}
    run = subprocess.run(["node", str(RUNNER), str(script)], input=json.dumps(parameters), text=True, capture_output=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_script_meets_no_error(collected):
    assert "error" not in collected, collected["error"]


def test_every_item_of_the_reports_gets_a_number(collected, template):
    paths = set(re.findall(r"^\s*-\s*'?\$\.(JobStatistics\.\w+)'?\s*$", template, re.MULTILINE))
    assert len(paths) >= 6
    for report, member in (path.split(".") for path in paths):
        assert isinstance(collected[report][member], int), f"{report}.{member}"
    # Two runs of one job, which has no schedule.
    assert collected["JobStatistics"]["TotalJobRuns"] >= 2
    assert collected["JobStatistics"]["FailedJobRuns"] == 0


def test_backup_files_are_discovered(collected):
    found = collected["backupFiles"]["Refs"]
    assert len(found) == 2
    for file in found:
        assert file["Name"] and file["Type"] == "BackupFileReference"
        assert file["UID"].startswith("urn:veeam:BackupFile:")
        assert collected[file["Name"]]["UID"] == file["UID"], "the answer for a file is not that of its reference"
