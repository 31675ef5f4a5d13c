"""What a person sees on a terminal: the bar, the question for the password, and Ctrl-C."""

import os
import pty
import signal
import subprocess

import pytest
from conftest import PASSWORD


class Terminal:
    """Runs a command on a pseudo terminal of its own; `seen` is what was printed so far."""

    def __init__(self, command, **more):
        self.fd, inner = pty.openpty()
        self.process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
                                        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)), **more)
        os.close(inner)
        self.seen = ""

    def read_until(self, text):
        while text not in self.seen:
            self.seen += os.read(self.fd, 4096).decode()

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        """The exit status, when everything is read."""
        try:
            while part := os.read(self.fd, 4096):
                self.seen += part.decode()
        except OSError:  # EIO: nobody holds the other side any more
            pass
        os.close(self.fd)
        return self.process.wait(timeout=30)


def test_a_bar_is_drawn_and_gone_when_words_follow(place):
    image = place.folder / "vda.img"
    image.write_bytes(os.urandom(1 << 20))
    terminal = Terminal(place.command("backup", "--disk", f"vda={image}", "--machine", "web01"))
    assert terminal.end() == 0
    assert terminal.seen.startswith("\rvda")
    # Both lines stand where the bar was taken away.
    assert "\r\x1b[Kvda: 1.00 MiB in size, 1.00 MiB read" in terminal.seen
    assert "\r\x1b[KSnapshot " in terminal.seen


@pytest.mark.parametrize("typed, status", [(PASSWORD, 0), ("another", 12)])
def test_the_password_is_asked_and_not_shown(place, typed, status):
    terminal = Terminal(place.command("repository", "list")[:-2], env={})
    terminal.read_until("Password of " + str(place.repository) + ": ")
    while "-echo " not in subprocess.run(["stty", "-a"], stdin=terminal.fd, capture_output=True, text=True).stdout:
        assert terminal.process.poll() is None
    terminal.type(typed + "\n")
    assert terminal.end() == status
    assert typed not in terminal.seen


def test_a_second_signal_ends_it_at_once(place):
    """The password comes from a pipe on which nothing comes: the first signal has to wait for it."""
    pipe = place.folder / "pipe"
    os.mkfifo(pipe)
    running = subprocess.Popen(place.command("repository", "list", password_file=pipe), stderr=subprocess.DEVNULL)
    with pipe.open("wb"):  # opens when the command reads
        running.send_signal(signal.SIGINT)
        while signal_is_pending(running.pid, signal.SIGINT):
            pass
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130


def signal_is_pending(pid, number):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        pending = next(line.split()[1] for line in file if line.startswith("ShdPnd:"))
    return int(pending, 16) >> (number - 1) & 1 == 1
