# SPDX-License-Identifier: MIT
"""A tree that holds run-qemu.sh, its scripts, and as image a guest that misbehaves to order (stub/).
So every ending of a run can be tested, also those that loft itself should never show."""

import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FLAGS = ["-m32", "-march=i486", "-ffreestanding", "-fno-pic", "-fno-pie", "-fno-stack-protector", "-O1",
         "-fcf-protection=none", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none",
         "-Wl,-z,noexecstack", "-Wl,--no-warn-rwx-segments", "-fno-asynchronous-unwind-tables"]


def compile_stub(out):
    """Builds the stub guest; gcc, or clang where that is all there is."""
    words = [str(HERE / "stub/stub.c"), "-T", str(HERE / "stub/stub.ld"), "-o", str(out)]
    for compiler in (["gcc", *FLAGS], ["clang", "--target=i386-elf", "-fuse-ld=lld", *FLAGS[:-2]]):
        if shutil.which(compiler[0]):
            subprocess.run(compiler + words, check=True)
            return
    raise FileNotFoundError("neither gcc nor clang")


def make(folder):
    """Fills a folder with the tree; returns its run-qemu.sh."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "run-qemu.sh", folder)
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for name in ("i386", "i386-pae"):
        (folder / "build" / name).mkdir(parents=True)
    compile_stub(folder / "build/i386/loft.elf")
    shutil.copy(folder / "build/i386/loft.elf", folder / "build/i386-pae/loft.elf")
    return folder / "run-qemu.sh"
