# SPDX-License-Identifier: MIT
"""A boot module to load, with its checksum in its arguments: the kernel's `modules` suite sums it up
where the loader put it."""

import pathlib
import zlib

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build/harness"


def option(mib):
    """The words for run-qemu.sh that load a module of so many MiB, and a bit, to end inside a page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"module-{mib}M.bin"
    data = bytes(i * 197 + (i >> 8) & 255 for i in range(65536)) * (16 * mib) + b"the end"
    if not path.exists() or path.stat().st_size != len(data):
        path.write_bytes(data)
    return ["--module", f"{path}=crc32={zlib.crc32(data):08x} of {mib} MiB, and a bit"]
