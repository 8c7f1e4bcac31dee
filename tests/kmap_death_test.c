/* SPDX-License-Identifier: MIT */
/*
 * kunmap() where it must not be: in an interrupt; and one kmap() more than can be counted. The
 * suite is manual, tests/death.cfg boots it: a BUG in an interrupt, or with a lock held, ends the
 * machine.
 */
#include "kernel/sync/sched.h"
#include "kernel/sync/timer.h"
#include "lib/limits.h"
#include "tests/pkmap_pages.h"

static void unmap(struct timer_list *timer)
{
	kunmap(virt_to_page(__text_start)); /* of a low page: it would do nothing elsewhere */
}

static DEFINE_TIMER(unmapping_timer, unmap);

static void unmap_in_a_timer(struct kunit *test)
{
	mod_timer(&unmapping_timer, jiffies + 1);
	schedule_timeout_uninterruptible(10 * HZ);
}

static void map_too_often(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];

	kmap(page);
	pkmap_count[kmap_slot_of(page)] = INT_MAX; /* as if it had been mapped as often */
	kmap(page);
}

static struct kunit_case kmap_death_cases[] = {
	KUNIT_CASE(unmap_in_a_timer),
	KUNIT_CASE(map_too_often),
	{},
};

static struct kunit_suite kmap_death_suite = {
	.name = "kmap_death",
	.test_cases = kmap_death_cases,
	.manual = true,
};
kunit_test_suite(kmap_death_suite);
