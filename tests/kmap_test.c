/* SPDX-License-Identifier: MIT */
/*
 * Proves kmap() edge by edge, as far as one task can: the states of a slot, the order in which
 * slots are taken, laziness, what a flush does and how often there is one, and misuse.
 */
#include "boot/layout.h"
#include "kernel/cpu/extable.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/sched.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/pkmap_internal.h"
#include "tests/pkmap_pages.h"
#include "tests/wait_until.h"

static bool readable(const void *va)
{
	u32 word;

	return copy_from_kernel_nofault(&word, va, sizeof(word)) == 0;
}

/* A low page has its address already: no slot changes. */
static void low_pages_take_no_slot(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int *before = kunit_kmalloc(test, sizeof(pkmap_count), GFP_KERNEL);
	void *va;

	KUNIT_ASSERT_NOT_NULL(test, before);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memcpy(before, pkmap_count, sizeof(pkmap_count));
	va = kmap(page);
	KUNIT_EXPECT_PTR_EQ(test, va, __va(page_to_phys(page)));
	KUNIT_EXPECT_MEMEQ(test, before, pkmap_count, sizeof(pkmap_count));
	kunmap(page);
	KUNIT_EXPECT_MEMEQ(test, before, pkmap_count, sizeof(pkmap_count));
	__free_page(page);
}

/* A page that is mapped twice has one slot, whose count tells so. */
static void one_page_has_one_slot(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	unsigned int used = kmap_slots_in_use(), nr;
	u32 *va = kmap(page);

	nr = PKMAP_NR((unsigned long)va);
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 2);
	KUNIT_EXPECT_PTR_EQ(test, kmap(page), (void *)va);
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 3);
	KUNIT_EXPECT_EQ(test, kmap_slots_in_use(), used + 1);
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), (void *)va);
	KUNIT_EXPECT_EQ(test, pgtable_walk((unsigned long)va).phys, page_to_phys(page));
	kunmap(page);
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 2);
	kunmap(page);
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 1);
}

/* What is written through one kind of map is read through another. */
static void kinds_of_maps_show_one_page(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	u32 *va = kmap(page), *other;

	va[0] = 0x600d600d;
	va[PAGE_SIZE / 4 - 1] = 0x12345678;
	other = kmap_atomic(page);
	KUNIT_EXPECT_EQ(test, other == va, kmap_mode == KMAP_REUSE);
	KUNIT_EXPECT_EQ(test, other[0], 0x600d600du);
	KUNIT_EXPECT_EQ(test, other[PAGE_SIZE / 4 - 1], 0x12345678u);
	other[0] = 7;
	kunmap_atomic(other);
	KUNIT_EXPECT_EQ(test, va[0], 7u);
	kunmap(page);
}

/* An idle slot is taken again by its page: the old address, at once, and no flush. */
static void idle_slots_are_revived(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	unsigned int color = get_pkmap_color(page), last;
	struct pkmap_counters before, after;
	void *va = kmap(page);

	kunmap(page);
	before = pkmap_counters_sum();
	last = pkmap_position(color);
	KUNIT_EXPECT_PTR_EQ(test, kmap(page), va);
	after = pkmap_counters_sum();
	KUNIT_EXPECT_EQ(test, pkmap_count[kmap_slot_of(page)], 2);
	KUNIT_EXPECT_EQ(test, after.flushes, before.flushes);
	KUNIT_EXPECT_EQ(test, after.maps, before.maps);
	KUNIT_EXPECT_EQ(test, after.revivals, before.revivals + 1);
	KUNIT_EXPECT_EQ(test, pkmap_position(color), last);
	kunmap(page);
}

/* Slots are taken forward, one after the other, from the one after the last. */
static void slots_are_taken_in_order(struct kunit *test)
{
	const unsigned int n = min(3u, LAST_PKMAP / PKMAP_COLORS - 1u);
	struct page **pages = kmap_test_pages(test, n, 0);
	unsigned int i;

	kmap_flush_unused();
	lock_kmap();
	pkmap_search_from(0, 0);
	unlock_kmap();
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_PTR_EQ(test, kmap(pages[i]),
				    (void *)PKMAP_ADDR((i + 1) * PKMAP_COLORS));
		KUNIT_EXPECT_EQ(test, get_pkmap_color(pages[i]),
				kmap_slot_of(pages[i]) % PKMAP_COLORS);
	}
	for (i = 0; i < n; i++)
		kunmap(pages[i]);
}

/* After the last kunmap() all is as it was, until a flush; then nothing is left. */
static void unmapping_is_lazy(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	unsigned int nr;
	u32 *va = kmap(page);

	nr = kmap_slot_of(page);
	*va = 0x1a2b3c4d;
	kunmap(page);
	KUNIT_EXPECT_TRUE(test, entry_present(*pkmap_entry(nr)));
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), (void *)va);
	KUNIT_EXPECT_TRUE(test, readable(va));
	kmap_flush_unused();
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 0);
	KUNIT_EXPECT_NULL(test, page_address(page));
	KUNIT_EXPECT_FALSE(test, entry_present(*pkmap_entry(nr)));
	KUNIT_EXPECT_FALSE(test, readable(va));
}

/* A flush takes idle slots only. */
static void a_flush_spares_what_is_used(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, -1);
	u32 *used = kmap(pages[0]), *idle = kmap(pages[1]);

	*used = 5;
	kunmap(pages[1]);
	kmap_flush_unused();
	KUNIT_EXPECT_PTR_EQ(test, page_address(pages[0]), (void *)used);
	KUNIT_EXPECT_EQ(test, *used, 5u);
	KUNIT_EXPECT_NULL(test, page_address(pages[1]));
	KUNIT_EXPECT_FALSE(test, readable(idle));
	kunmap(pages[0]);
}

/* N maps of different pages cost N / LAST_PKMAP flushes; each page is found in its slot. */
static void a_flush_serves_a_whole_window(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, KMAP_TEST_PAGES, -1);
	struct pkmap_counters before = pkmap_counters_sum(), after;

	for (unsigned int i = 0; i < 10 * LAST_PKMAP; i++) {
		u32 *va = kmap(pages[i % KMAP_TEST_PAGES]);

		*va = i;
		kunmap(pages[i % KMAP_TEST_PAGES]);
	}
	after = pkmap_counters_sum();
	KUNIT_EXPECT_EQ(test, after.maps - before.maps, 10u * LAST_PKMAP);
	KUNIT_EXPECT_GE(test, after.flushes - before.flushes, 9u);
	KUNIT_EXPECT_LE(test, after.flushes - before.flushes, 10u * PKMAP_COLORS + 1);
	KUNIT_EXPECT_EQ(test, after.wakes, before.wakes);
	KUNIT_EXPECT_EQ(test, after.sleeps, before.sleeps);
}

/* What was idle before a wrap is somebody else's after it, and shows his page. */
static void slots_show_their_new_page(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, KMAP_TEST_PAGES, -1);
	unsigned int i;

	for (i = 0; i < KMAP_TEST_PAGES; i++) {
		*(u32 *)kmap(pages[i]) = i;
		kunmap(pages[i]);
	}
	for (unsigned int round = 0; round < 2; round++)
		for (i = 0; i < KMAP_TEST_PAGES; i++) {
			KUNIT_ASSERT_EQ(test, *(u32 *)kmap(pages[i]), i);
			kunmap(pages[i]);
		}
}

/* kmap_high_get() takes what is there, idle too, and makes nothing. */
static void get_takes_only_what_is_mapped(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	struct pkmap_counters before = pkmap_counters_sum();
	void *va;

	KUNIT_EXPECT_NULL(test, kmap_high_get(page));
	KUNIT_EXPECT_EQ(test, pkmap_counters_sum().maps, before.maps);
	va = kmap(page);
	kunmap(page);
	KUNIT_ASSERT_PTR_EQ(test, kmap_high_get(page), va);
	KUNIT_EXPECT_EQ(test, pkmap_count[kmap_slot_of(page)], 2);
	kunmap_high(page);
	KUNIT_EXPECT_EQ(test, pkmap_count[kmap_slot_of(page)], 1);
}

static void too_many_unmaps_are_bugs(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];

	KUNIT_EXPECT_BUG(test, "*", kunmap(page)); /* never mapped */
	kmap(page);
	kunmap(page);
	KUNIT_EXPECT_BUG(test, "*", kunmap(page)); /* once too often */
	KUNIT_EXPECT_EQ(test, pkmap_count[kmap_slot_of(page)], 1);
}

/* One reference more than can be counted would make the slot look claimed. */
static void too_many_references_are_a_bug(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	unsigned int nr;
	void *va = kmap(page);

	nr = kmap_slot_of(page);
	pkmap_count[nr] = INT_MAX - 1; /* as if it had been mapped as often */
	KUNIT_EXPECT_PTR_EQ(test, kmap_high_get(page), va);
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], INT_MAX);
	KUNIT_EXPECT_BUG(test, "*count == *", kmap_high_get(page));
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], INT_MAX);
	pkmap_count[nr] = 3;
	kunmap(page);
	kunmap(page);
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 1);
}

/* Slots and addresses are each other's inverse; from an address back to its page. */
static void addresses_lead_back(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0], *low = virt_to_page(__text_start);
	char *va;

	for (unsigned int nr = 0; nr < LAST_PKMAP; nr++) {
		KUNIT_ASSERT_EQ(test, PKMAP_NR(PKMAP_ADDR(nr)), nr);
		KUNIT_ASSERT_EQ(test, PKMAP_NR(PKMAP_ADDR(nr) + PAGE_SIZE - 1), nr);
		KUNIT_ASSERT_TRUE(test, is_kmap_addr((void *)PKMAP_ADDR(nr)));
	}
	KUNIT_EXPECT_FALSE(test, is_kmap_addr((void *)PKMAP_END));
	KUNIT_EXPECT_FALSE(test, is_kmap_addr((void *)(PKMAP_BASE - 1)));
	va = kmap(page);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(va + 77), page);
	kunmap(page);
	va = kmap_atomic(page);
	KUNIT_EXPECT_TRUE(test, is_kmap_addr(va));
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(va + 4095), page);
	kunmap_atomic(va);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(lowmem_page_address(low)), low);
	KUNIT_EXPECT_FALSE(test, is_kmap_addr(lowmem_page_address(low)));
}

/* One map shows one page, whatever lies behind it in memory. */
static void overruns_fault_in_debug_builds(struct kunit *test)
{
	struct page *block;
	char *va;

	if (PKMAP_INCR == 1)
		kunit_skip(test, "only debug builds have guard pages between the slots");
	block = alloc_pages(GFP_HIGHUSER, 1);
	KUNIT_ASSERT_NOT_NULL(test, block);
	va = kmap(block);
	KUNIT_EXPECT_TRUE(test, readable(va + PAGE_SIZE - 4));
	KUNIT_EXPECT_FALSE(test, readable(va + PAGE_SIZE));
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(va + PAGE_SIZE - 1), block);
	KUNIT_EXPECT_WARN(test, "*past the end of a slot*",
			  KUNIT_EXPECT_NULL(test, kmap_to_page(va + PAGE_SIZE)));
	kunmap(block);
	__free_pages(block, 1);
}

/* What colours have: slots, and an order in which they are looked at; 0 follows the last one. */
static void the_search_goes_on_at_the_next_index(struct kunit *test)
{
	const unsigned int n = min(2u, LAST_PKMAP / PKMAP_COLORS - 1u);
	unsigned int nr, color, i;

	lock_kmap();
	for (color = 0; color < PKMAP_COLORS; color++) {
		KUNIT_EXPECT_EQ(test, get_pkmap_entries_count(color), LAST_PKMAP / PKMAP_COLORS);
		pkmap_search_from(color, LAST_PKMAP - (n + 1) * PKMAP_COLORS + color);
		for (i = n; i; i--) {
			nr = get_next_pkmap_nr(color);
			KUNIT_EXPECT_EQ(test, nr, LAST_PKMAP - i * PKMAP_COLORS + color);
			KUNIT_EXPECT_FALSE(test, no_more_pkmaps(nr, color));
		}
		nr = get_next_pkmap_nr(color);
		KUNIT_EXPECT_EQ(test, nr, color);
		KUNIT_EXPECT_TRUE(test, no_more_pkmaps(nr, color));
		KUNIT_EXPECT_EQ(test, get_next_pkmap_nr(color), color + PKMAP_COLORS);
	}
	unlock_kmap();
}

static void the_lock_turns_interrupts_off_if_asked(struct kunit *test)
{
	unsigned long flags;

	lock_kmap();
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	unlock_kmap();
	lock_kmap_any(flags);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&kmap_lock));
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	unlock_kmap_any(flags);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&kmap_lock));
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

/* What the report said, as far as it fits. */
static char report[16384];
static size_t report_length;

static void keep_line(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report_length += (size_t)vscnprintf(report + report_length, sizeof(report) - report_length,
					    fmt, args);
	va_end(args);
	report_length +=
		(size_t)scnprintf(report + report_length, sizeof(report) - report_length, "\n");
}

/* An address that kmap() gave stands in the report, with slot, count and frame; and the counters.
 */
static void the_report_shows_what_is_mapped(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	char wanted[80];

	kmap(page);
	kmap(page);
	report_length = 0;
	pkmap_show(keep_line);
	snprintf(wanted, sizeof(wanted), "%4u  0x%08lx  %5d  0x%06lx  shared", kmap_slot_of(page),
		 (unsigned long)page_address(page), 3, page_to_pfn(page));
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(report, wanted), "no \"%s\" in:\n%s", wanted,
				  report);
	snprintf(wanted, sizeof(wanted), "maps %u revivals %u", pkmap_counters_sum().maps,
		 pkmap_counters_sum().revivals);
	KUNIT_EXPECT_NOT_NULL(test, strstr(report, wanted));
	if (PKMAP_DEBUG)
		KUNIT_EXPECT_NOT_NULL(test, strstr(report, "the_report_shows_what_is_mapped"));
	kunmap(page);
	kunmap(page);
}

static struct kunit_case kmap_cases[] = {
	KUNIT_CASE(low_pages_take_no_slot),
	KUNIT_CASE(one_page_has_one_slot),
	KUNIT_CASE(kinds_of_maps_show_one_page),
	KUNIT_CASE(idle_slots_are_revived),
	KUNIT_CASE(slots_are_taken_in_order),
	KUNIT_CASE(unmapping_is_lazy),
	KUNIT_CASE(a_flush_spares_what_is_used),
	KUNIT_CASE(a_flush_serves_a_whole_window),
	KUNIT_CASE(slots_show_their_new_page),
	KUNIT_CASE(get_takes_only_what_is_mapped),
	KUNIT_CASE(too_many_unmaps_are_bugs),
	KUNIT_CASE(too_many_references_are_a_bug),
	KUNIT_CASE(addresses_lead_back),
	KUNIT_CASE(overruns_fault_in_debug_builds),
	KUNIT_CASE(the_search_goes_on_at_the_next_index),
	KUNIT_CASE(the_lock_turns_interrupts_off_if_asked),
	KUNIT_CASE(the_report_shows_what_is_mapped),
	{},
};

static struct kunit_suite kmap_suite = {
	.name = "kmap",
	.init = kmap_test_init,
	.test_cases = kmap_cases,
	.quick = true,
};
kunit_test_suite(kmap_suite);
