# SPDX-License-Identifier: MIT
"""Machines and loaders that loft refuses, through the kernel itself: a clear line on the serial port and on
the screen, and the exit status that says so."""

import threading

import pytest

import guest
import qemu

EAX, EBX = 0, 3
MULTIBOOT2 = 0x36D76289
EMPTY_RAM = 0x01800000

# What a loader that is none leaves in registers, and what loft says of it.
WRONG = [
    ({EAX: 0x12345678}, "Unknown boot loader: EAX is 0x12345678, neither multiboot 1"),
    ({EBX: 0xFFFFFFF0}, "of the multiboot 1 block at 0xfffffff0 cannot be read"),
    ({EBX: EMPTY_RAM}, "neither a memory map nor the sizes of memory"),
    ({EAX: MULTIBOOT2, EBX: 0xFFFFFFF0}, "Broken boot information: the multiboot 2 block at 0xfffffff0 "),
    ({EAX: MULTIBOOT2, EBX: EMPTY_RAM}, "the multiboot 2 block at 0x1800000 says it has 0 bytes"),
]
NO_PAE = "loft: this CPU has no PAE (or no CMPXCHG8B, CMOV); boot the two-level image"


@pytest.mark.parametrize("registers, words, image",
                         [(*case, "i386") for case in WRONG] + [(*case, "i386-pae") for case in WRONG[1::2]])
def test_wrong_registers(loft, tmp_path, registers, words, image):
    socket, over = tmp_path / "gdb", threading.Event()
    changer = threading.Thread(target=qemu.change_at_entry, args=(
        socket, guest.ROOT / "build" / image / "loft.elf", registers, lambda: not over.is_set()))
    changer.start()
    try:
        boot = loft(["--gdb", "-m", "32M", "-c", "1"] + ["--pae"] * (image == "i386-pae"), cpus=1, memory=32,
                    seconds=30, env={"LOFT_GDB_SOCKET": str(socket)})
    finally:
        over.set()
        changer.join()
    assert boot.status == 3, boot.tail()
    assert boot.lines[-1].startswith("loft cannot run: ") and words in boot.lines[-1]


def test_wrong_registers_on_the_screen(slot, tmp_path):
    registers, words = WRONG[0]
    with slot(1, 32):
        machine = qemu.Machine(tmp_path, "", "-serial", "null", "-no-shutdown", "-S",
                               "-gdb", f"unix:{tmp_path}/gdb,server=on,wait=off", exit_device=False)
        qemu.change_at_entry(tmp_path / "gdb", guest.ROOT / "build/i386/loft.elf", registers,
                             lambda: machine.process.poll() is None)
        lines = machine.screen(tmp_path, words)
    assert any(line.startswith("loft cannot run: " + words) for line in lines), lines[:25]


def test_a_cpu_without_pae(slot, tmp_path):
    """The line is said before paging and before C."""
    with slot(1, 32):
        status, out = qemu.Machine(tmp_path, "", "-serial", "stdio", "-cpu", "pentium", image="i386-pae").end()
        assert status == 39 and out.endswith("build/i386/loft.elf instead.\r\n") and NO_PAE in out
        lines = qemu.Machine(tmp_path, "", "-serial", "null", "-cpu", "pentium", exit_device=False,
                             image="i386-pae").screen(tmp_path, NO_PAE)
    assert any(line.startswith(NO_PAE) for line in lines), lines[:25]
