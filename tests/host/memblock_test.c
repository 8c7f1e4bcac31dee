/* SPDX-License-Identifier: MIT */
/*
 * memblock against a model that cannot be wrong: two bits a page, in an array.
 *
 * The model shares no idea with the code: no lists, no merging, no sorting. After each of 10^6
 * random operations both must agree on what is RAM, what is taken and what an allocation returns.
 */
#include "mm/memblock.h"
#include "tests/host/harness.h"

#define PAGE       4096ull
#define PAGES      512
#define OPERATIONS 1000000

static unsigned char ram[PAGES], taken[PAGES];

static void reset(void)
{
	memblock_init();
	memset(ram, 0, sizeof(ram));
	memset(taken, 0, sizeof(taken));
}

static void mark(unsigned char *pages, unsigned int from, unsigned int n, unsigned char value)
{
	memset(pages + from, value, n);
}

static int is_free(unsigned int page)
{
	return ram[page] && !taken[page];
}

/* What an allocation of @n pages must return: the highest (or lowest) aligned free run, or 0. */
static unsigned int model_fit(unsigned int n, unsigned int align, unsigned int from,
			      unsigned int to)
{
	unsigned int best = 0;

	for (unsigned int page = from; page + n <= to; page++) {
		unsigned int i = 0;

		while (i < n && is_free(page + i))
			i++;
		if (i < n || page % align || page == 0)
			continue;
		best = page;
		if (memblock.bottom_up)
			break;
	}
	return best;
}

static void check_pages(void)
{
	unsigned int free_pages = 0, ram_pages = 0;

	for (unsigned int page = 0; page < PAGES; page++) {
		EXPECT_EQ(memblock_is_memory(page * PAGE), ram[page]);
		EXPECT_EQ(memblock_is_memory(page * PAGE + PAGE - 1), ram[page]);
		EXPECT_EQ(memblock_is_reserved(page * PAGE), taken[page]);
		ram_pages += ram[page];
		free_pages += is_free(page);
	}
	EXPECT_EQ(memblock_phys_mem_size(), ram_pages * PAGE);
	EXPECT_EQ(memblock_free_in(0, PAGES * PAGE), free_pages * PAGE);
	EXPECT_EQ(memblock_memory_in(0, PAGES * PAGE), ram_pages * PAGE);
}

/* The free ranges that the walk gives are the maximal free runs of the model, in order. */
static void check_free_walk(void)
{
	unsigned int page = 0;
	phys_addr_t start, end;

	for (start = 0; memblock_next_free(&start, &end); start = end) {
		for (; page < start / PAGE; page++)
			EXPECT(!is_free(page));
		EXPECT(end > start);
		for (; page < end / PAGE; page++)
			EXPECT(is_free(page));
		EXPECT(page == PAGES || !is_free(page));
	}
	for (; page < PAGES; page++)
		EXPECT(!is_free(page));
}

static void allocate(unsigned int from, unsigned int n)
{
	unsigned int align = 1u << host_random_below(5);
	unsigned int to = from + (unsigned int)host_random_below(PAGES - from + 1);
	unsigned int want;
	phys_addr_t got;

	if (to == 0)
		return; /* as an end, 0 means "up to the current limit" */
	want = model_fit(n, align, from, to);
	got = memblock_phys_alloc_range(n * PAGE, align * PAGE, from * PAGE, to * PAGE);
	EXPECT_EQ(got, want * PAGE);
	if (got)
		mark(taken, (unsigned int)(got / PAGE), n, 1);
}

static void random_operation(void)
{
	unsigned int from = (unsigned int)host_random_below(PAGES);
	unsigned int n =
		1 + (unsigned int)host_random_below(host_random_below(4) ? 16 : PAGES - from);

	if (n > PAGES - from)
		n = PAGES - from;
	switch (host_random_below(8)) {
	case 0:
		EXPECT_EQ(memblock_add(from * PAGE, n * PAGE), 0);
		mark(ram, from, n, 1);
		break;
	case 1:
		EXPECT_EQ(memblock_remove(from * PAGE, n * PAGE), 0);
		mark(ram, from, n, 0);
		break;
	case 2:
		EXPECT_EQ(memblock_reserve(from * PAGE, n * PAGE), 0);
		mark(taken, from, n, 1);
		break;
	case 3:
	case 4:
		EXPECT_EQ(memblock_phys_free(from * PAGE, n * PAGE), 0);
		mark(taken, from, n, 0);
		break;
	case 5:
		memblock.bottom_up = !memblock.bottom_up;
		break;
	default:
		allocate(from, n);
	}
}

static void agrees_with_the_model(void)
{
	reset();
	for (unsigned int i = 0; i < OPERATIONS && host_ok(); i++) {
		random_operation();
		memblock_check();
		if (i % 64 == 0) {
			check_pages();
			check_free_walk();
		}
		if (i % 5000 == 0)
			reset();
	}
}

static void touching_ranges_merge(void)
{
	reset();
	memblock_add(2 * PAGE, PAGE);
	memblock_add(4 * PAGE, PAGE);
	EXPECT_EQ(memblock.memory.cnt, 2);
	memblock_add(3 * PAGE, PAGE);
	EXPECT_EQ(memblock.memory.cnt, 1);
	EXPECT_EQ(memblock_start_of_DRAM(), 2 * PAGE);
	EXPECT_EQ(memblock_end_of_DRAM(), 5 * PAGE);
	EXPECT(memblock_is_region_memory(2 * PAGE, 3 * PAGE));
	EXPECT(!memblock_is_region_memory(2 * PAGE, 3 * PAGE + 1));
}

static void bad_ranges_change_nothing(void)
{
	reset();
	EXPECT_EQ(memblock_add(~0ull - 5, 100), -22);
	EXPECT_EQ(memblock_reserve(PAGE, 0), 0);
	EXPECT_EQ(memblock.memory.cnt + memblock.reserved.cnt, 0);
	EXPECT_EQ(memblock_phys_alloc(PAGE, PAGE), 0);
	EXPECT_EQ(memblock_end_of_DRAM(), 0);
}

/* A full list refuses, whole and unharmed, instead of writing past its end. */
static void a_full_list_refuses(void)
{
	reset();
	for (unsigned int i = 0; i < MEMBLOCK_REGIONS; i++)
		EXPECT_EQ(memblock_reserve(i * 2 * PAGE, PAGE), 0);
	EXPECT_EQ(memblock_reserve(MEMBLOCK_REGIONS * 2 * PAGE, PAGE), -12);
	EXPECT_EQ(memblock_phys_free(PAGE / 4, PAGE / 4), -12);
	EXPECT_EQ(memblock.reserved.cnt, MEMBLOCK_REGIONS);
	memblock_check();
	EXPECT_EQ(memblock_reserve(PAGE, PAGE), 0); /* merges, so it fits */
	memblock_check();
}

static unsigned char arena[PAGES * PAGE]; /* what lies at physical 0 and up */

static void *to_virt(phys_addr_t phys)
{
	return arena + phys;
}

/* Far more regions than the static lists hold; the new lists lie in free memory and are reserved.
 */
static void full_lists_grow(void)
{
	const unsigned int regions = 5 * MEMBLOCK_REGIONS;
	phys_addr_t lists;

	reset();
	EXPECT_EQ(memblock_add(64, sizeof(arena) - 64), 0);
	memblock_allow_resize(sizeof(arena), to_virt);
	for (unsigned int i = 0; i < regions && host_ok(); i++) {
		EXPECT_EQ(memblock_reserve(GIB(1) + 2 * i * PAGE, PAGE), 0);
		EXPECT_EQ(memblock_add(GIB(2) + 2 * i * PAGE, PAGE), 0);
		memblock_check();
	}
	EXPECT_EQ(memblock.memory.cnt, regions + 1);
	for (unsigned int i = 0; i < regions; i++) {
		EXPECT(memblock_is_reserved(GIB(1) + 2 * i * PAGE));
		EXPECT(!memblock_is_reserved(GIB(1) + (2 * i + 1) * PAGE));
		EXPECT(memblock_is_memory(GIB(2) + 2 * i * PAGE));
	}
	/* Nothing is reserved beside but the two lists of today: those that grew out are free. */
	lists = (memblock.memory.max + memblock.reserved.max) * sizeof(struct memblock_region);
	EXPECT_EQ(memblock_reserved_size(), regions * PAGE + lists);
	EXPECT_EQ(memblock_free_in(0, GIB(1)), sizeof(arena) - 64 - lists);
	reset();
}

/* The new list must not lie in what its very caller is about to take. */
static void a_list_grows_beside_the_new_range(void)
{
	const phys_addr_t half = sizeof(arena) / 2;

	for (unsigned int upper = 0; upper < 2; upper++) {
		reset();
		memblock_add(0, sizeof(arena));
		for (unsigned int i = 0; i < MEMBLOCK_REGIONS - 3; i++)
			memblock_reserve(GIB(1) + 2 * i * PAGE, PAGE);
		memblock_allow_resize(sizeof(arena), to_virt);
		EXPECT_EQ(memblock_reserve(upper ? half : 0, half), 0);
		EXPECT_EQ(memblock.reserved.max, 2 * MEMBLOCK_REGIONS);
		EXPECT(memblock.reserved.phys >= half || upper);
		EXPECT(memblock.reserved.phys < half || !upper);
	}
	reset();
}

static void a_retired_memblock_only_answers(void)
{
	reset();
	memblock_add(PAGE, PAGE);
	memblock_retire();
	EXPECT(memblock_is_memory(PAGE));
	EXPECT_EQ(memblock_free_in(0, 2 * PAGE), PAGE);
	memblock.retired = false;
}

static void addresses_above_4_gib_are_whole(void)
{
	phys_addr_t high = 60ull << 30;

	reset();
	memblock_add(high, 16 * PAGE);
	EXPECT_EQ(memblock_phys_alloc(PAGE, PAGE), high + 15 * PAGE);
	memblock.current_limit = 4ull << 30;
	EXPECT_EQ(memblock_phys_alloc(PAGE, PAGE), 0);
}

static const struct host_case cases[] = {
	HOST_CASE(agrees_with_the_model),
	HOST_CASE(touching_ranges_merge),
	HOST_CASE(bad_ranges_change_nothing),
	HOST_CASE(a_full_list_refuses),
	HOST_CASE(full_lists_grow),
	HOST_CASE(a_list_grows_beside_the_new_range),
	HOST_CASE(a_retired_memblock_only_answers),
	HOST_CASE(addresses_above_4_gib_are_whole),
	{0},
};

int main(int argc, char **argv)
{
	return host_main("memblock", cases, argc, argv);
}
