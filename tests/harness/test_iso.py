# SPDX-License-Identifier: MIT
"""The image of `make iso`: the same bytes every time, and its menu boots."""

import subprocess

import guest


def make(out):
    subprocess.run([str(guest.ROOT / "scripts/mkiso"), str(out)], check=True, env=guest.environment(),
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
