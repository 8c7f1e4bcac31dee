# SPDX-License-Identifier: MIT
"""The loft commands of gdb for pages: zones, free blocks, page frames, areas of the vmalloc window."""

import gdb

from loft_base import Walk, symbol, value

UNTOUCHED = 0x80  # mm/pageblock.h


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
