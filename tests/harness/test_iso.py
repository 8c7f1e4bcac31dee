# SPDX-License-Identifier: MIT
"""ISO images: that of `make iso` has the same bytes every time, and its menu boots; and by multiboot 1."""

import re
import subprocess
import threading
import zlib

import pytest

import guest


def make(out, *options):
    subprocess.run([str(guest.ROOT / "scripts/mkiso"), *options, str(out)], check=True, env=guest.environment(),
                   stdin=subprocess.DEVNULL, capture_output=True)
    return out.read_bytes()


def test_it_says_what_it_made(tmp_path):
    done = subprocess.run([str(guest.ROOT / "scripts/mkiso"), str(tmp_path / "a b.iso")], check=True, text=True,
                          env=guest.environment(), stdin=subprocess.DEVNULL, capture_output=True)
    assert re.fullmatch(r"\S.*/a b\.iso, \d+ MiB: qemu-system-i386 .* -cdrom \S.*/a\\ b\.iso; .* a CD.*USB stick.*\n", done.stdout)


@pytest.mark.parametrize("drive", [["-cdrom", "sub/b.iso"], ["-drive", "file=sub/b.iso,format=raw,readonly=on,if=none,id=stick",
                                                            "-device", "qemu-xhci", "-device", "usb-storage,drive=stick"]])
def test_same_bytes_and_its_menu_boots(slot, tmp_path, drive):
    """As a CD, and as a USB stick."""
    first = make(tmp_path / "a, b.iso")
    assert first == make(tmp_path / "sub/b.iso")
    assert len(first) < 32 << 20
    words = ["qemu-system-i386", "-m", "64M", *drive, "-display", "none", "-nic", "none",
             "-serial", "stdio", "-no-reboot"]
    with slot(1, 96), subprocess.Popen(guest.mortal(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       cwd=tmp_path) as process:
        limit = threading.Timer(120, process.terminate)
        limit.start()
        banner = process.stdout.readline()
        limit.cancel()
        process.terminate()
    assert banner.startswith("loft ") and "multiboot 2 by GRUB" in banner


def test_grub_by_multiboot_1(slot, tmp_path):
    """Words and a module, by the older of the protocols that GRUB speaks."""
    data = b"sixteen bytes..."
    (tmp_path / "module").write_bytes(data)
    make(tmp_path / "loft.iso", "--direct", "--iso", "--multiboot", "1", "--kernel", str(guest.ROOT / "build/i386/loft.elf"),
         "--module", str(tmp_path / "module"), f"crc32={zlib.crc32(data):08x}",
         "--cmdline", " selftest=modules 'exec=echo two words'")
    words = ["qemu-system-i386", "-m", "64M", "-cdrom", "loft.iso", "-display", "none", "-nic", "none",
             "-serial", "stdio", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    with slot(1, 96):
        done = subprocess.run(guest.mortal(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=tmp_path,
                              text=True, timeout=120, check=False)
    assert done.returncode == 33, done.stdout
    assert "multiboot 1 by GRUB" in done.stdout.splitlines()[0]
    assert "ok 1 modules_are_intact" in done.stdout and "\ntwo words\n" in done.stdout


def test_arguments_of_modules_are_no_patterns(tmp_path):
    """The script is found in the UEFI core, which is not packed."""
    (tmp_path / "module").write_bytes(b"x")
    image = make(tmp_path / "loft.iso", "--direct", "--uefi", "--kernel", str(guest.ROOT / "build/i386/loft.elf"),
                 "--module", str(tmp_path / "module"), "a  L* ? [a-z]* b")
    assert b"module2 /boot/module0 'module' 'a' 'L*' '?' '[a-z]*' 'b'\n" in image
