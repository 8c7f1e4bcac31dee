# SPDX-License-Identifier: MIT
"""The console as a person and as a pipe see it: prompt, editing, history, completion, pasting faster
than the editor reads, line ends; and which devices the kernel finds and uses."""

import os
import re
import threading
import time

import pexpect
import pytest

import guest
from qemu import Machine

PROMPT = "loft> "
FRESH = "\nloft> "  # a prompt on a new line, not one drawn again
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, DELETE = "\x1b[H", "\x1b[F", "\x1b[3~"


class Terminal:
    """run-qemu.sh on a pseudo terminal, with loft's prompt on it."""

    def __init__(self, seconds):
        self.child = pexpect.spawn(str(guest.RUN), ["-m", "32M", "-c", "1", "--", "selftest=off"],
                                   env=guest.environment(), cwd=str(guest.ROOT), timeout=seconds,
                                   encoding="utf-8", codec_errors="replace", dimensions=(25, 80))
        self.child.delaybeforesend = None
        self.child.expect_exact(PROMPT)

    def type(self, keys):
        self.child.send(keys)

    def see(self, *patterns):
        for pattern in patterns:
            self.child.expect(pattern)
        return self.child.match

    def run(self, line):
        """Runs a command; returns the lines that it printed."""
        self.type(line + "\r")
        self.child.expect("\r+\n")
        self.child.expect_exact(PROMPT)
        return self.child.before.replace("\r", "").splitlines()

    def paste(self, text):
        """Sends text as fast as the terminal takes it, while see() reads what comes back."""
        threading.Thread(target=self.child.send, args=(text,), daemon=True).start()

    def close(self):
        self.type("\x03poweroff\r")
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus


@pytest.fixture(name="term", scope="module")
def _term():
    terminal = Terminal(30)
    yield terminal
    assert terminal.close() == 0


def test_help(term):
    names = [line.split()[0] for line in term.run("help")[:-1]]
    assert names == sorted(names)
    assert {"help", "dmesg", "cpuinfo", "interrupts", "peek", "poke", "panic", "reboot",
            "poweroff", "meminfo", "iomem", "ptdump", "test"} <= set(names)
    for name in names:
        text = term.run("help " + name)
        assert text[0].startswith("usage: " + name) and len(text) > 1, text
        assert term.run(name + " --help") == text


def test_mistakes_are_named(term):
    assert term.run("hepl") == ["hepl: unknown command; did you mean 'help'?"]
    assert term.run("xyzzy") == ["xyzzy: unknown command; 'help' lists all"]
    assert term.run("meminfo 1") == ["meminfo: takes no arguments"]
    assert term.run("peek nowhere") == ["peek: 'nowhere' is neither an address nor a symbol"]
    assert term.run("echo 'a") == ["monitor: a quote is not closed"]


def test_sequence_and_quotes(term):
    assert term.run("echo a   b; echo 'c;  d' \"e\\\"\" # f") == ["a b", "c;  d e\""]


def test_editing(term):
    term.type("ecXo one" + LEFT * 5 + "\x7f" + "h" + END + " two" + HOME + DELETE + "e")
    assert term.run("") == ["one two"]
    term.type("echo eins zwei drei\x17vier\x1b[1;5D\x1b[1;5D\x0b\x19 \x19")
    assert term.run("") == ["eins zwei vier zwei vier"]
    term.type("rubbish\x15echo \x1b[99~\x1b[5~ok\x1b[200~")  # keys that nobody knows leave nothing
    assert term.run("") == ["ok"]
    term.type("echo never\x03")
    term.see(r"never\^C\r+", FRESH)
    term.type("\x04")
    term.see("'poweroff' switches the machine off", FRESH)


def test_utf8_and_garbage(term):
    term.type("echo aß漢x" + LEFT + "\x7f" + LEFT + "\x7f" + "b")
    assert term.run("") == ["bßx"]
    os.write(term.child.child_fd, b"echo a\xff\xfe\xc3b\x00\x1c\r")
    term.see("echo a", FRESH)


def test_history(term):
    term.run("echo first")
    term.run("echo second")
    term.type("draft" + UP + UP)
    assert term.run("") == ["first"]
    term.type(UP + UP + UP + DOWN)
    assert term.run("") == ["second"]
    term.type("echo draft" + UP + DOWN)
    assert term.run("") == ["draft"]


def test_completion(term):
    term.type("pow\t")
    term.see("poweroff ")
    term.type("\x15crash ne\t\x15hel\tpee\t")
    assert term.run("")[0].startswith("usage: peek")
    term.type("p\t")
    term.see(r"pageowner\s+pagetypeinfo\s+panic\s+peek\s+pkmap\s+poke\s+poweroff\s+ps\s+ptdump", FRESH + "p")
    term.type("\x15peek kernel_ma\t1\r")
    term.see(r"peek kernel_main 1\r+\n[0-9a-f]{8}: [0-9a-f]{8}", FRESH)
    term.type("echo a; hel\t")
    term.see("echo a; help ")
    term.type("\x03")
    term.see(FRESH)


def test_paste_one_long_line(term):
    text = "".join(f"{i:04d}," for i in range(2000))  # 10,000 characters, each place its own
    term.paste("echo " + text + "\r")
    assert term.see(r"\r+\n(0000,[0-9,]*)\r*(?=\n)").group(1) == text
    term.see(FRESH)
    term.type(UP + HOME + "\x1b[1;5C" + "ed" + "\r")  # the history has it, too
    term.see("echoed: unknown command", FRESH)
    term.type("echo " + text + "\x15" + "echo empty")
    assert term.run("") == ["empty"]


def test_paste_many_lines(term):
    lines = [f"echo {i:04d}-{'x' * 10}" for i in range(600)]  # 12,000 characters
    term.paste("\r".join(lines) + "\recho all done\r")
    term.see(r"\r+\nall done\r+(?=\n)")
    printed = re.findall(r"\r+\n(\d{4})-x{10}(?=\r+\n)", term.child.before)
    assert printed == [f"{i:04d}" for i in range(600)]
    term.see(FRESH)


def test_line_too_long(term):
    term.paste("echo " + "y" * 17000 + "\r")
    term.see("monitor: a line may have 16383 bytes", FRESH)
    assert term.run("echo alive") == ["alive"]


# --- off a terminal -----------------------------------------------------------------------------


def test_pipe(loft):
    text = "".join(f"{i:04d}," for i in range(2000))
    result = loft(["-m", "32M", "-c", "1"], ["selftest=off"], cpus=1, memory=32,
                  stdin=f"echo a; echo b\nnonsense\necho {text}\necho end".encode())
    assert result.status == 1  # nonsense
    after = result.out[result.out.index(PROMPT):]
    assert after.splitlines() == [
        "loft> echo a", "a", "loft> echo b", "b",
        "loft> nonsense", "nonsense: unknown command; 'help' lists all",
        "loft> echo " + text, text, "loft> echo end", "end",
        "monitor: 1 command failed, first: nonsense"]
    assert "\r" not in result.out and "\x1b" not in result.out


def test_pipe_of_many_lines(loft):
    lines = [f"echo {i:05d}-{'z' * 12}" for i in range(1000)]
    result = loft(["-m", "32M", "-c", "1"], ["selftest=off"], cpus=1, memory=32,
                  stdin="\n".join(lines).encode())
    assert result.status == 0
    assert re.findall(r"^(\d{5})-z{12}$", result.out, re.M) == [f"{i:05d}" for i in range(1000)]


def test_pipe_behind_tests(loft):
    """Tests of the console leave alone what waits to be read."""
    lines = ["test console_*", "echo never-run", "test", "nonsense"]
    lines += [f"echo {i:05d}-{'z' * 12}" for i in range(300)]
    result = loft(["-m", "32M", "-c", "1"], ["selftest=off"], cpus=1, memory=32, seconds=120,
                  stdin="\n".join(lines).encode())
    assert "\nnever-run\n" in result.out and "not ok" not in result.out, result.tail()
    assert "nonsense: unknown command" in result.out
    assert re.findall(r"^(\d{5})-z{12}$", result.out, re.M) == [f"{i:05d}" for i in range(300)]


def test_exec(loft):
    result = loft(["-m", "32M", "-c", "1", "--exec", "echo one;; echo 'two; three' ;peek 0"],
                  ["selftest=off"], cpus=1, memory=32)
    assert result.status == 1
    after = result.out[result.out.index(PROMPT):]
    assert after.splitlines() == [
        "loft> echo one", "one", "loft> echo 'two; three'", "two; three", "loft> peek 0",
        "peek: 0x00000000: below the kernel's half of the address space",
        "monitor: 1 command failed, first: peek 0"]


def test_poke_of_kernel_text(loft):
    result = loft(["-m", "32M", "-c", "1", "--exec",
                   "peek kernel_main; poke kernel_main 0; peek kernel_main; poke -b kernel_main 1"],
                  ["selftest=off"], cpus=1, memory=32)
    words = re.findall(r"^[0-9a-f]{8}: ([0-9a-f]{8})$", result.out, re.M)
    assert len(words) == 2 and words[0] == words[1]
    assert len(re.findall(r"^poke: 0xc\w{7}: kernel text is read-only$", result.out, re.M)) == 2
    assert result.status == 1


def test_loglevel_hides_messages_but_keeps_them(loft):
    result = loft(["-m", "32M", "-c", "1", "--exec", "dmesg"],
                  ["selftest=off", "loglevel=0"], cpus=1, memory=32)
    before, after = result.out.split(PROMPT + "dmesg\n")
    assert before.startswith("loft ") and len(before.splitlines()) == 1
    assert re.search(r"^\[ +\d+\.\d{6}\] Memory: ", after, re.M)


# --- devices --------------------------------------------------------------------------------------


def test_no_serial_port(slot, tmp_path):
    with slot(1, 32):
        status, out = Machine(tmp_path, 'selftest=off exec="echo hi"', "-serial", "none").end()
    assert (status, out) == (33, "")


def test_panic_seconds(slot, tmp_path):
    """Where nothing takes an exit code, panic=N resets after N seconds; QEMU then ends with 0."""
    with slot(1, 32):
        start = time.monotonic()
        machine = Machine(tmp_path, 'selftest=off panic=2 exec="panic now"', "-serial", "stdio",
                          exit_device=False)
        status, out = machine.end()
    assert status == 0 and time.monotonic() - start >= 2
    assert "Kernel panic: now" in out and "Rebooting in 2 seconds" in out


def test_screen_mirrors_serial(slot, tmp_path):
    with slot(1, 32):
        lines = Machine(tmp_path, "selftest=off", "-serial", "null").screen(tmp_path, PROMPT.strip())
    assert any(line.startswith("loft ") for line in lines)
    assert any(re.match(r"\[ +\d+\.\d{6}\] Memory: ", line) for line in lines)
    assert PROMPT.strip() in lines


def test_no_screen(slot, tmp_path):
    with slot(1, 32):
        status, out = Machine(tmp_path, 'selftest=off exec="echo hi"', "-serial", "stdio",
                              "-vga", "none").end()
    assert status == 33 and "\r\nhi\r\n" in out


def test_console_choice(slot, tmp_path):
    with slot(1, 32):
        status, out = Machine(tmp_path, 'selftest=off console=tty0 exec="echo hi"', "-serial",
                              "stdio").end()
        assert status == 33 and "hi" not in out
        status, out = Machine(tmp_path, 'selftest=off console=tty0 console=ttyS0,115200n8 '
                              'exec="echo hi"', "-serial", "stdio").end()
        assert status == 33 and "\r\nhi\r\n" in out
        status, out = Machine(tmp_path, 'selftest=off console=lp0 exec="echo hi"', "-serial",
                              "stdio").end()
        assert status == 33 and "\r\nhi\r\n" in out and re.search(r"console=lp0", out)


def test_refused_console_changes_nothing(slot, tmp_path):
    with slot(1, 32):
        lines = Machine(tmp_path, "selftest=off console=ttyS0,9601", "-serial",
                        "null").screen(tmp_path, PROMPT.strip(), seconds=20)
        assert PROMPT.strip() in lines
        status, out = Machine(tmp_path, 'selftest=off console=tty0 console=ttyS0,9601 '
                              'exec="echo hi"', "-serial", "stdio").end()
        assert status == 33 and "hi" not in out
