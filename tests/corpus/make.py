#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the designed files of this corpus; what a fuzzer found is only saved, not made here.

Run it in the root of the tree. The formats are those of tests/boot_fuzz.h; list.h names every
file, and is what the host and the kernel build from.
"""
import pathlib
import struct

HERE = pathlib.Path("tests/corpus")
BASE = 0x10000
MAP, MB1, MB2, LIMITS = range(4)
RAM, RESERVED, ACPI, NVS, BAD = 1, 2, 3, 4, 5
G4 = 1 << 32
PC = [(0, 0x9FC00, RAM), (0x9FC00, 0x400, RESERVED), (0xF0000, 0x10000, RESERVED),
      (0x100000, 0x7FEE0000, RAM), (0x7FFE0000, 0x20000, RESERVED), (0xFFFC0000, 0x40000, RESERVED)]


def save(name, kind, body):
    (HERE / f"{name}.bin").write_bytes(bytes([kind]) + body)


def entries(ranges):
    return b"".join(struct.pack("<QQB", base, size, kind) for base, size, kind in ranges)


def limits(ranges, mem="!", highmem="!", vmalloc="!", pae=0, bits=0):
    text = b"\0".join(s.encode() for s in (mem, highmem, vmalloc)) + b"\0"
    return bytes([pae, bits]) + text + entries(ranges)


def mb1(flags, fields=(), tail=b""):
    block = bytearray(116)
    struct.pack_into("<I", block, 0, flags)
    for at, value in fields:
        struct.pack_into("<I", block, at, value)
    return bytes(block) + tail


def mb1_map(ranges, stride=24, length=None):
    tail = b"".join(struct.pack("<IQQI", stride - 4, *r).ljust(stride, b"\xee") for r in ranges)
    return mb1(1 << 6, [(44, len(tail) if length is None else length), (48, BASE + 116)], tail)


def tag(kind, body=b"", size=None):
    data = struct.pack("<II", kind, len(body) + 8 if size is None else size) + body
    return data + b"\0" * (-len(data) % 8)


def mb2(*tags, total=None, end=True):
    body = b"".join(tags) + (tag(0) if end else b"")
    return struct.pack("<II", len(body) + 8 if total is None else total, 0) + body


def mb2_map(ranges, stride=24):
    body = struct.pack("<II", stride, 0)
    return tag(6, body + b"".join(struct.pack("<QQI", *r).ljust(stride, b"\xee") for r in ranges))


def maps():
    save("map_pc", MAP, entries(PC))
    save("map_none", MAP, b"")
    save("map_reversed", MAP, entries(PC[::-1]))
    save("map_overlap", MAP, entries([(0x100000, 0x4000000, RAM), (0x2000000, 0x4000000, RAM),
                                      (0x3000000, 0x1000, NVS), (0x2FFF800, 0x1000, ACPI),
                                      (0x3000800, 0x10, BAD), (0x3000000, 0x2000, 77)]))
    save("map_empty_entries", MAP, entries([(0x100000, 0, RAM), (0x200000, 0, RESERVED)] + PC))
    save("map_wrap_ram", MAP, entries(PC + [(0x1000, 2**64 - 1, RAM), (2**64 - 4096, 4096, RAM)]))
    save("map_wrap_reserved", MAP, entries(PC + [(0x40000000, 2**64 - 1, RESERVED)]))
    save("map_subpage", MAP, entries([(0x100000 + i * 0x800, 0x800 - i % 2, RAM)
                                      for i in range(20)]))
    save("map_touching_halves", MAP, entries([(0x100000, 0x800, RAM), (0x100800, 0x800, RAM),
                                              (0x101000, 1, RAM), (0x101001, 0xFFF, RAM)]))
    save("map_above_4g", MAP, entries(PC + [(G4, 0x80000000, RAM), (0xFD00000000, 0x300000000, 2)]))
    save("map_above_52_bits", MAP, entries([(1 << 51, 2**52, RAM), (1 << 52, 4096, RAM),
                                            (1 << 60, 1 << 62, RESERVED)]))
    save("map_page_0_and_isa", MAP, entries([(0, 1 << 30, RAM)]))
    save("map_256_combs", MAP, entries([(0x100000 + i * 0x3000, 0x2800, 1 + i % 5)
                                        for i in range(256)]))
    save("map_300_nested", MAP, entries([(0x100000 + i * 0x1000, 0x10000000 - i * 0x2000, 1 + i % 6)
                                         for i in range(300)]))
    save("map_last_byte", MAP, entries([(2**64 - 1, 1, RAM), (2**64 - 1, 1, BAD), (0, 2**64 - 1, RAM)]))


def mb1_blocks():
    for stride in (24, 28, 31):
        save(f"mb1_stride_{stride}", MB1, mb1_map(PC, stride))
    save("mb1_size_0", MB1, mb1_map(PC, 4))
    save("mb1_size_huge", MB1, mb1_map(PC[:2]) + struct.pack("<IQQI", 0xFFFFFFFF, 0, 4096, 1))
    save("mb1_length_lies", MB1, mb1_map(PC, length=0xFFFFFFFF))
    save("mb1_length_short", MB1, mb1_map(PC, length=24 * 3 + 7))
    save("mb1_map_in_itself", MB1, mb1(1 << 6, [(44, 0xF0), (48, BASE)]))
    save("mb1_map_at_4g", MB1, mb1(1 << 6, [(44, 0x100), (48, 0xFFFFFFF0)]))
    save("mb1_nothing", MB1, mb1(0))
    save("mb1_truncated", MB1, mb1(0xFFFFFFFF)[:70])
    save("mb1_sizes_only", MB1, mb1(1, [(4, 0xFFFFFFFF), (8, 0xFFFFFFFF)]))
    many = struct.pack("<IIII", 0x200000, 0x201000, 0, 0) * 40
    save("mb1_modules_40", MB1, mb1(9, [(4, 640), (8, 0x10000), (20, 40), (24, BASE + 116)], many))
    save("mb1_modules_4g", MB1, mb1(9, [(4, 640), (8, 0x10000), (20, 0xFFFFFFFF),
                                        (24, BASE + 116)], many[:480]))
    bad = b"".join(struct.pack("<IIII", *m) for m in (
        (0x300000, 0x200000, 0, 0), (0x11000, 0x13000, BASE, 0), (0x12000, 0xFFFFFFFF, BASE + 2, 0),
        (0x30000, 0x30000, 0xFFFFFFFF, 0)))
    save("mb1_modules_broken", MB1, mb1(9, [(4, 640), (8, 0x10000), (20, 4), (24, BASE + 116)], bad))
    save("mb1_string_without_end", MB1, mb1(5, [(4, 640), (8, 0x10000), (16, BASE + 116)], b"mem=51"))
    save("mb1_loader_without_end", MB1, mb1(0x201, [(4, 640), (8, 0x10000), (64, BASE + 116)],
                                            b"q" * 300))
    line = b"loft.elf " + b"word=\"a b\" " * 1600 + b"mem=16M\0"
    save("mb1_cmdline_long", MB1, mb1(0x205, [(4, 640), (8, 0x10000), (16, BASE + 121),
                                              (64, BASE + 116)], b"qemu\0" + line))
    save("mb1_cmdline_one_word", MB1, mb1(5, [(4, 640), (8, 0x10000), (16, BASE + 116)],
                                          b"x" * 20000 + b"\0"))


def mb2_blocks():
    plain = [tag(1, b"mem=64M\0"), tag(2, b"GRUB 2.06\0"), mb2_map(PC)]
    save("mb2_plain", MB2, mb2(*plain))
    for stride in (20, 40, 0, 19):
        save(f"mb2_stride_{stride}", MB2, mb2(mb2_map(PC, 24) if stride < 20 else mb2_map(PC, stride)))
    for stride in (0, 19):
        data = bytearray(mb2(mb2_map(PC)))
        struct.pack_into("<I", data, 16, stride)
        save(f"mb2_stride_{stride}", MB2, bytes(data))
    save("mb2_tag_size_0", MB2, mb2(tag(9, size=0), *plain))
    save("mb2_tag_size_7", MB2, mb2(tag(9, size=7), *plain))
    save("mb2_tag_size_huge", MB2, mb2(*plain, tag(9, size=0xFFFFFFFF)))
    save("mb2_tag_size_wraps", MB2, mb2(*plain, tag(9, size=0xFFFFFFF9)))
    save("mb2_no_end", MB2, mb2(*plain, end=False))
    save("mb2_total_0", MB2, mb2(*plain, total=0))
    save("mb2_total_huge", MB2, mb2(*plain, total=0xFFFFFFF8))
    save("mb2_total_short", MB2, mb2(*plain, total=60))
    save("mb2_total_long", MB2, mb2(*plain, total=0x1000, end=False))
    save("mb2_short_tags", MB2, mb2(tag(3, b"abcd"), *plain))
    save("mb2_string_without_end", MB2, mb2(tag(1, b"mem=64M quie"), mb2_map(PC)))
    save("mb2_rsdp_both", MB2, mb2(*plain, tag(15, b"N" * 36), tag(14, b"O" * 20)))
    save("mb2_map_partial_entry", MB2, mb2(tag(6, struct.pack("<II", 24, 0) + b"\0" * 30)))
    save("mb2_modules_40", MB2, mb2(*plain, *[tag(3, struct.pack("<II", 0x200000, 0x1FFFFF))] * 40))


def limit_cases():
    save("limits_mem_0", LIMITS, limits(PC, mem="0"))
    save("limits_mem_3m", LIMITS, limits(PC, mem="3M"))
    save("limits_mem_garbage", LIMITS, limits(PC, mem="garbage"))
    save("limits_highmem_10g", LIMITS, limits(PC, highmem="10G"))
    save("limits_highmem_64m", LIMITS, limits(PC, highmem="64M"))
    save("limits_vmalloc_960m", LIMITS, limits(PC, vmalloc="960M"))
    save("limits_vmalloc_16e", LIMITS, limits(PC, vmalloc="16E"))
    save("limits_small", LIMITS, limits([(0, 0x9FC00, RAM), (0x100000, 0x6E0000, RAM)]))
    save("limits_pae_64g", LIMITS, limits(PC + [(G4, 1 << 40, RAM)], pae=1))
    save("limits_cpu_32_bits", LIMITS, limits(PC + [(G4, 1 << 30, RAM)], pae=1, bits=32))
    save("limits_above_4g", LIMITS, limits(PC + [(G4, 1 << 30, RAM)]))
    holes = [(0x100000 + i * 0x800000, 0x400000, RAM) for i in range(60)]
    save("limits_carve_holes", LIMITS, limits(holes, highmem="100M"))


maps()
mb1_blocks()
mb2_blocks()
limit_cases()
