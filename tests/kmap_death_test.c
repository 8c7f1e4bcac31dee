/* SPDX-License-Identifier: MIT */
/*
 * kunmap() where it must not be: in an interrupt. The suite is manual, tests/death.cfg boots it: a
 * BUG in an interrupt ends the machine, and cannot be caught.
 */
#include "kernel/sync/sched.h"
#include "kernel/sync/timer.h"
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

static struct kunit_case kmap_death_cases[] = {
	KUNIT_CASE(unmap_in_a_timer),
	{},
};

static struct kunit_suite kmap_death_suite = {
	.name = "kmap_death",
	.test_cases = kmap_death_cases,
	.manual = true,
};
kunit_test_suite(kmap_death_suite);
