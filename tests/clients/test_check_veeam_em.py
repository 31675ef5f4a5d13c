"""check_veeam_em, a plugin for Nagios and Icinga in Ruby: asks /query for the last sessions of one job."""

import subprocess

import pytest

from checkouts import client_file, needs
from holdfast_server import PASSWORD

PROGRAM = "check_veeam_em/check_veeam_em.rb"

pytestmark = needs(PROGRAM, "ruby")


@pytest.fixture
def check(server):
    def call(job):
        return subprocess.run(["ruby", client_file(PROGRAM), "-a", "127.0.0.1", "-p", str(server.port), "-k", "-n", job,
                               "-U", "admin", "-P", PASSWORD], text=True, capture_output=True, timeout=60)

    return call


def test_a_job_that_succeeded(protected, check):
    result = check("Nightly")
    assert result.returncode == 0 and result.stdout.startswith("OK - Job completed successfully"), result.stdout + result.stderr


def test_a_job_without_sessions(protected, check):
    result = check("no such job")
    assert result.returncode == 2 and "Last success backup not found" in result.stdout, result.stdout + result.stderr
