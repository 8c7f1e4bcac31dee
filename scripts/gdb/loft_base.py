# SPDX-License-Identifier: MIT
"""What the loft commands of gdb are made of: values, symbols, physical memory, regions, table walks."""

import contextlib
import struct

import gdb

PRESENT, WRITE, USER, NOCACHE, LARGE, GLOBAL = 0x1, 0x2, 0x4, 0x10, 0x80, 0x100
NO_EXECUTE = 1 << 63
FRAME = 0x000FFFFFFFFFF000
CR0_PAGING, CR4_PAE = 1 << 31, 1 << 5


def value(expression):
    """A number or an address as an unsigned 32-bit integer."""
    try:
        result = gdb.parse_and_eval(expression)
    except gdb.error as wrong:
        raise gdb.GdbError(str(wrong)) from None
    if result.type.strip_typedefs().code in (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_ARRAY):
        result = result.address
    return int(result) & 0xFFFFFFFF


def symbol(address):
    """`name+0x12` for an address in the image, or ''."""
    text = gdb.execute(f"info symbol {address:#x}", to_string=True)
    if text.startswith("No symbol"):
        return ""
    name, _, rest = text.partition(" in section")[0].partition(" + ")
    return f"{name}+{int(rest):#x}" if rest else name


@contextlib.contextmanager
def physical_memory():
    """Within it, gdb's memory reads take physical addresses."""
    answer = gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    if '"OK"' not in answer:
        raise gdb.GdbError("this gdb stub cannot read physical memory; QEMU's can, from version 4.1")
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def read_physical(address, size):
    with physical_memory():
        data = gdb.selected_inferior().read_memory(address, size).tobytes()
    return struct.unpack("<Q" if size == 8 else "<I", data)[0]


class Regions:
    """mm/regions.c: [start, end) of each declared region, lowest first."""

    def __init__(self):
        table = gdb.parse_and_eval("declared_regions")
        limits = gdb.parse_and_eval("mem_limits")
        self.page_offset = int(table[0]["start"])
        self.known = int(limits["high_memory"]) != 0
        ends = {("lowmem", "end"): "high_memory", ("vmalloc", "start"): "vmalloc_start"}
        self.all = []
        for i in range(table.type.range()[1] + 1):
            name = table[i]["name"].string()
            span = [int(limits[ends[name, end]] if (name, end) in ends else table[i][end])
                    for end in ("start", "end")]
            if all(span):
                self.all.append((name, *span))

    def name(self, address):
        for name, start, end in self.all:
            if start <= address < end:
                return name
        if address < self.page_offset:
            return "user space"
        return "no declared region" if self.known else "what is no region yet"

    def show(self):
        above = 1 << 32
        for name, start, end in reversed(self.all):
            self.line("(hole)", end, above)
            self.line(name, start, end)
            above = start
        self.line("(hole)" if self.known else "(not yet)", self.page_offset, above)
        self.line("(user)", 0, self.page_offset)
        if not self.known:
            print("RAM has not been judged yet: where lowmem ends and vmalloc starts is not known.")

    @staticmethod
    def line(name, start, end):
        if start < end:
            print(f"  {name:9} 0x{start:08x} - 0x{end:08x}  {size_text(end - start):>8}")


def size_text(size):
    return f"{size >> 20} MB" if size >= 8 << 20 else f"{size >> 10} kB"


class Walk:
    """One translation, step by step. After it: entry is the last one read, physical the result."""

    def __init__(self, address):
        self.address = address
        self.physical = None
        self.level = None
        self.entry = 0
        if not value("$cr0") & CR0_PAGING:
            raise gdb.GdbError("paging is off: addresses are physical")
        self.pae = bool(value("$cr4") & CR4_PAE)
        self.width = 8 if self.pae else 4
        self.bits = 9 if self.pae else 10
        self.large_shift = 12 + self.bits

    def step(self, name, table, index, say):
        """Reads entry INDEX of TABLE; true if it is present."""
        where = table + index * self.width
        self.entry = read_physical(where, self.width)
        owner = symbol(self.page_offset + where)
        say(f"  {name:4} {index:4} of the table at 0x{table:08x}{f' ({owner})' if owner else ''}: "
            f"0x{self.entry:0{2 * self.width}x}{'' if self.entry & PRESENT else ', not present'}")
        return self.entry & PRESENT

    def run(self, say):
        self.page_offset = Regions().page_offset
        table = value("$cr3") & (0xFFFFFFE0 if self.pae else 0xFFFFF000)
        if self.pae:
            if not self.step("pdpt", table, self.address >> 30, say):
                return self
            table = self.entry & FRAME
        mask = (1 << self.bits) - 1
        if not self.step("pmd", table, self.address >> self.large_shift & mask, say):
            return self
        if self.entry & LARGE:
            self.finish("pmd", self.large_shift)
            return self
        if self.step("pte", self.entry & FRAME, self.address >> 12 & mask, say):
            self.finish("pte", 12)
        return self

    def finish(self, level, shift):
        offset = (1 << shift) - 1
        frame = self.entry & FRAME & ~offset
        if not self.pae and level == "pmd":
            frame |= (self.entry >> 13 & 0xFF) << 32  # PSE-36: more address bits of a large page
        self.level = level
        self.physical = frame | self.address & offset

    def rights(self):
        """In ptdump's words."""
        entry = self.entry
        return " ".join(word for word in (
            "USR" if entry & USER else "", "RW" if entry & WRITE else "ro",
            "PCD" if entry & NOCACHE else "", "GLB" if entry & GLOBAL else "",
            "NX" if entry & NO_EXECUTE else "x", self.level) if word)
