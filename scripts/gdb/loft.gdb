# SPDX-License-Identifier: MIT
# What gdb needs to know about loft. scripts/gdb/run loads it; by hand: gdb -x scripts/gdb/loft.gdb IMAGE
set architecture i386
set confirm off
set pagination off
set disassembly-flavor att
# Stepping onto hlt must not look like a hang.
set remotetimeout 20

# Replaced by the next line, unless this gdb has no Python.
define loft
  echo The loft commands need a gdb with Python (Debian: the package gdb, not gdb-minimal).\n
end
source -s scripts/gdb/loft.py
