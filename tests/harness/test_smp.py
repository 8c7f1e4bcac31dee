# SPDX-License-Identifier: MIT
"""What comes to CPUs from outside: NMIs and machine checks by QMP; and ways to reset that a monitor
command cannot choose."""

import contextlib
import re
import time

import pytest

import qemu
from qemu import Machine


class Watched(Machine):
    """A machine whose serial line goes to a file, with a QMP connection that stays."""

    def __init__(self, folder, cmdline, *options, **more):
        self.log = folder / "serial"
        super().__init__(folder, cmdline + " monitor.batch=0 console.crlf=0", "-serial",
                         f"file:{self.log}", *options, **more)
        self.sock = qemu.connect(self.path, lambda: self.process.poll() is None)
        self.talk = self.sock.makefile("rw")
        self.talk.readline()
        self.command(self.talk, "qmp_capabilities")

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for(self, pattern, seconds=60):
        for _ in range(seconds * 10):
            if re.search(pattern, self.text(), re.M):
                return
            time.sleep(0.1)
        raise AssertionError(f"no {pattern} in:\n{self.text()}")

    def ask(self, name, **arguments):
        return self.command(self.talk, name, **arguments)

    def close(self):
        self.sock.close()
        self.process.kill()
        self.process.wait()


def test_nmi_from_outside(slot, tmp_path):
    """It is one CPU's to report, and everything goes on."""
    with slot(4, 64):
        machine = Watched(tmp_path, "selftest=off", "-smp", "4")
        try:
            machine.wait_for(r"^loft> ")
            for number in (1, 2):
                machine.ask("inject-nmi")
                machine.wait_for(rf"(?s)(NMI: unknown reason.*){{{number}}}")
            time.sleep(0.3)
            lines = re.findall(r"NMI: .*", machine.text())
            assert len(lines) == 2, lines
            assert all("on CPU 0 at cpu_idle_loop" in line or "on CPU 0 at" in line for line in lines)
            assert machine.process.poll() is None
        finally:
            machine.close()


def test_machine_check_from_outside(slot, tmp_path):
    """An uncorrected error ends the run, with what the bank says and where all CPUs were."""
    with slot(2, 64):
        machine = Watched(tmp_path, "selftest=off", "-smp", "2", "-cpu", "max")
        try:
            machine.wait_for(r"^loft> ")
            with contextlib.suppress(ConnectionError):  # it may have ended before it has answered
                machine.ask("human-monitor-command",
                            **{"command-line": "mce 1 9 0xbd000000000000c0 0x5 0x12345000 0x8c"})
            assert machine.process.wait(timeout=60) == 37
        finally:
            machine.close()
        text = machine.text()
        assert re.search(r"machine check: bank 9 status bd000000000000c0 address 0+12345000", text)
        assert "Kernel panic: machine check" in text
        assert re.search(r"CPU: 1 PID: 0 Comm: swapper/1", text)
        assert re.search(r"CPU 0, pid ", text)


def test_reset_by_the_chipset(slot, tmp_path):
    """Without a keyboard controller, by port 0xcf9: no triple fault."""
    with slot(1, 64):
        trace = tmp_path / "trace"
        machine = Watched(tmp_path, 'selftest=off exec="reboot"', "-machine", "pc,i8042=off",
                          "-d", "cpu_reset", "-D", str(trace), exit_device=False)
        try:
            assert machine.process.wait(timeout=60) == 0
        finally:
            machine.close()
        assert "loft> reboot" in machine.text()
        assert "Triple fault" not in trace.read_text(errors="replace")


@pytest.mark.parametrize("cmdline, wanted", [
    ("maxcpus=2", ["smp: 2 of 4 CPUs are left alone", "smp: 2 CPUs"]),
    ("nosmp", ["smp: 3 of 4 CPUs are left alone", "smp: 1 CPU"]),
    ("maxcpus=0", ["smp: 1 CPU"]),
    ("nolapic", ["apic: not used", "smp: 1 CPU, no local APIC"]),
])
def test_parameters(loft, cmdline, wanted):
    """So many CPUs, found in such a way; and the quick self-tests pass there."""
    result = loft(["-m", "64M", "-c", "4", "--exec", "interrupts"], [cmdline], cpus=4, memory=64)
    assert result.status == 0, result.tail()
    for words in wanted:
        assert re.search(re.escape(words) + r"($|\W)", result.out, re.M), result.out


@pytest.mark.parametrize("cpus, ms", [(8, 0), (8, 1), (4, 1)])
def test_cpus_that_come_too_late(loft, cpus, ms):
    """Those that were given up stay out, and harm nobody: the others are as many as are said to be, and
    the quick self-tests pass with them."""
    result = loft(["-m", "64M", "-c", str(cpus), "--exec", "interrupts"], [f"cpu_come_ms={ms}"],
                  cpus=cpus, memory=64)
    assert result.status == 0, result.tail()
    said = int(re.search(r"smp: (\d+) CPUs?$", result.out, re.M)[1])
    columns = re.search(r"^ +CPU0( +CPU\d+)*", result.out, re.M)[0].split()
    assert said == len(columns) == cpus - result.out.count("going on without it"), result.out


def test_mp_table(slot, tmp_path):
    """The older list of CPUs. (The firmware lists one CPU of each package there.)"""
    with slot(4, 64):
        status, out = Machine(tmp_path, 'acpi=off exec="interrupts"', "-serial", "stdio", "-smp",
                              "4,sockets=4").end()
    assert status == 33, out
    assert "smp: MP table: 4 CPUs, 1 I/O APICs" in out and "smp: 4 CPUs" in out


def test_more_cpus_than_there_is_room_for(slot, tmp_path):
    """32 come, and the 33rd is named as too many."""
    with slot(4, 64):
        status, out = Machine(tmp_path, 'selftest=off exec="echo hello"', "-serial", "stdio", "-smp",
                              "33").end(120)
    assert status == 33, out
    assert "smp: 1 CPUs more than this kernel can run (32) are left alone" in out
    assert "smp: 32 CPUs" in out
