/* SPDX-License-Identifier: MIT */
/*
 * The invariant `pkmap_slots`: after every test, each slot of the window is where its count says.
 * One that is not is lost, or will be given to two pages; the test that did it would not notice.
 */
#include "lib/printf.h"
#include "mm/pkmap_internal.h"
#include "tests/invariant.h"
#include "tests/pkmap_pages.h"
#include "tests/wait_until.h"

/* Does any CPU's map say that the slot may be idle? */
static bool has_hint(unsigned int nr)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) if (test_bit(nr, per_cpu_ptr(&idle_hints, cpu)->map)) return true;
	return false;
}

/* How many places have the slot as a free one. */
static unsigned int places_of(unsigned int nr)
{
	unsigned int color = nr % PKMAP_COLORS, places = test_bit(nr, free_slots), cpu;

	for_each_online_cpu(cpu)
	{
		const struct pkmap_batch *batch = &per_cpu_ptr(&pkmap_batches, cpu)->of[color];

		places += nr >= READ_ONCE(batch->next) && nr < READ_ONCE(batch->end);
	}
	return places;
}

unsigned int kmap_slots_astray(void)
{
	unsigned int astray = 0;

	for (unsigned int nr = 0; nr < LAST_PKMAP; nr++) {
		int count = READ_ONCE(pkmap_count[nr]);

		astray +=
			count < 0 || places_of(nr) != (count == 0) || (count == 1 && !has_hint(nr));
	}
	return astray;
}

static void take_astray(struct invariant_state *now)
{
	now->value[0] = kmap_slots_astray();
}

/* An interrupt of another CPU may just be giving a slot back that the test has nothing to do with.
 */
static bool judge_astray(const struct invariant_state *before, const struct invariant_state *after,
			 char *why, size_t size)
{
	if (after->value[0] <= before->value[0])
		return true;
	snprintf(why, size, "%llu PKMAP slots are not where their count says, %llu were before",
		 after->value[0], before->value[0]);
	return wait_until(kmap_slots_astray() <= before->value[0]);
}
TEST_INVARIANT(pkmap_slots, take_astray, judge_astray);
