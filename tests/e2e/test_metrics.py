"""What Prometheus reads from /metrics, parsed as strictly as Prometheus itself does, and the dashboard that is made for it."""

import json
import re

from machines import TOP, wait_for

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "gauge": ("",), "counter": ("",)}


def parse_labels(text):
    labels, rest = {}, text or ""
    while rest:
        match = LABEL.match(rest)
        assert match, f"no labels: {text}"
        assert match[1] not in labels, f"a label twice: {text}"
        labels[match[1]] = match[2]
        rest = rest[match.end():]
    return labels


def parse(text):
    """{name: {labels: value}}, with every rule that `promtool check metrics` has for what is used here."""
    assert text.endswith("\n")
    kinds, helps, samples, family = {}, set(), {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ", 3)[2]
            assert family not in helps and len(line.split(" ", 3)) == 4, line
            helps.add(family)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family and name not in kinds and kind in SUFFIXES, line
            kinds[name] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1].removeprefix(family) in SUFFIXES[kinds[family]], f"{line} is not of {family}"
            labels = frozenset(parse_labels(match[2]).items())
            series = samples.setdefault(match[1], {})
            assert labels not in series, f"twice: {line}"
            series[labels] = float(match[3])
    for name, kind in kinds.items():
        assert name.endswith("_total") == (kind == "counter"), name
        assert not name.endswith(("_sum", "_count", "_bucket")), name
    return samples


def value(samples, name, **labels):
    return samples[name][frozenset(labels.items())]


def read(client):
    answer = client.request("GET", "/metrics", expect=200)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return parse(answer.body.decode())


def test_metrics_are_for_accounts_only(server):
    answer = server.client().send("GET", "/metrics")
    assert answer.status == 401 and b"holdfast_" not in answer.body


def test_the_server_tells_of_its_requests_and_its_process(server):
    client = server.admin()
    before = read(client)
    for _ in range(3):
        client.request("GET", "/api/jobs/b6bfce60-7d42-46d7-9e55-0a40c04b0d7d", expect=404)
    after = read(client)
    missing = "holdfast_http_requests_total"
    assert value(after, missing, code="404") >= before[missing].get(frozenset({("code", "404")}), 0) + 3
    durations = after["holdfast_http_request_duration_seconds_bucket"]
    bounds = sorted((float(dict(labels)["le"]), count) for labels, count in durations.items())
    counts = [count for _, count in bounds]
    assert counts == sorted(counts)
    assert counts[-1] == value(after, "holdfast_http_request_duration_seconds_count") == sum(after[missing].values())
    assert value(after, "process_resident_memory_bytes") > 1 << 20
    assert value(after, "process_start_time_seconds") > 1.7e9
    assert value(after, "holdfast_logon_sessions") >= 1


def test_a_backup_is_told(protected, server):
    samples = read(server.admin())
    job, repository = protected.job["Name"], protected.repository["Name"]
    newest = next(session for session in reversed(protected.protection.collection("backupSessions"))
                  if session["JobName"] == job and session["State"] == "Stopped")
    for result in ("success", "warning", "failed"):
        told = value(samples, "holdfast_job_last_result", job_name=job, result=result)
        assert told == (newest["Result"].lower() == result), result
    assert value(samples, "holdfast_job_machines", job_name=job) == 1
    assert value(samples, "holdfast_job_last_read_bytes", job_name=job) >= 0
    assert value(samples, "holdfast_job_last_duration_seconds", job_name=job) > 0
    ended = value(samples, "holdfast_job_last_end_timestamp_seconds", job_name=job)
    succeeded = value(samples, "holdfast_job_last_success_timestamp_seconds", job_name=job)
    assert value(samples, "process_start_time_seconds") < succeeded <= ended
    backup = {"backup_name": job, "repository_name": repository}
    assert value(samples, "holdfast_backup_restore_points", **backup) >= len(protected.points)
    assert value(samples, "holdfast_backup_size_bytes", **backup) > 1 << 20
    capacity, free, used = (value(samples, f"holdfast_repository_{what}_bytes", repository_name=repository)
                            for what in ("capacity", "free", "used"))
    assert 0 < free < capacity and used == capacity - free


def test_machines_are_counted_by_whether_they_are_protected(protected, server):
    client = server.admin()

    def counted():
        samples = read(client)
        return samples if samples.get("holdfast_host_up") else None

    samples = wait_for("the host was asked for its machines", counted, 30)
    host = protected.managed_server["Name"]
    assert value(samples, "holdfast_host_up", host_name=host) == 1
    assert value(samples, "holdfast_host_machines", host_name=host, protection="protected") >= 1


def test_the_dashboard_asks_for_metrics_that_there_are(protected, server):
    dashboard = json.loads((TOP / "docs" / "grafana" / "holdfast.json").read_text())
    told = set(read(server.admin())) | {"holdfast_host_up", "holdfast_host_machines"}  # once hosts were asked
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert panels
    for panel in panels:
        assert panel["title"] and panel["targets"], panel
        for target in panel["targets"]:
            asked = set(re.findall(r"\b(?:holdfast|process)_\w+", target["expr"]))
            assert asked and asked <= told, f"{panel['title']}: {asked - told}"
