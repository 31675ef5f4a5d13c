"""Notifications: what real receivers of webhooks and mail get when sessions end, also when nobody answers at first."""

import collections
import contextlib
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import threading
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from conftest import Protection
from em_client import Resource, Spec, TaskFailed
from holdfast_server import free_port
from machines import run, wait_for
from test_restore import restore, restore_spec

SECRET = "a secret of a webhook"
PASSWORD = "a password of mail ü"

Received = collections.namedtuple("Received", "status headers body")


def message_of(received):
    """What a receiver does, as docs/api-additions.md has it: the message, if it is from whoever knows the secret, and fresh."""
    parts = dict(part.split("=", 1) for part in received.headers["X-Holdfast-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{parts['t']}.".encode() + received.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(expected, parts["v1"]), "the signature is wrong"
    assert abs(time.time() - int(parts["t"])) < 300, "it is old"
    assert received.headers["Content-Type"] == "application/json"
    message = json.loads(received.body)
    assert received.headers["X-Holdfast-Message-Id"] == message["Id"]
    return message


class WebhookReceiver:
    """Answers with the statuses that it is given, and with 200 from then on."""

    def __init__(self, *statuses, port=0):
        self.received, self.statuses = [], list(statuses)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                receiver.received.append(Received(status, self.headers, body))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", receiver.url + "/elsewhere")
                self.end_headers()
                if status != 204:
                    with contextlib.suppress(OSError):
                        self.wfile.write(b"an answer that nobody reads to its end\n" * 10_000)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def wait_for_messages(self, count, seconds=60):
        """Those that it has answered with 200."""
        def taken():
            return [message_of(one) for one in self.received if one.status == 200]
        wait_for(f"{count} messages", lambda: len(taken()) >= count, seconds)
        return taken()


@pytest.fixture
def receiver():
    made = []

    def make(*statuses, port=0):
        made.append(WebhookReceiver(*statuses, port=port))
        return made[-1]

    yield make
    for one in made:
        one.close()


class MailReceiver:
    """A mail server on 127.0.0.1, with or without TLS (then with a logon, too)."""

    def __init__(self, certificate=None):
        self.mails = []
        more = {}
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            more = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": self._log_on}
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **more)
        self._controller.start()

    @staticmethod
    def _log_on(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"backup", PASSWORD.encode()))

    async def handle_DATA(self, _server, session, envelope):
        self.mails.append((session.ssl is not None, envelope.mail_from, envelope.rcpt_tos,
                           email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 taken"

    def close(self):
        self._controller.stop()


@pytest.fixture(scope="module")
def certificate(work):
    """Of 127.0.0.1, with its key, in one file."""
    key, path = work / "mail-key.pem", work / "mail.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail", "-addext",
        "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", path)
    path.write_text(path.read_text() + key.read_text())
    return path


@pytest.fixture(scope="module")
def notifier(make_server, certificate):
    """A server whose authority for TLS is that of the test."""
    return make_server("notifications", environment={"HOLDFAST_CACERT": str(certificate), "NO_PROXY": "127.0.0.1"}).start()


@pytest.fixture(scope="module")
def jobs(notifier, libvirt, machines, work):
    """A machine with a job that succeeds, and one whose repository is no folder any more."""
    protection = Protection(notifier.admin(), libvirt)
    protection.add_managed_server()
    machine = machines.still_life("hf-notified", 16, 4)
    good = protection.add_job("Täglich", protection.add_repository("Good", work / "notify-good"), [machine])
    folder = work / "notify-bad"
    bad = protection.add_job("Broken", protection.add_repository("Bad", folder), [machine])
    folder.rename(work / "notify-away")
    folder.write_text("no folder any more")
    return {"good": good, "bad": bad}


@pytest.fixture
def targets(notifier):
    """Makes targets, which are gone after the test."""
    client, made = notifier.admin(), []

    def make(name, **more):
        target = Resource.of(client.post("/api/notificationTargets", Spec("NotificationTargetSpec", {"Name": name, **more}),
                                         expect=201))
        made.append(target.link("Delete").href)
        return target

    yield make
    client = notifier.admin()
    for href in made:
        client.request("DELETE", href, expect=204)


def webhook(url):
    return {"Url": url, "Secret": SECRET}


def run_job(notifier, libvirt, job):
    """The session, which has ended; its result does not matter."""
    protection = Protection(notifier.admin(), libvirt)
    return protection.end_of(protection.start_job(protection.api.get(job["Href"])))


def state_of(notifier, target):
    return notifier.admin().get(target["Href"])


def try_out(client, target):
    """The message of the finished task; raises TaskFailed where it was not delivered."""
    return client.run("POST", target.link("Test").href).part("Result")["Message"]


def test_a_webhook_is_told_signed_how_each_session_ended(notifier, libvirt, jobs, targets, receiver):
    hook = receiver(500)
    target = targets("chat", Webhook=webhook(hook.url))
    session = run_job(notifier, libvirt, jobs["good"])
    message, = hook.wait_for_messages(1)
    refused, taken = hook.received
    assert refused.status == 500 and refused.body == taken.body, "it was sent again as it was"
    assert message["Event"] == "BackupJobSessionEnded" and message["TargetName"] == "chat"
    assert message["BackupJobSession"]["UID"] == session["UID"]
    assert message["BackupJobSession"]["JobName"] == "Täglich"
    assert message["BackupJobSession"]["Result"] == session["Result"] == "Success"
    assert [task["VmDisplayName"] for task in message["BackupTaskSessions"]] == ["hf-notified"]

    failed = run_job(notifier, libvirt, jobs["bad"])
    message = hook.wait_for_messages(2)[1]
    assert message["BackupJobSession"]["Result"] == failed["Result"] == "Failed"
    assert message["BackupJobSession"]["FailureMessage"] == failed["FailureMessage"]
    state = wait_for("both are noted", lambda: (now := state_of(notifier, target))["DeliveredCount"] == "2" and now, 10)
    assert state["PendingCount"] == state["FailedCount"] == "0"
    assert state["LastFailureMessage"] == "The server answered 500" and state["LastDeliveryTimeUTC"]
    assert SECRET not in notifier.log.read_text(errors="replace")
    for path in notifier.data.glob("catalog.db*"):
        assert SECRET.encode() not in path.read_bytes(), path


def test_a_target_is_told_only_what_it_asks_for(notifier, libvirt, jobs, targets, receiver):
    hook, everything = receiver(), receiver()
    targets("failures", Webhook=webhook(hook.url), OnSuccess=False)
    targets("one job", Webhook=webhook(hook.url + "/job"), OnSuccess=True, Jobs={"JobUid": [jobs["good"]["UID"]]})
    targets("everything", Webhook=webhook(everything.url))
    run_job(notifier, libvirt, jobs["good"])
    run_job(notifier, libvirt, jobs["bad"])
    everything.wait_for_messages(2)
    seen = {(message["TargetName"], message["BackupJobSession"]["JobName"]) for message in hook.wait_for_messages(2)}
    assert seen == {("failures", "Broken"), ("one job", "Täglich")}


def test_what_was_not_delivered_is_delivered_after_a_crash(notifier, libvirt, jobs, targets, receiver):
    port = free_port()
    target = targets("crash", Webhook=webhook(f"http://127.0.0.1:{port}/hook"))
    session = run_job(notifier, libvirt, jobs["good"])
    state = wait_for("a first try", lambda: (now := state_of(notifier, target))["LastFailureTimeUTC"] and now, 30)
    assert state["PendingCount"] == "1" and "connect" in state["LastFailureMessage"]
    notifier.kill()
    hook = receiver(port=port)
    notifier.start()
    message, = hook.wait_for_messages(1)
    assert message["BackupJobSession"]["UID"] == session["UID"]
    wait_for("it is noted", lambda: state_of(notifier, target)["PendingCount"] == "0", 10)
    assert len(hook.received) == 1


def test_a_restore_is_told_too(notifier, libvirt, jobs, targets, receiver):
    hook, backups_only = receiver(), receiver()
    run_job(notifier, libvirt, jobs["good"])
    targets("restores", Webhook=webhook(hook.url), Jobs={})
    targets("backups", Webhook=webhook(backups_only.url), RestoreSessions=False)
    protection = Protection(notifier.admin(), libvirt)
    point = protection.vm_points("hf-notified")[-1]
    session = restore(protection, point, restore_spec(power_on=False, keep=True, new_name="hf-notified-copy"))
    message, = hook.wait_for_messages(1)
    assert message["Event"] == "RestoreSessionEnded" and message["BackupJobSession"] is None
    assert message["RestoreSession"]["UID"] == session["UID"]
    assert message["RestoreSession"]["Result"] == session["Result"] == "Success"
    run_job(notifier, libvirt, jobs["good"])
    assert backups_only.wait_for_messages(1)[0]["Event"] == "BackupJobSessionEnded"
    assert len(hook.received) == len(backups_only.received) == 1


def test_a_receiver_that_never_answers_holds_up_nobody(notifier, libvirt, jobs, targets, receiver):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = targets("silent", Webhook=webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/"))
        hook = receiver()
        targets("quick", Webhook=webhook(hook.url))
        run_job(notifier, libvirt, jobs["good"])
        silent.accept()[0].recv(1)  # the message is on its way
        hook.wait_for_messages(1, 15)
        started = time.monotonic()
        assert notifier.stop() == 0, notifier.tail()
        assert time.monotonic() - started < 10, "the message that is on its way is cut short"
        notifier.start()
        silent.accept()[0].recv(1)
        assert state_of(notifier, slow)["PendingCount"] == "1", "it is sent again"


def test_trying_a_webhook_tells_whether_it_works(notifier, targets, receiver):
    client = notifier.admin("json")
    hook = receiver(204, 302, 410)
    target = targets("try", Webhook=webhook(hook.url))
    assert "answered 204" in try_out(client, target)
    assert message_of(hook.received[0])["Event"] == "Test"
    with pytest.raises(TaskFailed, match="answered 302, and redirects are not followed"):
        try_out(client, target)
    with pytest.raises(TaskFailed, match="answered 410"):
        try_out(client, target)
    assert len(hook.received) == 3
    nobody = targets("nobody", Webhook=webhook(f"http://127.0.0.1:{free_port()}/"))
    with pytest.raises(TaskFailed, match="connect to"):
        try_out(client, nobody)
    # The test's authority did not sign the certificate of the server itself.
    stranger = targets("stranger", Webhook=webhook(notifier.base + "/api/"))
    with pytest.raises(TaskFailed, match="certificate"):
        try_out(client, stranger)


def mail(port, **more):
    return {"Server": "127.0.0.1", "Port": port, **more, "From": "holdfast@example.org",
            "To": {"Address": ["ann@example.org", "bob@example.org"]}}


def test_mail_goes_over_tls_with_a_logon(notifier, libvirt, jobs, targets, certificate):
    server = MailReceiver(certificate)
    try:
        targets("letters", Mail=mail(server.port, Encryption="StartTls", User="backup", Password=PASSWORD))
        run_job(notifier, libvirt, jobs["bad"])
        run_job(notifier, libvirt, jobs["good"])
        wait_for("two mails", lambda: len(server.mails) == 2, 60)
        was_encrypted, sender, recipients, letter = server.mails[1]
        assert was_encrypted and sender == "holdfast@example.org"
        assert recipients == ["ann@example.org", "bob@example.org"]
        assert letter["Subject"] == "[Holdfast] Success: Täglich"
        assert [one.addr_spec for one in letter["To"].addresses] == recipients
        assert letter["Message-ID"] and letter["Date"]
        text = letter.get_content()
        assert "Job:      Täglich" in text and "hf-notified: Success" in text
        assert server.mails[0][3]["Subject"] == "[Holdfast] Failed: Broken"
        assert PASSWORD not in notifier.log.read_text(errors="replace")
    finally:
        server.close()


def test_mail_is_not_sent_without_the_tls_that_was_asked_for(notifier, targets):
    client, server = notifier.admin(), MailReceiver()
    try:
        with pytest.raises(TaskFailed, match="was not delivered"):
            try_out(client, targets("strict", Mail=mail(server.port)))
        assert not server.mails
        assert "took it" in try_out(client, targets("open", Mail=mail(server.port, Encryption="None")))
        assert server.mails[0][3]["Subject"] == "[Holdfast] Test of open"
    finally:
        server.close()
