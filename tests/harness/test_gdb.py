# SPDX-License-Identifier: MIT
"""`make gdb`: symbols, the breakpoint at kernel_main, and the `loft` commands of scripts/gdb."""

import os
import re
import shutil
import subprocess

import pytest

import guest

SCRIPT = """bt
loft regions
tbreak memory_report
continue
finish
loft regions
loft walk kernel_main
loft walk 0
loft walk 0xc0000000 + 40 * 1024 * 1024
loft log
kill
"""


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
@pytest.mark.parametrize("options", [[], ["--pae"]])
def test_gdb(slot, options):
    with slot(1, 64):
        done = subprocess.run([str(guest.ROOT / "scripts/gdb/run"), "-m", "64M", "-c", "1", *options],
                              input=SCRIPT, capture_output=True, text=True, timeout=120,
                              env=guest.environment(), check=False, cwd=os.sep)
    out = done.stdout
    assert "RAM has not been judged yet" in out, out + done.stderr
    assert re.search(r"#0 +kernel_main \(magic=\d+, info=\d+\) at init/main.c", out), out
    assert re.search(r"lowmem +0xc0000000 - 0xc\w+ ", out)
    assert re.search(r"fixmap +0xff\w+ - 0xfffff000", out)
    assert re.search(r"kernel_main.*in .*\n(.*\n){1,4} += physical 0x0*1\w{5}, ", out), out
    assert "= not mapped" in out
    assert re.search(r"= physical 0x0*2800000, ", out)
    assert re.search(r"\[ +\d+\.\d{6}\] Memory: ", out)
