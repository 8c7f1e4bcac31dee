# SPDX-License-Identifier: MIT
"""run-qemu.sh's exit status for every way in which a guest can end: 0, 1, 2, 3, 124, 130 and 143."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

import guest

TEST = "--test=s"
HERE = pathlib.Path(__file__).resolve().parent


def processes(word):
    """The processes with a word in their command line."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            pass
    return found


@pytest.mark.skipif(not shutil.which("setpriv") or not os.path.isdir("/proc/self"),
                    reason="only where a process can be told of its parent's end")
def test_a_killed_harness_leaves_no_guest(stub_script, slot):
    word = f"orphan-{os.getpid()}"
    call = f"import guest; guest.run(['-m', '16M', '-c', '1'], ['stub=hang', {word!r}], script={str(stub_script)!r})"
    with slot(1, 32):
        harness = subprocess.Popen([sys.executable, "-c", call], cwd=HERE, stdin=subprocess.DEVNULL,
                                   start_new_session=True)
        others = {harness.pid}
        assert guest.wait_until(lambda: set(processes(word)) - others)
        time.sleep(1) # QEMU itself, not only what starts it
        harness.kill()
        harness.wait()
        assert guest.wait_until(lambda: not processes(word))


@pytest.mark.parametrize("actions, options, status, words", [
    ("clean", [], 0, ""),
    ("good,clean", [TEST], 0, ""),
    ("failed", [], 1, "failed: see the last lines"),
    ("wrong,failed", [], 1, "failed: 2 commands, first: echo \"x\\ $(y)\n"),
    ("init,good,failed", [TEST], 1, "failed: hello: setup() failed with error -19\n"),
    ("init,wrong,failed", [], 1, "error -19; 2 commands, first: echo"),
    ("selftest,failed", [], 1, "failed: selftest: s.a failed\n"),
    ("selftest,wrong,failed", [], 1, "failed: selftest: s.a failed; 2 commands, first: echo"),
    ("bad,wrong,failed", [TEST], 1, "not ok 1 a"),
    ("bad,failed", [TEST], 1, "not ok 1 a"),
    ("panic", [], 2, "kernel panic"),
    ("good,panic", [TEST], 2, "kernel panic"),
    ("refuse", [], 3, "cannot run"),
    ("odd", [], 3, "status 129"),
    ("triple", [], 3, "triple fault"),
    ("reset", [], 3, "without a verdict"),
    ("banner,clean", [], 3, "2 boot banners"),
    ("mute,clean", [], 3, "the serial line has heard nothing of it"),
    ("clean", [TEST], 1, "no KTAP plan"),
    ("unmet,clean", [TEST], 1, "not met"),
    ("unmet,clean", [], 1, "not met"),
    ("skips,clean", [TEST], 1, "skipped"),
    ("bad,clean", [TEST], 1, "failed tests although"),
])
def test_ends(stub, actions, options, status, words):
    result = stub(actions, *options)
    assert (result.status, words in result.err) == (status, True), result.tail()
    assert "run-qemu.sh" not in result.out
    if status == 0:
        assert result.err == ""


def test_time_limit(loft, stub_script):
    start = time.monotonic()
    with_limit = guest.run(["-m", "16M", "-c", "1", "--timeout", "2"], ["stub=hang"],
                           script=stub_script)
    assert with_limit.status == 124 and "time limit of 2 s" in with_limit.err
    assert "loft 0.1" in with_limit.out
    assert time.monotonic() - start < 30


SUITE = "    KTAP version 1\n    # Subtest: mine\n"
CASE = "        KTAP version 1\n        # Subtest: each\n        1..2\n"


@pytest.mark.parametrize("said, where", [
    ("loft> help\n", ""),
    ("KTAP version 1\n", ""),
    ("KTAP version 1\n1..2\n", ", in the tests"),
    ("KTAP version 1\n1..2\n" + SUITE, ", in suite mine"),
    ("KTAP version 1\n1..2\n" + SUITE + "    1..3\n    ok 1 fine\n", ", in suite mine behind case 1 (fine)"),
    ("KTAP version 1\n1..2\n" + SUITE + "    1..3\n    ok 1 fine\r\n    not ok 2 bad's\n    ok 3 last # SKIP it's\n",
     ", in suite mine behind case 3 (last)"),
    ("KTAP version 1\n1..2\n" + SUITE + "    1..3\n    ok 1 fine\n" + CASE, ", in suite mine, case each"),
    ("KTAP version 1\n1..2\n" + SUITE + "    1..3\n    ok 1 fine\n" + CASE + "        ok 1 a b\n",
     ", in suite mine, case each behind 1 (a b)"),
    ("KTAP version 1\n1..2\n" + SUITE + "    1..2\n" + CASE + "        ok 1 a\n        ok 2 b\n    ok 1 each\n",
     ", in suite mine behind case 1 (each)"),
    ("KTAP version 1\n1..2\n" + SUITE + "    1..1\n    ok 1 fine\nok 1 mine\n",
     ", in the tests behind suite 1 (mine)"),
    ("KTAP version 1\n1..1\n" + SUITE + "    1..1\n    ok 1 fine\nok 1 mine\n", ""),
])
def test_time_limit_says_where_the_tests_were(stub_script, tmp_path, said, where):
    """In the log, which a timeout(1) that boots nothing has written."""
    (tmp_path / "said").write_text("loft 0.1 (i386) stub\n" + said)
    (tmp_path / "timeout").write_text(f'#!/bin/sh\ncat "{tmp_path}/said" >>"{tmp_path}/log"\nexit 124\n')
    (tmp_path / "timeout").chmod(0o755)
    result = guest.run(["--timeout", "9", "--log", str(tmp_path / "log")], script=stub_script,
                       env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert result.status == 124 and result.err == f"run-qemu.sh: time limit of 9 s reached{where}\n"


def test_time_limit_without_a_kernel(stub_script):
    result = guest.run(["-m", "16M", "-c", "1", "--timeout", "2"], ["stub=mute,hang"],
                       script=stub_script)
    assert result.status == 124 and "loft did not start, and the serial line said nothing" in result.err


@pytest.mark.parametrize("limit", ["0", "100"])
def test_a_killed_qemu_is_no_time_limit(stub_script, limit):
    """As the host does where memory runs out; with timeout(1) between run-qemu.sh and QEMU, and without."""
    word = f"killed-{os.getpid()}-{limit}"
    words = [str(stub_script), "-m", "16M", "-c", "1", "--timeout", limit, "--", "stub=hang", word]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.PIPE, env=guest.environment()) as process:
        assert process.stdout.readline().startswith("loft 0.1")
        for pid in processes(word):
            if os.readlink(f"/proc/{pid}/exe").rpartition("/")[2].startswith("qemu-system"):
                os.kill(pid, signal.SIGKILL)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3 and "QEMU was killed" in said and "time limit" not in said


def test_reboot_starts_again_and_asks_for_nothing_twice(stub):
    """With --exec the second boot only switches off; stub= stays, so it would reboot for ever."""
    result = stub("cmdline,reboot", "--exec", "reboot", seconds=3)
    lines = [line for line in result.lines if line.startswith("[")]
    assert 'exec=reboot' in lines[0] and 'exec=""' in lines[1]
    assert result.status == 124


def children_of(parent):
    """The command lines of a process's children, by their number."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found[int(folder.name)] = (folder / "cmdline").read_text()
        except FileNotFoundError:
            pass
    return found


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_qemu_too(stub_script, number, status):
    words = [str(stub_script), "-m", "16M", "-c", "1", "--", "stub=hang"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.PIPE, env=guest.environment(),
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as process:
        assert process.stdout.readline().startswith("loft 0.1")
        children = children_of(process.pid)
        process.send_signal(number)
        process.stdout.read()
        assert process.wait(20) == status
    assert any("qemu-system" in args for args in children.values())
    for pid, args in children.items():
        if "qemu-system" in args:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)


def test_nothing_is_left_behind(stub, tmp_path):
    result = stub("echo,clean", stdin=b"x", env={"TMPDIR": str(tmp_path)})
    assert result.status == 0 and not list(tmp_path.iterdir())
