/* SPDX-License-Identifier: MIT */
/*
 * The memory-map sanitiser.
 *
 * The firmware's list is read as a function of the address: "which type is the byte at A?", the
 * answer being the most restrictive entry that covers A. That function changes only where an entry
 * starts or ends, so walking from one such edge to the next visits every stretch of equal type, in
 * order, without sorting anything and without a work area. Overlaps, duplicates and disorder need
 * no code of their own.
 *
 * Page granularity: non-usable entries are rounded outwards before they are asked, so their edges
 * are page edges. Usable ones are asked as they are, so that two of them can share a page, and the
 * finished stretch is rounded inwards.
 *
 * At most 2 * (256 + 2) edges, each found by one pass over the entries: 260,000 cheap steps for
 * the worst map, a thousand for a real one.
 */
#include "boot/layout.h"
#include "boot/memmap.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"

static_assert(MEM_ADDR_LIMIT % PAGE_SIZE == 0, "the limit is a page edge");

/*
 * What the PC keeps for itself, whatever the map says: page 0 (interrupt vectors and BIOS data;
 * also, a pfn of 0 can then mean "none"), and the hole with the VGA window and ROMs.
 */
static const struct boot_range never_ram[] = {
	{.base = 0, .size = PAGE_SIZE, .type = MEM_RESERVED},
	{.base = 0xa0000, .size = 0x60000, .type = MEM_RESERVED},
};
#define ISA_HOLE (&never_ram[1])

static_assert(BOOT_MAP_MAX + ARRAY_SIZE(never_ram) == MEM_MAP_MAX / 2, "every edge has room");

/* The raw map while it is being read. */
struct reading {
	const struct boot_range *raw;
	unsigned int count;
};

static u64 page_down(u64 address)
{
	return ALIGN_DOWN(address, (u64)PAGE_SIZE);
}

/* Only for addresses up to MEM_ADDR_LIMIT: no wrap. */
static u64 page_up(u64 address)
{
	return ALIGN(address, (u64)PAGE_SIZE);
}

static bool wraps(const struct boot_range *entry)
{
	return entry->size > ~entry->base && !control(map_wraps_believed);
}

/* How restrictive: the higher one wins a page. 0 is a hole. */
static unsigned int rank(u32 type)
{
	switch (type) {
	case MEM_RAM:
		return 1;
	case MEM_ACPI:
		return 2;
	case MEM_NVS:
		return 3;
	case MEM_UNUSABLE:
		return 5;
	default:
		return 4;
	}
}

static u32 type_of_rank(unsigned int rank)
{
	static const u32 types[] = {0, MEM_RAM, MEM_ACPI, MEM_NVS, MEM_RESERVED, MEM_UNUSABLE};

	return types[rank];
}

/* The bytes that an entry speaks for; false if there are none. */
static bool span(const struct boot_range *entry, u64 *start, u64 *end)
{
	bool ram = entry->type == MEM_RAM;

	if (entry->size == 0 || entry->base >= MEM_ADDR_LIMIT || (ram && wraps(entry)))
		return false;
	*start = entry->base;
	*end = wraps(entry) ? MEM_ADDR_LIMIT : min(entry->base + entry->size, MEM_ADDR_LIMIT);
	if (!ram) {
		*start = page_down(*start);
		*end = page_up(*end);
	}
	return true;
}

/* The map followed by what is never RAM: how many entries, and entry I. */
static unsigned int entry_count(const struct reading *in)
{
	return in->count + (control(isa_hole_is_ram) ? 0 : ARRAY_SIZE(never_ram));
}

static const struct boot_range *entry_at(const struct reading *in, unsigned int i)
{
	return i < in->count ? &in->raw[i] : &never_ram[i - in->count];
}

/* What the map says of one address, and of all that follow up to NEXT. */
struct answer {
	unsigned int rank;
	bool lost; /* the firmware calls it RAM, and something else calls it otherwise */
	u64 next;
};

static struct answer ask(const struct reading *in, u64 at)
{
	struct answer answer = {.next = MEM_ADDR_LIMIT};
	bool ram = false, never = false;
	unsigned int i;
	u64 start, end;

	for (i = 0; i < entry_count(in); i++) {
		const struct boot_range *entry = entry_at(in, i);

		if (!span(entry, &start, &end))
			continue;
		if (start <= at && at < end) {
			answer.rank = control(map_last_entry_wins)
					      ? rank(entry->type)
					      : max(answer.rank, rank(entry->type));
			ram |= entry->type == MEM_RAM;
			never |= i >= in->count;
		}
		if (start > at)
			answer.next = min(answer.next, start);
		else if (end > at)
			answer.next = min(answer.next, end);
	}
	answer.lost = ram && !never && answer.rank > rank(MEM_RAM);
	return answer;
}

/* Adds a stretch of equal type, whole pages only. Returns the bytes of RAM that lost. */
static u64 emit(struct mem_map *map, u64 start, u64 end, unsigned int rank)
{
	u64 first = control(half_pages_are_ram) ? page_down(start) : page_up(start);
	u64 last = page_down(end);

	if (rank == 0)
		return 0;
	if (first >= last)
		return end - start;
	map->region[map->count++] =
		(struct mem_region){.start = first, .end = last, .type = type_of_rank(rank)};
	return (end - start) - (last - first);
}

/* Broken entries, one line each; and RAM that the map claims for the ISA hole. */
static void say_broken(const struct reading *in, const struct boot_say *say)
{
	bool hole = false;
	unsigned int i;
	u64 start, end;

	for (i = 0; i < in->count; i++) {
		const struct boot_range *e = &in->raw[i];
		bool ram = e->type == MEM_RAM;

		if (e->size == 0)
			boot_say(say, "Memory map entry %u (%#llx, type %u) is empty: dropped.", i,
				 e->base, e->type);
		else if (wraps(e))
			boot_say(say, "Memory map entry %u (%#llx + %#llx, type %u) wraps: %s.", i,
				 e->base, e->size, e->type,
				 ram ? "dropped" : "taken as reaching to the end");
		else if (ram && e->base + e->size > MEM_ADDR_LIMIT)
			boot_say(say,
				 "Memory map entry %u (%#llx + %#llx, RAM) lies above any "
				 "physical address (%#llx): cut.",
				 i, e->base, e->size, MEM_ADDR_LIMIT - 1);
		if (ram && span(e, &start, &end))
			hole |= start < ISA_HOLE->base + ISA_HOLE->size && end > ISA_HOLE->base;
	}
	if (hole)
		boot_say(say, "The memory map has RAM in 0xa0000-0xfffff: not used, it is the ISA "
			      "hole on every PC.");
}

int memmap_sanitise(const struct boot_range *raw, unsigned int count, struct mem_map *map,
		    const struct boot_say *say)
{
	const unsigned int used = min(count, BOOT_MAP_MAX + 0U); /* apart, for cppcheck's parser */
	const struct reading in = {.raw = raw, .count = used};
	unsigned int run_rank = 0;
	u64 at, run_start = 0, lost = 0;
	struct answer answer;

	map->count = 0;
	say_broken(&in, say);
	for (at = 0; at < MEM_ADDR_LIMIT; at = answer.next) {
		answer = ask(&in, at);
		if (answer.lost)
			lost += answer.next - at;
		if (answer.rank == run_rank)
			continue;
		lost += emit(map, run_start, at, run_rank);
		run_start = at;
		run_rank = answer.rank;
	}
	lost += emit(map, run_start, MEM_ADDR_LIMIT, run_rank);
	if (lost)
		boot_say(
			say,
			"Memory map: %llu bytes of RAM not used: another entry claims their page, or "
			"the page is not all RAM.",
			lost);
	if (memmap_ram_end(map))
		return 0;
	boot_say(say, "Memory map: not one whole page of RAM in %u entries.", count);
	return -ENOMEM;
}
