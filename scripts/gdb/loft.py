# SPDX-License-Identifier: MIT
"""Commands for gdb that know loft: its regions, its page tables, its log.

    loft help               what there is
    loft regions            the declared regions of the kernel's address space
    loft walk ADDRESS       how the CPU translates ADDRESS: each entry, and the table that holds it
    loft log [COUNT]        the kernel's log, or its last COUNT lines
    loft zones              the memory zones: their spans, and how much of them is free
    loft free               free blocks of each zone, mobility and order, checked on the way
    loft areas              areas of the vmalloc window, and addresses that wait for a flush
    loft kmap               slots of the PKMAP window that have a page
    loft hash [BUCKET]      the hash from high pages to their addresses
    loft page ADDRESS       the page frame of an address, a struct page or a frame number

All of them only read memory, so they also work in a kernel that is stuck. Page tables are read by
physical address, which QEMU's gdb stub can do; they say what the CPU does whatever is mapped. Nothing
here knows a constant of boot/layout.h: the image's own tables and debug information say it all.
"""

import pathlib
import sys

import gdb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from loft_base import Regions, Walk, symbol, value  # noqa: E402
from loft_kmap import LoftHash, LoftKmap  # noqa: E402
from loft_memory import LoftAreas, LoftFree, LoftPage, LoftZones  # noqa: E402


class Loft(gdb.Command):
    """Commands that know the loft kernel; `loft help` lists them."""

    def __init__(self):
        super().__init__("loft", gdb.COMMAND_USER, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, from_tty):
        raise gdb.GdbError("loft: which command? See `loft help`.")


class LoftHelp(gdb.Command):
    """loft help: list the loft commands."""

    def __init__(self):
        super().__init__("loft help", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        for command in COMMANDS:
            print(command.__doc__.splitlines()[0])


class LoftRegions(gdb.Command):
    """loft regions: the declared regions of the kernel's address space, highest first."""

    def __init__(self):
        super().__init__("loft regions", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        Regions().show()


class LoftWalk(gdb.Command):
    """loft walk ADDRESS: translate ADDRESS, showing each entry and the table that holds it."""

    def __init__(self):
        super().__init__("loft walk", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("loft walk: which address? A number, a symbol or any C expression.")
        address = value(argument)
        name = symbol(address)
        walk = Walk(address)
        print(f"0x{address:08x}{f' ({name})' if name else ''} in {Regions().name(address)}, "
              f"cr3 0x{value('$cr3'):08x}, {'PAE' if walk.pae else 'two-level'} tables")
        walk.run(print)
        if walk.physical is None:
            print("  = not mapped")
        else:
            size = {"pte": "4 KiB", "pmd": "2 MiB" if walk.pae else "4 MiB"}[walk.level]
            print(f"  = physical 0x{walk.physical:08x}, {size} page: {walk.rights()}")


class LoftLog(gdb.Command):
    """loft log [COUNT]: the kernel's log from its ring in memory, or its last COUNT lines."""

    def __init__(self):
        super().__init__("loft log", gdb.COMMAND_DATA)

    @staticmethod
    def lines():
        """kernel/console/logring.h, read from outside."""
        ring = gdb.parse_and_eval("printk_ring")
        header_type = gdb.lookup_type("struct log_header")
        size, offset = int(ring["size"]), int(ring["first"])
        memory = gdb.selected_inferior().read_memory(int(ring["buffer"]), size)
        fields = {field.name: (field.bitpos // 8, field.type.sizeof) for field in header_type.fields()}

        def get(name):
            start, length = fields[name]
            return int.from_bytes(memory[offset + start:offset + start + length].tobytes(), "little")

        for _ in range(int(ring["first_seq"]), int(ring["next_seq"])):
            if size - offset < header_type.sizeof or get("size") == 0:
                offset = 0
            text = memory[offset + header_type.sizeof:][:get("length")].tobytes()
            microseconds = get("time_ns") // 1000
            yield (f"[{microseconds // 1000000:5}.{microseconds % 1000000:06}] "
                   + text.decode("utf-8", "replace"))
            offset += get("size")

    def invoke(self, argument, from_tty):
        lines = list(self.lines())
        if argument:
            count = value(argument)
            lines = lines[-count:] if count else []
        for line in lines:
            print(line)


COMMANDS = (LoftHelp, LoftRegions, LoftWalk, LoftLog, LoftZones, LoftFree, LoftAreas, LoftPage,
            LoftKmap, LoftHash)
Loft()
for each in COMMANDS:
    each()
# The image names its sources by their path from the root.
gdb.execute(f"directory {pathlib.Path(__file__).resolve().parents[2]}", to_string=True)
