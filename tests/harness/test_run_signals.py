# SPDX-License-Identifier: MIT
"""Signals that come before run-qemu.sh has started QEMU: it ends, and so does what it had begun."""

import fcntl
import os
import pathlib
import pty
import signal
import subprocess
import termios

import pytest

import guest


def gone(pid):
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Held:
    """run-qemu.sh held up in a step: one of the tools that it calls is replaced by one that goes on for ever."""

    def __init__(self, folder, tool):
        self.started, self.qemu = folder / "started", folder / "qemu-ran"
        self.temporary, bin_folder = folder / "tmp", folder / "bin"
        self.temporary.mkdir()
        bin_folder.mkdir()
        self.write(bin_folder / tool, f'echo $$ >"{self.started}.new"; mv "{self.started}.new" "{self.started}"\n'
                   "exec sleep 300")
        self.write(bin_folder / "qemu", f': >"{self.qemu}"')
        self.env = guest.environment({"PATH": f"{bin_folder}:{os.environ['PATH']}", "TMPDIR": str(self.temporary),
                                      "QEMU": str(bin_folder / "qemu")}, prebuilt=tool == "grub-mkimage")

    @staticmethod
    def write(path, text):
        path.write_text("#!/bin/sh\n" + text + "\n")
        path.chmod(0o755)

    def wait(self):
        """The tool's process, once it runs."""
        assert guest.wait_until(self.started.exists)
        return int(self.started.read_text())

    def check(self, tool, said):
        assert gone(tool), "what it had started goes on"
        assert not self.qemu.exists(), "QEMU was started"
        assert not list(self.temporary.iterdir())
        assert "failed" not in said and "line " not in said, said


def default_signals():
    """For a child: pytest may run where some are ignored, which a shell's children then keep to."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("tool, number, status, to_all", [
    ("make", signal.SIGTERM, 143, False),
    ("make", signal.SIGINT, 130, False),
    ("make", signal.SIGINT, 130, True),
    ("make", signal.SIGHUP, 143, True),
    ("flock", signal.SIGTERM, 143, False),
    ("grub-mkimage", signal.SIGTERM, 143, False),
    ("grub-mkimage", signal.SIGTERM, 143, True),
])
def test_a_signal_ends_what_comes_before_qemu(stub_script, tmp_path, tool, number, status, to_all):
    held = Held(tmp_path, tool)
    words = [str(stub_script), "-m", "16M", "-c", "1", "--exec", "x", *(["--iso"] if "grub" in tool else [])]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=held.env, start_new_session=True, preexec_fn=default_signals) as process:
        pid = held.wait()
        (os.killpg if to_all else os.kill)(process.pid, number)
        try:
            out, said = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert process.returncode == status and out == "", said
    held.check(pid, said)


def test_ctrl_c_while_it_builds(stub_script, tmp_path):
    held = Held(tmp_path, "make")
    ours, terminal = pty.openpty()

    def enter():
        default_signals()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    with subprocess.Popen([str(stub_script), "-m", "16M", "-c", "1"], stdin=terminal, stdout=terminal,
                          stderr=subprocess.PIPE, text=True, env=held.env, start_new_session=True,
                          preexec_fn=enter) as process:
        pid = held.wait()
        os.write(ours, b"\x03")
        _, said = process.communicate(timeout=20)
    os.close(ours)
    os.close(terminal)
    assert process.returncode == 130, said
    held.check(pid, said)
