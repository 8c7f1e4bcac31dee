/* SPDX-License-Identifier: MIT */
/*
 * The memory-map sanitiser against a model that knows nothing of edges: an array with one cell for
 * every byte (here: for every 256 bytes, of which all numbers are multiples) of 1.25 MiB.
 *
 * Each entry paints its cells; a page is then judged by its sixteen cells, as memmap.h says. The
 * same space is also tried where addresses are interesting: around 4 GiB and at the very end.
 * The queries (how much RAM, where to cut) are counted page by page in the same arrays.
 */
#include "tests/host/harness.h"
#include "boot/memmap.h"
#include "boot/layout.h"

#define CELL  256
#define CELLS (0x140000 / CELL)
#define PAGES (0x140000 / PAGE_SIZE)
#define PER   (PAGE_SIZE / CELL)

static unsigned char ram[CELLS], worst[CELLS]; /* covered by RAM; the most severe other claim */
static unsigned char page_is[PAGES];           /* 0 hole, 1 RAM, else the severity */
static struct boot_range raw[BOOT_MAP_MAX];
static struct mem_map map;

static unsigned int severity(u32 type)
{
	static const unsigned char of[] = {4, 0, 4, 2, 3, 5};

	return type < 6 ? of[type] : 4;
}

static void paint(const struct boot_range *entry, u64 base)
{
	u64 i, first = (entry->base - base) / CELL, last = first + entry->size / CELL;

	for (i = first; i < last && i < CELLS; i++) {
		if (entry->type == MEM_RAM)
			ram[i] = 1;
		else if (severity(entry->type) > worst[i])
			worst[i] = severity(entry->type);
	}
}

/* Judges each page of the model, whose first byte has address BASE. */
static void judge(u64 base)
{
	unsigned int page, i;

	for (page = 0; page < PAGES; page++) {
		u64 at = base + page * PAGE_SIZE;
		unsigned int whole = 1, most = 0;

		for (i = page * PER; i < (page + 1) * PER; i++) {
			whole &= ram[i];
			if (worst[i] > most)
				most = worst[i];
		}
		if ((at == 0 || (at >= 0xa0000 && at < 0x100000)) && most < 4)
			most = 4;
		page_is[page] = most ? most : whole;
	}
}

static unsigned int found(u64 at)
{
	unsigned int i;

	for (i = 0; i < map.count; i++)
		if (map.region[i].start <= at && at < map.region[i].end)
			return map.region[i].type == MEM_RAM ? 1 : severity(map.region[i].type);
	return 0;
}

/* A random map of COUNT entries inside the model, painted and judged. */
static void make_map(unsigned int count, u64 base)
{
	unsigned int i;

	memset(ram, 0, sizeof(ram));
	memset(worst, 0, sizeof(worst));
	for (i = 0; i < count; i++) {
		u64 cells = host_random_below(host_random_below(4) ? CELLS / 8 : CELLS);
		u64 unit = host_random_below(2) ? 1 : PER;

		raw[i].base = base + host_random_below(CELLS / unit) * unit * CELL;
		raw[i].size = cells / unit * unit * CELL;
		raw[i].size = min(raw[i].size, base + CELLS * CELL - raw[i].base);
		raw[i].type = host_random_below(2) ? MEM_RAM : host_random_below(7);
		paint(&raw[i], base);
	}
	judge(base);
}

static unsigned int random_count(void)
{
	return host_random_below(host_random_below(20) ? 12 : BOOT_MAP_MAX + 1);
}

static void every_page(void)
{
	static const u64 bases[] = {0, 0, 0x100000000ULL - 0x80000, MEM_ADDR_LIMIT - 0x140000};
	unsigned int round, page;

	for (round = 0; round < 20000 && host_ok(); round++) {
		u64 base = bases[host_random_below(4)];
		unsigned int count = random_count();

		make_map(count, base);
		memmap_sanitise(raw, count, &map, NULL);
		for (page = 0; page < PAGES; page++)
			EXPECT_EQ(found(base + page * PAGE_SIZE), page_is[page]);
		for (page = 1; page < map.count; page++)
			EXPECT(map.region[page - 1].end <= map.region[page].start);
	}
}

static void every_query(void)
{
	unsigned int round, page;

	for (round = 0; round < 20000 && host_ok(); round++) {
		u64 count = random_count(), from = host_random_below(PAGES + 1), bytes = 0, cut,
		    end;
		u64 to = from + host_random_below(PAGES + 1 - from), want;

		make_map(count, 0);
		memmap_sanitise(raw, count, &map, NULL);
		for (page = from; page < to; page++)
			bytes += page_is[page] == 1 ? PAGE_SIZE : 0;
		EXPECT_EQ(memmap_ram_bytes(&map, from * PAGE_SIZE, to * PAGE_SIZE), bytes);
		EXPECT_EQ(memmap_is_ram(&map, from * PAGE_SIZE, to * PAGE_SIZE),
			  bytes == (to - from) * PAGE_SIZE);

		/* The cut is the lowest address up to which so much RAM lies. */
		want = host_random_below(bytes / PAGE_SIZE + 1) * PAGE_SIZE;
		cut = memmap_ram_cut(&map, from * PAGE_SIZE, want);
		EXPECT_EQ(memmap_ram_bytes(&map, from * PAGE_SIZE, cut), want);
		if (want)
			EXPECT(memmap_ram_bytes(&map, from * PAGE_SIZE, cut - PAGE_SIZE) < want);

		/* Removing takes exactly what lies above, and nothing but RAM. */
		for (page = to, bytes = 0; page < PAGES; page++)
			bytes += page_is[page] == 1 ? PAGE_SIZE : 0;
		end = to * PAGE_SIZE + host_random_below(PAGE_SIZE);
		EXPECT_EQ(memmap_remove_ram_above(&map, end), bytes);
		EXPECT(memmap_ram_end(&map) <= end);
		for (page = 0; page < PAGES; page++)
			EXPECT_EQ(found(page * PAGE_SIZE),
				  page >= to && page_is[page] == 1 ? 0 : page_is[page]);
	}
}

static const struct host_case cases[] = {HOST_CASE(every_page), HOST_CASE(every_query), {0}};

int main(int argc, char **argv)
{
	return host_main("boot_memmap_model", cases, argc, argv);
}
