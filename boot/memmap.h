/* SPDX-License-Identifier: MIT */
/*
 * From the firmware's memory map to one that can be believed.
 *
 * In: ranges in any order, overlapping, empty, wrapping, of odd sizes, contradicting each other.
 * Out: a sorted list of disjoint, page-aligned regions, each of one type.
 *
 * The law, page by page (this is also what the tests' brute-force model computes):
 *   - a page that any byte of a non-usable range touches is not RAM; of several such types the
 *     most restrictive one names it: unusable > reserved and unknown > ACPI NVS > ACPI tables;
 *   - else, a page of which every byte lies in some usable range is RAM;
 *   - else it is a hole, and in no region;
 *   - page 0 and 0xa0000-0xfffff are never RAM, whatever the map says;
 *   - addresses from MEM_ADDR_LIMIT on do not exist. A usable range whose end wraps past 2^64 is
 *     a broken one and counts for nothing; any other wrapping range reaches up to the limit.
 *
 * Pure, no allocation, no state: cost grows with the square of the number of entries, which is
 * at most BOOT_MAP_MAX.
 */
#ifndef BOOT_MEMMAP_H
#define BOOT_MEMMAP_H

#include "boot/bootinfo.h"
#include "lib/types.h"

/* The numbers are those of the multiboot map and of the BIOS (E820). */
enum mem_type {
	MEM_RAM = 1,
	MEM_RESERVED = 2, /* also every number that is not listed here */
	MEM_ACPI = 3,     /* ACPI tables: RAM once they have been read, which loft does not do */
	MEM_NVS = 4,
	MEM_UNUSABLE = 5, /* broken RAM */
};

/* x86 has no physical address with more than 52 bits [SDM3 4.1.4]. */
#define MEM_ADDR_LIMIT (1ULL << 52)

/* Each entry starts and ends at most once, page 0 and the ISA hole as well: 2 * (256 + 2) edges. */
#define MEM_MAP_MAX (2 * (BOOT_MAP_MAX + 2))

/* [start, end), both multiples of the page size, start < end. */
struct mem_region {
	u64 start;
	u64 end;
	u32 type; /* enum mem_type */
};

/* Sorted by address, disjoint; neighbours that touch differ in type. */
struct mem_map {
	unsigned int count;
	struct mem_region region[MEM_MAP_MAX];
};

/*
 * Makes *MAP from COUNT raw entries (0..BOOT_MAP_MAX) by the law above. What is dropped is said
 * through SAY (may be NULL), one line a broken entry and one line for all partial pages together.
 * Returns 0, or -ENOMEM (and says so) if not one page of RAM is left; *MAP is valid even then.
 */
int memmap_sanitise(const struct boot_range *raw, unsigned int count, struct mem_map *map,
		    const struct boot_say *say);

/*
 * Takes the RAM at and above physical address LIMIT (rounded down to a page) out of the map; other
 * types stay. Returns the number of bytes of RAM that this removed.
 */
u64 memmap_remove_ram_above(struct mem_map *map, u64 limit);

/* Bytes of RAM in [start, end). */
u64 memmap_ram_bytes(const struct mem_map *map, u64 start, u64 end);

/* The first address after the last RAM; 0 if there is none. */
u64 memmap_ram_end(const struct mem_map *map);

/*
 * The lowest address A in [start, 2^64) for which [start, A) holds BYTES of RAM; the end of RAM
 * if there is less than that above START. BYTES is rounded down to whole pages; page aligned.
 */
u64 memmap_ram_cut(const struct mem_map *map, u64 start, u64 bytes);

/* True if every byte of [start, end) is RAM. An empty range is. */
bool memmap_is_ram(const struct mem_map *map, u64 start, u64 end);

/*
 * Drops the modules that do not lie in RAM as a whole, one line each through SAY: the loader's word
 * is broken, or mem= has cut that memory off. Call when MAP is final.
 */
void memmap_drop_lost_modules(const struct mem_map *map, struct boot_info *info,
			      const struct boot_say *say);

/* The type's name as /proc/iomem writes it: "System RAM", "Reserved", ... Never NULL. */
const char *mem_type_name(u32 type);

/* Walks all regions of RAM: `const struct mem_region *r`. */
#define for_each_ram_region(map, r)                                                                \
	for ((r) = (map)->region; (r) < (map)->region + (map)->count; (r)++)                       \
		if ((r)->type == MEM_RAM)

#endif /* BOOT_MEMMAP_H */
