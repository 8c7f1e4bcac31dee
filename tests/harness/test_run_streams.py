# SPDX-License-Identifier: MIT
"""What goes in and out of run-qemu.sh: standard output is the guest's alone, standard input reaches the
guest whole and late enough, names with blanks and commas arrive, and two runs never meet."""

import concurrent.futures
import os
import signal
import subprocess

import pytest

import guest


def test_stdout_is_the_guest_alone(stub):
    result = stub("good,clean", "--test=s")
    assert result.out.startswith("loft 0.1 (i386) stub\nKTAP version 1\n")
    assert result.out.endswith("ok 1 s\n")
    assert "\r" not in result.out and "\x1b" not in result.out


@pytest.mark.parametrize("size", [0, 1, 100, 20000])
def test_stdin_arrives_whole(stub, size):
    text = bytes(97 + i * 7 % 26 for i in range(size))
    result = stub("echo,clean", stdin=text, seconds=60)
    assert result.status == 0
    assert result.lines[1] == "<" + text.decode() + ">"


def test_an_end_mark_inside_stdin_fails_the_run(stub):
    for text, status in ((b"a\004b\nc\n", 1), (b"\004", 1), (b"a\n\003\005\n4", 0)):
        result = stub("echo,clean", stdin=text)
        assert result.status == status, text
        assert ("byte 0x04" in result.err) == (status == 1)


@pytest.mark.parametrize("text, last", [
    ("reboot\necho after\n", "reboot"),
    ("echo a; poweroff ;echo b\n", "poweroff"),
    ("poweroff\r\nmeminfo", "poweroff"),
    ("echo a\npoweroff\n\n \n", None),
    ("reboot", None),
    ("echo 'a;reboot'\necho \"x; poweroff\"; help reboot\nreboots\n", None),
])
def test_input_behind_the_end_of_a_boot_fails_the_run(stub, text, last):
    """What the first boot has read is lost, so the rest would be run, if at all, from some middle on."""
    result = stub("echo,clean", stdin=text.encode())
    assert result.status == (1 if last else 0), result.err
    assert not last or f"the input goes on behind '{last}'" in result.err


@pytest.mark.parametrize("text, last", [
    ("reboot; test nosuch; nonsense", "reboot"),
    ("echo a; poweroff ;echo b", "poweroff"),
    ("poweroff\nmeminfo", "poweroff"),
    ("echo a; reboot ; ;\n; ", None),
    ("echo 'a;reboot'; echo \"x\ny; poweroff; z\"; help reboot; reboots", None),
])
def test_exec_behind_the_end_of_a_boot_fails_the_run(stub, text, last):
    result = stub("clean", "--exec", text)
    assert result.status == (1 if last else 0), result.err
    assert not last or f"--exec goes on behind '{last}'" in result.err
    assert last or not result.err


def test_stdin_waits_for_the_kernel(stub):
    """The command line says so, and the bytes do not go to a firmware that polls the port first."""
    result = stub("cmdline,echo,clean", stdin=b"abc\n")
    assert "monitor.batch=1" in result.lines[1] and "console.crlf=0" in result.lines[1]
    assert result.out.endswith("<abc\n>\n")


def test_stdin_left_open_does_not_hold_the_end(stub_script):
    reader, writer = os.pipe()
    done = subprocess.run([str(stub_script), "-m", "16M", "-c", "1", "--", "stub=clean"], stdin=reader,
                          stdout=subprocess.PIPE, env=guest.environment(), timeout=60, check=False)
    os.close(reader)
    os.close(writer)
    assert done.returncode == 0


def test_exec_and_test_leave_stdin_alone(stub_script):
    done = subprocess.run(f'("{stub_script}" -m 16M -c 1 --exec x -- stub=clean >/dev/null; cat)',
                          shell=True, input=b"mine", capture_output=True, timeout=60, check=False,
                          env=guest.environment())
    assert done.stdout == b"mine"


def test_stdout_is_appended_to(stub_script, tmp_path):
    """A file that is already open is written where it stands, not from its start."""
    out = tmp_path / "out"
    subprocess.run(f'(echo first; "{stub_script}" -m 16M -c 1 -- stub=clean </dev/null; echo last) '
                   f'>"{out}"', shell=True, check=True, timeout=60, env=guest.environment())
    assert out.read_text() == "first\nloft 0.1 (i386) stub\nlast\n"


@pytest.mark.parametrize("closed, status, words", [
    (">&-", 3, "standard output is closed"),
    ("<&-", 0, None),
    ("2>&-", 0, None),
])
@pytest.mark.parametrize("work, actions, heard", [("", "echo,clean", "<>\n"), ("--exec x", "clean", "")])
def test_a_closed_stream(stub_script, slot, closed, status, words, work, actions, heard):
    """Standard input that is closed is empty."""
    with slot(1, 32):
        done = subprocess.run(f'exec "{stub_script}" -m 16M -c 1 --timeout 20 {work} -- stub={actions} {closed}',
                              shell=True, input="", capture_output=True, text=True, timeout=60, check=False,
                              env=guest.environment())
    assert done.returncode == status, done.stderr
    assert done.stdout == ("" if words else "loft 0.1 (i386) stub\n" + heard)
    said = done.stderr.splitlines()
    assert (len(said) == 1 and words in said[0]) if words else not said, done.stderr


def test_image_folder_is_no_parameter(stub, stub_script):
    assert "mem=3M" in str(stub_script)
    assert stub("cmdline,clean").lines[1].startswith("[loft.elf console.crlf=0")


def test_modules(stub, tmp_path):
    plain = tmp_path / "prog,with,commas"
    blank = tmp_path / "a b" / "my prog=x"
    blank.parent.mkdir()
    for path in (plain, blank):
        path.write_bytes(b"module")
    result = stub("modules,clean", "--module", f"{plain}=one,two three", "--module", str(blank),
                  "--module", f"{blank}=k=v")
    assert result.status == 0, result.tail()
    strings = result.lines[1:]
    assert strings[0] == f"({plain} one,two three)"
    assert strings[1].endswith("/my_prog=x)") and strings[2].endswith("/my_prog=x k=v)")


def test_log(stub, tmp_path):
    log = tmp_path / "a, b.log"
    log.write_text("old")
    result = stub("good,clean", "--test=s", "--log", str(log))
    assert result.status == 0 and log.read_text() == result.out


def test_log_that_is_no_file(stub):
    assert stub("clean", "--log", "/dev/null").status == 0


@pytest.mark.parametrize("name, words", [
    ("/dev/full", "is no file"),
    ("/dev/stdout", "is no name of a file"),
    ("/dev/fd/1", "is no name of a file"),
    ("pipe", "is no file"),
    (".", "is no file"),
    ("out", "standard output goes there already"),
])
def test_log_that_would_be_lost_or_wait_for_ever(stub_script, slot, tmp_path, name, words):
    """Whoever reads such a pipe would get its end at once; QEMU appends to a file by its name alone."""
    os.mkfifo(tmp_path / "pipe")
    with slot(1, 32), open(tmp_path / "out", "wb") as out:
        out.write(b"before\n")
        out.flush()
        with subprocess.Popen([str(stub_script), "-m", "16M", "-c", "1", "--timeout", "5", "--log", name, "--",
                               "stub=clean"], cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=out,
                              stderr=subprocess.PIPE, text=True, env=guest.environment(),
                              start_new_session=True) as process:
            try:
                _, said = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
    assert process.returncode == 3 and f"--log: {name}" in said and words in said, said
    assert len(said.splitlines()) == 1 and (tmp_path / "out").read_text() == "before\n"


def test_relative_names_are_the_callers(stub, tmp_path):
    (tmp_path / "m").write_bytes(b"x")
    result = stub("modules,clean", "--module", "m", "--log", "log", cwd=tmp_path)
    assert result.lines[1] == f"({tmp_path}/m)" and (tmp_path / "log").read_text() == result.out


def test_two_at_once(stub):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(stub, "echo,clean", stdin=str(i).encode() * 500) for i in range(4)]
        for i, run in enumerate(runs):
            assert run.result().status == 0
            assert run.result().lines[1] == "<" + str(i) * 500 + ">"


def test_missing_qemu_names_the_package(stub_script, tmp_path):
    for tool in ("bash", "env", "awk", "sed", "cut", "sort", "tr", "grep", "id", "dirname", "basename",
                 "mktemp", "rm", "mkdir", "uname", "head", "nproc", "cat", "tee"):
        (tmp_path / tool).symlink_to(subprocess.run(["which", tool], capture_output=True, text=True,
                                                    check=True).stdout.strip())
    result = guest.run([], script=stub_script, env={"PATH": str(tmp_path)})
    assert result.status == 3 and result.out == ""
    for line in ("apt-get install -y --no-install-recommends", "dnf install -y", "pacman -S",
                 "brew install", "zypper install -y"):
        assert line in result.err
    assert "qemu-system-x86" in result.err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_as_another_user_without_sudo(stub_script, slot):
    """It runs, and where something is missing it prints what root must run."""
    guest.let_all_in(stub_script.parent)
    env = guest.environment({"HOME": "/nonexistent"})
    words = [str(stub_script), "-m", "16M", "-c", "1", "--", "stub=clean"]
    with slot(1, 32):
        done = subprocess.run(words, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL,
                              preexec_fn=guest.become_nobody, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
