"""Centreon's plugin apps::backup::veeam::vbem::restapi, with each of its modes."""

import re
import subprocess

import pytest

from checkouts import client_file, needs
from holdfast_server import PASSWORD

PLUGIN = "centreon-plugins/src/centreon_plugins.pl"
MODULES = ("JSON::XS", "DateTime", "LWP::Protocol::https")


def missing_modules():
    return [module for module in MODULES
            if subprocess.run(["perl", f"-M{module}", "-e1"], capture_output=True).returncode != 0]


pytestmark = needs(PLUGIN, "perl")


@pytest.fixture(scope="module")
def centreon(server, tmp_path_factory):
    missing = missing_modules()
    if missing:
        pytest.skip(f"Perl has no {', '.join(missing)}")
    states = tmp_path_factory.mktemp("centreon")  # the session's id and the cache, from one call to the next

    def call(mode, *options, password=PASSWORD):
        program = client_file(PLUGIN)
        return subprocess.run(
            ["perl", program, "--plugin=apps::backup::veeam::vbem::restapi::plugin", f"--mode={mode}",
             "--hostname=127.0.0.1", f"--port={server.port}", "--api-username=admin", f"--api-password={password}",
             "--http-backend=lwp", "--ssl-opt=SSL_verify_mode => 0", f"--statefile-dir={states}", *options],
            cwd=program.parent, text=True, capture_output=True, timeout=120)

    return call


def test_jobs(protected, centreon):
    for _ in range(2):  # the second call finds the session of the first in its cache
        result = centreon("jobs", "--verbose")
        assert result.returncode == 0, result.stdout + result.stderr
        assert "job 'Nightly' [type: Backup]" in result.stdout
        assert "status: Success" in result.stdout
        assert re.search(r"'jobs\.executions\.detected\.count'=1\b", result.stdout)


def test_jobs_that_were_never_run_are_none(protected, centreon):
    result = centreon("jobs", "--filter-name=no-such-job")
    assert re.search(r"'jobs\.executions\.detected\.count'=0\b", result.stdout), result.stdout + result.stderr


def test_repositories(protected, centreon):
    result = centreon("repositories", "--verbose")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Main repository" in result.stdout
    used = re.search(r"'Main repository#repository\.space\.usage\.percentage'=([\d.]+)%", result.stdout)
    assert 0 < float(used.group(1)) < 100


def test_lists(protected, centreon):
    jobs = centreon("list-jobs")
    assert jobs.returncode == 0 and "[jobName: Nightly]" in jobs.stdout, jobs.stdout + jobs.stderr
    repositories = centreon("list-repositories")
    assert repositories.returncode == 0 and "Main repository" in repositories.stdout, repositories.stdout + repositories.stderr


def test_cache(protected, centreon):
    made = centreon("cache")
    assert made.returncode == 0 and "successfully" in made.stdout, made.stdout + made.stderr
    used = centreon("repositories", "--cache-use", "--verbose")
    assert used.returncode == 0 and "Main repository" in used.stdout, used.stdout + used.stderr


def test_a_wrong_password_is_told(centreon):
    result = centreon("jobs", password="wrong")
    assert result.returncode == 3 and "401" in result.stdout, result.stdout + result.stderr
