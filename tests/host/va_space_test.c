/* SPDX-License-Identifier: MIT */
/*
 * mm/va_space against a model of one byte a page: lowest fit, alignment, nothing given away before
 * its flush, and a cost that grows with the logarithm of the number of areas.
 */
#include "mm/va_space.h"
#include "boot/layout.h"
#include "tests/host/harness.h"

#define PAGES      2048u
#define BASE       0xf0000000ul
#define OPERATIONS 1000000

enum { FREE, BUSY, LAZY, PURGING };
static unsigned char state[PAGES];
static struct va_space space;
static struct va_area *busy[PAGES];
static unsigned int nr_busy;
#define RECORDS (2 * PAGES + 2)
static struct va_area record[RECORDS], first_record;
static unsigned int nr_records;
static struct va_area *purging; /* a chain whose flush is under way */

static unsigned int below(unsigned long long n)
{
	return (unsigned int)host_random_below(n);
}

static unsigned int page_of(unsigned long addr)
{
	return (unsigned int)((addr - BASE) / PAGE_SIZE);
}

static void set(unsigned long start, unsigned long end, unsigned char from, unsigned char to)
{
	for (unsigned int i = page_of(start); i < page_of(end); i++) {
		EXPECT_EQ(state[i], from);
		state[i] = to;
	}
}

/* Is there room of N free pages at page I? */
static int room(unsigned int i, unsigned int n)
{
	if (i + n > PAGES)
		return 0;
	for (unsigned int j = i; j < i + n; j++)
		if (state[j] != FREE)
			return 0;
	return 1;
}

/* The first page of the lowest room for N pages aligned to ALIGN pages, PAGES if there is none. */
static unsigned int lowest(unsigned int n, unsigned int align)
{
	for (unsigned int i = 0; i < PAGES; i += align)
		if (room(i, n))
			return i;
	return PAGES;
}

static void allocate(unsigned int n, unsigned int align)
{
	unsigned int expected = lowest(n, align);
	unsigned int sure = lowest(n + align - 1, 1);
	struct va_area *area;

	while (space.nr_stock < VA_RECORDS) {
		EXPECT(nr_records < RECORDS);
		memset(&record[nr_records], 0xaa, sizeof(*record));
		va_add_record(&space, &record[nr_records++]);
	}
	area = va_alloc(&space, (unsigned long)n * PAGE_SIZE, (unsigned long)align * PAGE_SIZE);
	EXPECT_EQ(area != NULL, expected < PAGES);
	if (!area)
		return;
	EXPECT_EQ(area->start % (align * PAGE_SIZE), 0);
	EXPECT_EQ(area->end - area->start, n * PAGE_SIZE);
	if (align == 1 || sure == PAGES)
		EXPECT_EQ(page_of(area->start), expected);
	else
		EXPECT_EQ(page_of(area->start), (sure + align - 1) / align * align);
	set(area->start, area->end, FREE, BUSY);
	busy[nr_busy++] = area;
}

static void release(unsigned int i, int at_once)
{
	struct va_area *area = busy[i];

	busy[i] = busy[--nr_busy];
	set(area->start, area->end, BUSY, at_once ? FREE : LAZY);
	if (at_once)
		va_abandon(&space, area);
	else
		va_release(&space, area);
}

/* A purge in two steps, between which other things happen. */
static void purge_step(void)
{
	unsigned long start, end;

	if (purging) {
		for (struct va_area *area = purging; area; area = area->next_area)
			set(area->start, area->end, PURGING, FREE);
		va_purge_end(&space, purging);
		purging = NULL;
		return;
	}
	purging = va_purge_begin(&space, &start, &end);
	for (struct va_area *area = purging; area; area = area->next_area) {
		EXPECT(area->start >= start && area->end <= end);
		set(area->start, area->end, LAZY, PURGING);
	}
	for (unsigned int i = 0; i < PAGES; i++)
		EXPECT(state[i] != LAZY);
}

static void check_everything(void)
{
	EXPECT_STREQ(va_check(&space), NULL);
	for (unsigned int i = 0; i < 64; i++) {
		unsigned int page = below(PAGES);
		unsigned long addr = BASE + (unsigned long)page * PAGE_SIZE + below(PAGE_SIZE);
		const struct va_area *area = va_find(&space, addr);

		EXPECT_EQ(area != NULL, state[page] == BUSY);
		if (area)
			EXPECT(addr >= area->start && addr < area->end);
	}
}

static void start_anew(void)
{
	va_space_init(&space, &first_record, BASE, BASE + PAGES * (unsigned long)PAGE_SIZE);
	nr_records = 0;
	memset(state, FREE, sizeof(state));
	nr_busy = 0;
}

static void finish(void)
{
	while (nr_busy)
		release(below(nr_busy), 0);
	purge_step();
	if (purging)
		purge_step();
	purge_step();
	if (purging)
		purge_step();
	for (unsigned int i = 0; i < PAGES; i++)
		EXPECT_EQ(state[i], FREE);
	EXPECT_STREQ(va_check(&space), NULL);
	EXPECT(space.free.root->height == 1 && !space.busy.root);
	EXPECT_EQ(space.nr_stock, nr_records);
	va_use_first(&space);
	EXPECT(space.free.root == &first_record.node);
	EXPECT_STREQ(va_check(&space), NULL);
}

static void agrees_with_the_model(void)
{
	unsigned int pressure = 50, largest = 40;

	start_anew();
	for (unsigned int i = 0; i < OPERATIONS / 4 && host_ok(); i++) {
		unsigned int what = below(100);

		if (i % 2000 == 0) {
			pressure = 30 + below(50);
			largest = 1 + below(60);
		}
		if (what < 2)
			purge_step();
		else if (what < pressure)
			allocate(1 + below(largest), below(8) ? 1 : 1u << below(10));
		else if (nr_busy)
			release(below(nr_busy), below(10) == 0);
		if (i % 200 == 0)
			va_use_first(&space);
		if (i % 200 == 0)
			check_everything();
	}
	finish();
}

/* Full to the last page; half of it released; the same fits again, but only after the purge. */
static void full_and_half_and_full(void)
{
	unsigned int all;

	start_anew();
	while (lowest(3, 1) < PAGES)
		allocate(1 + below(3), 1);
	while (lowest(1, 1) < PAGES)
		allocate(1, 1);
	allocate(1, 1);
	all = nr_busy;
	for (unsigned int i = nr_busy; i-- > 0;)
		if (below(2))
			release(i, 0);
	allocate(1, 1); /* fails: the model says so */
	EXPECT(nr_busy < all);
	purge_step();
	allocate(1, 1); /* and still, while the flush is under way */
	purge_step();
	while (lowest(1, 1) < PAGES)
		allocate(1, 1);
	finish();
}

static void odd_requests_fail(void)
{
	const struct va_area *area;

	start_anew();
	va_add_record(&space, &record[0]);
	va_add_record(&space, &record[1]);
	EXPECT(!va_alloc(&space, 0, PAGE_SIZE));
	EXPECT(!va_alloc(&space, (PAGES + 1ul) * PAGE_SIZE, PAGE_SIZE));
	EXPECT(!va_alloc(&space, ~(unsigned long)0 << PAGE_SHIFT, PAGE_SIZE));
	EXPECT(!va_alloc(&space, PAGE_SIZE, ~(~0ul >> 1)));
	EXPECT_STREQ(va_check(&space), NULL);
	area = va_alloc(&space, PAGES * (unsigned long)PAGE_SIZE, 1);
	EXPECT(area && area->start == BASE);
	EXPECT(!va_alloc(&space, PAGE_SIZE, PAGE_SIZE));
}

/* What is wrong in the books is found. */
static void self_check_finds_damage(void)
{
	start_anew();
	for (unsigned int i = 0; i < 20; i++)
		allocate(2, 1);
	release(3, 0);
	release(7, 1);
	EXPECT_STREQ(va_check(&space), NULL);
	busy[1]->end += PAGE_SIZE;
	EXPECT_STREQ(va_check(&space), "areas overlap, or are out of order");
	busy[1]->end -= 2 * PAGE_SIZE;
	EXPECT_STREQ(va_check(&space), "the areas do not add up to the window");
	busy[1]->end += PAGE_SIZE;
	space.lazy_bytes++;
	EXPECT_STREQ(va_check(&space), "the count of lazy bytes is wrong");
	space.lazy_bytes--;
	EXPECT_STREQ(va_check(&space), NULL);
}

/* Taking and releasing in a loop leaves one lazy run, whatever is busy around it. */
static void a_loop_leaves_one_run(void)
{
	start_anew();
	allocate(5, 1);
	for (unsigned int i = 0; i < 100; i++) {
		allocate(5, 1);
		release(1, 0);
	}
	EXPECT(space.lazy && !space.lazy->next_area);
	EXPECT_EQ(space.lazy_bytes, 500ul * PAGE_SIZE);
	finish();
}

/* Nothing but comparisons with the height: 1.44 log2(n + 2). */
static void height_grows_with_the_logarithm(void)
{
	start_anew();
	for (unsigned int i = 0; i < 2000; i++)
		allocate(1, 1);
	EXPECT(space.busy.root->height <= 15);
	while (nr_busy > 50)
		release(below(nr_busy), 1);
	EXPECT(space.busy.root->height <= 8);
	finish();
}

static const struct host_case cases[] = {
	HOST_CASE(agrees_with_the_model),
	HOST_CASE(full_and_half_and_full),
	HOST_CASE(odd_requests_fail),
	HOST_CASE(self_check_finds_damage),
	HOST_CASE(a_loop_leaves_one_run),
	HOST_CASE(height_grows_with_the_logarithm),
	{0},
};

int main(int argc, char **argv)
{
	return host_main("va_space", cases, argc, argv);
}
