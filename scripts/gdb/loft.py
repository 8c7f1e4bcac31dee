# SPDX-License-Identifier: MIT
"""Commands for gdb that know loft: its regions, its page tables, its log.

    loft help               what there is
    loft regions            the declared regions of the kernel's address space
    loft walk ADDRESS       how the CPU translates ADDRESS: each entry, and the table that holds it
    loft log [COUNT]        the kernel's log, or its last COUNT lines
    loft zones              the memory zones: their spans, and how much of them is free
    loft free               free blocks of each zone, mobility and order, checked on the way
    loft areas              areas of the vmalloc window, and addresses that wait for a flush
    loft page ADDRESS       the page frame of an address, a struct page or a frame number

All of them only read memory, so they also work in a kernel that is stuck. Page tables are read by
physical address, which QEMU's gdb stub can do; they say what the CPU does whatever is mapped. Nothing
here knows a constant of boot/layout.h: the image's own tables and debug information say it all.
"""

import contextlib
import pathlib
import struct

import gdb

PRESENT, WRITE, USER, NOCACHE, LARGE, GLOBAL = 0x1, 0x2, 0x4, 0x10, 0x80, 0x100
NO_EXECUTE = 1 << 63
FRAME = 0x000FFFFFFFFFF000
UNTOUCHED = 0x80  # mm/pageblock.h
CR0_PAGING, CR4_PAE = 1 << 31, 1 << 5


def value(expression):
    """A number or an address as an unsigned 32-bit integer."""
    result = gdb.parse_and_eval(expression)
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


def enumerators(name):
    """The members of an enum, {value: name}."""
    return {field.enumval: field.name for field in gdb.lookup_type(f"enum {name}").fields()}


def zones():
    """The zones that the machine has, lowest first: (index, zone)."""
    table = gdb.parse_and_eval("node_zones")
    if not int(gdb.parse_and_eval("mem_map")):
        raise gdb.GdbError("there is no mem_map yet: break after page_init()")
    for index in range(table.type.range()[1] + 1):
        if int(table[index]["spanned_pages"]):
            yield index, table[index]


class LoftZones(gdb.Command):
    """loft zones: the memory zones, their frames, and how many pages are free."""

    def __init__(self):
        super().__init__("loft zones", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        print("  zone       frames                     spanned   present   managed      free"
              "       min       low      high")
        for _, zone in zones():
            start, spanned = int(zone["zone_start_pfn"]), int(zone["spanned_pages"])
            numbers = [spanned] + [int(zone[field]) for field in
                                   ("present_pages", "managed_pages", "nr_free_pages")]
            numbers += [int(zone["watermark"][i]) for i in range(3)]
            print(f"  {zone['name'].string():8} 0x{start:07x} - 0x{start + spanned:07x}    "
                  + " ".join(f"{number:9}" for number in numbers))


class LoftFree(gdb.Command):
    """loft free: free blocks of each zone, mobility and order; blocks that are not as they should be."""

    def __init__(self):
        super().__init__("loft free", gdb.COMMAND_DATA)

    @staticmethod
    def blocks(head, bad):
        """The number of blocks on a list; appends those whose neighbour does not point back."""
        count, previous, entry = 0, head.address, head["next"]
        while entry != head.address and count < 1 << 20:
            if entry["prev"] != previous:
                bad.append(int(entry))
                break
            count, previous, entry = count + 1, entry, entry["next"]
        return count

    def invoke(self, argument, from_tty):
        names = gdb.parse_and_eval("migratetype_names")
        for _, zone in zones():
            areas, bad, free = zone["free_area"], [], 0
            orders = range(areas.type.range()[1] + 1)
            total = [0 for _ in orders]
            for kind in range(names.type.range()[1] + 1):
                counts = [self.blocks(areas[order]["free_list"][kind], bad) for order in orders]
                total = [a + b for a, b in zip(total, counts)]
                print(f"  {zone['name'].string():8} {names[kind].string():12}"
                      + "".join(f"{count:7}" for count in counts))
            for order in orders:
                free += total[order] << order
                if total[order] != int(areas[order]["nr_free"]):
                    print(f"  order {order}: nr_free says {int(areas[order]['nr_free'])}")
            if free != int(zone["nr_free_pages"]):
                print(f"  {free} pages are listed, nr_free_pages says {int(zone['nr_free_pages'])}")
            for entry in bad:
                print(f"  the list is broken at 0x{entry:08x}")


class LoftPage(gdb.Command):
    """loft page ADDRESS: the page frame of an address, of a struct page, or with that number."""

    def __init__(self):
        super().__init__("loft page", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    @staticmethod
    def frame(number):
        """The frame that NUMBER means, and how it came to that."""
        page_size = gdb.lookup_type("struct page").sizeof
        table, frames = value("mem_map"), value("max_pfn")
        if number < frames:
            return number, "frame number"
        if table <= number < table + frames * page_size:
            return (number - table) // page_size, "struct page"
        walk = Walk(number).run(lambda text: None)
        if walk.physical is None:
            raise gdb.GdbError(f"0x{number:08x} is not mapped, and neither a struct page nor below "
                               f"max_pfn, {frames:#x}")
        return walk.physical >> 12, f"mapped at 0x{number:08x}"

    @staticmethod
    def zone_of(pfn):
        for index, zone in zones():
            if 0 <= pfn - int(zone["zone_start_pfn"]) < int(zone["spanned_pages"]):
                return index, zone
        return None, None

    @staticmethod
    def free_block(pfn, zone, pages):
        """The order of the free block that holds the frame, or None."""
        for order in range(zone["free_area"].type.range()[1] + 1):
            word = int(pages[pfn >> order << order]["page_type"])
            if word & 0xff00ff00 == int(zone["buddy_mark"]) and word & 0xff >= order:
                return word & 0xff
        return None

    def describe(self, pfn, zone):
        pages = gdb.parse_and_eval("mem_map")
        largest = zone["free_area"].type.range()[1]
        block = int(zone["pageblock_flags"][(pfn >> largest) - int(zone["first_pageblock"])])
        order = largest if block & UNTOUCHED else self.free_block(pfn, zone, pages)
        if order is not None:
            yield f"free, in the block of order {order} at frame {pfn >> order << order:#x}" + (
                ", never used" if block & UNTOUCHED else "")
            return
        page = pages[pfn]
        bits, kinds = int(page["flags"]), enumerators("page_kind")
        head = int(page["compound_head"])
        yield f"{int(page['_refcount']['counter'])} users"
        yield "flags " + (" ".join(name for bit, name in enumerators("pageflags").items()
                                   if bits >> bit & 1 and not name.startswith("__")) or "none")
        kind = int(page["page_type"]) >> 24
        if kind:
            yield f"type {kinds.get(kind, hex(kind))}"
        elif int(page["page_type"]):
            yield f"{int(page['page_type'])} mappings"
        if head & 1:
            yield f"tail of the struct page at 0x{head - 1:08x}"
        if kinds.get(kind) == "PGTY_slab":
            yield from self.slab(page, head)

    @staticmethod
    def slab(page, head):
        """Whose objects lie in the page; HEAD is its compound_head word."""
        cache = page["slab_cache"]
        if head & 1:
            page = gdb.Value(head - 1).cast(page.type.pointer()).dereference()
        counters = int(page["counters"])
        yield f"slab_cache 0x{int(cache):08x}"
        yield (f"{cache['name'].string()}: objects of {int(cache['object_size'])} bytes, "
               f"{counters & 0xffff} of {counters >> 16} taken")

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("loft page: which one? An address, a struct page or a frame number.")
        pfn, how = self.frame(value(argument))
        if pfn >= value("max_pfn"):
            raise gdb.GdbError(f"frame {pfn:#x} ({how}) has no struct page")
        print(f"frame {pfn:#x} ({how}), physical 0x{pfn << 12:08x}, "
              f"struct page at 0x{int(gdb.parse_and_eval('mem_map')[pfn].address):08x}")
        _, zone = self.zone_of(pfn)
        if zone is None:
            print("  in no zone")
            return
        print(f"  zone {zone['name'].string()}: " + ", ".join(self.describe(pfn, zone)))


class LoftAreas(gdb.Command):
    """loft areas: areas of the vmalloc window, and addresses that wait for a flush."""

    KINDS = ((0x1, "ioremap"), (0x2, "vmalloc"), (0x4, "vmap"), (0x8, "user"), (0x10000, "vm_map_ram"))

    def __init__(self):
        super().__init__("loft areas", gdb.COMMAND_DATA)
        self.record = self.area = None

    def in_order(self, node):
        """The areas of the tree below NODE, struct avl_node *, lowest first."""
        if int(node):
            yield from self.in_order(node["child"][0])
            yield node.cast(self.area)  # the node is the area's first member
            yield from self.in_order(node["child"][1])

    def describe(self, area):
        member = [field for field in self.record.target().fields() if field.name == "va"][0]
        vm = gdb.Value(int(area) - member.bitpos // 8).cast(self.record)
        flags, phys = int(vm["flags"]), int(vm["phys_addr"])
        words = [symbol(int(vm["caller"]))]
        words += [f"pages={int(vm['nr_pages'])}"] if int(vm["nr_pages"]) else []
        words += [f"phys={phys:#x}"] if flags & 0x1 else []
        words += [text for flag, text in self.KINDS if flags & flag]
        return " ".join(words) + (" (being freed)" if area["dying"] else "")

    def invoke(self, argument, from_tty):
        self.area = gdb.lookup_type("struct va_area").pointer()
        self.record = gdb.lookup_type("struct vm_struct").pointer()
        space = gdb.parse_and_eval("vmap_space")
        busy = list(self.in_order(space["busy"]["root"]))
        busy += [space["youngest"]] if int(space["youngest"]) else []
        for area in sorted(busy, key=lambda each: int(each["start"])):
            self.line(area, self.describe(area))
        lazy = space["lazy"]
        while int(lazy):
            self.line(lazy, "waits for a flush")
            lazy = lazy["next_area"]

    @staticmethod
    def line(area, text):
        start, end = int(area["start"]), int(area["end"])
        print(f"  0x{start:08x}-0x{end:08x} {end - start:>8}  {text}")


COMMANDS = (LoftHelp, LoftRegions, LoftWalk, LoftLog, LoftZones, LoftFree, LoftAreas, LoftPage)
Loft()
for each in COMMANDS:
    each()
# The image names its sources by their path from the root.
gdb.execute(f"directory {pathlib.Path(__file__).resolve().parents[2]}", to_string=True)
