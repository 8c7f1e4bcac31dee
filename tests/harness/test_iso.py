# SPDX-License-Identifier: MIT
"""ISO images: that of `make iso` has the same bytes every time, and its menu boots; and by multiboot 1."""

import subprocess
import zlib

import guest


def make(out, *options):
    subprocess.run([str(guest.ROOT / "scripts/mkiso"), *options, str(out)], check=True, env=guest.environment(),
                   stdin=subprocess.DEVNULL, capture_output=True)
    return out.read_bytes()


def test_same_bytes_and_its_menu_boots(slot, tmp_path):
    first = make(tmp_path / "a, b.iso")
    assert first == make(tmp_path / "sub/b.iso")
    assert len(first) < 32 << 20
    words = ["qemu-system-i386", "-m", "64M", "-cdrom", "sub/b.iso", "-display", "none", "-nic", "none",
             "-serial", "stdio", "-no-reboot"]
    with slot(1, 96), subprocess.Popen(guest.mortal(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       cwd=tmp_path) as process:
        banner = process.stdout.readline()
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
