# SPDX-License-Identifier: MIT
"""The loft commands of gdb for the PKMAP window: its slots, and the hash from pages to addresses."""

import gdb

from loft_base import value

CLAIMED = 1 << 31  # mm/kmap.h


def frame_of(page):
    """The number of the frame that a struct page * describes."""
    return (int(page) - value("mem_map")) // gdb.lookup_type("struct page").sizeof


class LoftKmap(gdb.Command):
    """loft kmap: the slots of the PKMAP window that have a page: count, state, frame."""

    def __init__(self):
        super().__init__("loft kmap", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        counts, maps = gdb.parse_and_eval("pkmap_count"), gdb.parse_and_eval("page_address_maps")
        states = {"free": 0, "idle": 0, "used": 0, "claimed": 0}
        for slot in range(counts.type.range()[1] + 1):
            word = int(counts[slot]) & 0xFFFFFFFF
            count = word & ~CLAIMED
            state = ("claimed" if word & CLAIMED else "free" if count == 0
                     else "idle" if count == 1 else "used")
            states[state] += 1
            if count:
                page = maps[slot]["page"]
                frame = f"frame {frame_of(page):#x}" if int(page) else "nobody's page"
                print(f"  slot {slot:4} 0x{int(maps[slot]['virtual']):08x} count {count} {state:7} {frame}")
        print("  " + ", ".join(f"{n} {state}" for state, n in states.items()))


class LoftHash(gdb.Command):
    """loft hash [BUCKET]: chains of the hash from high pages to addresses, checked on the way."""

    def __init__(self):
        super().__init__("loft hash", gdb.COMMAND_DATA)

    @staticmethod
    def chain(bucket):
        """The entries of a bucket, and whether they end in its own sentinel."""
        table, ends = gdb.parse_and_eval("page_address_htable"), gdb.parse_and_eval("page_address_ends")
        limit = gdb.parse_and_eval("page_address_maps").type.range()[1] + 2
        entries, entry = [], table[bucket]["first"]
        while int(entry) and int(entry["next"]) and len(entries) < limit:
            entries.append(entry)
            entry = entry["next"]
        return entries, int(entry) == int(ends[bucket].address)

    def invoke(self, argument, from_tty):
        last = gdb.parse_and_eval("page_address_htable").type.range()[1]
        buckets = [value(argument)] if argument else range(last + 1)
        total = 0
        for bucket in buckets:
            if bucket > last:
                raise gdb.GdbError(f"loft hash: buckets are 0 to {last}")
            entries, whole = self.chain(bucket)
            total += len(entries)
            if entries or not whole:
                print(f"  bucket {bucket:3}: " + ", ".join(
                    f"frame {frame_of(each['page']):#x} at 0x{int(each['virtual']):08x}"
                    for each in entries) + ("" if whole else "  (does not end in its own sentinel)"))
        print(f"  {total} pages")
