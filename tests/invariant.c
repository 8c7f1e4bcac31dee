/* SPDX-License-Identifier: MIT */
/*
 * The frame of invariants: see tests/invariant.h. A frame is a plain array of snapshots in the
 * order of the linker's table, so that taking one costs nothing but the snapshots themselves.
 */
#include "tests/invariant.h"

#include "lib/bug.h"
#include "lib/printf.h"
#include "lib/string.h"

extern const struct test_invariant *const __invariants_start[], *const __invariants_end[];

static size_t nr_invariants(void)
{
	size_t n = __invariants_end - __invariants_start;

	BUG_ON(n > MAX_INVARIANTS);
	return n;
}

void invariants_begin(struct invariant_frame *frame)
{
	size_t i;

	for (i = 0; i < nr_invariants(); i++) {
		memset(&frame->before[i], 0, sizeof(frame->before[i]));
		__invariants_start[i]->snapshot(&frame->before[i]);
	}
}

static bool equal(const struct test_invariant *invariant, const struct invariant_state *before,
		  const struct invariant_state *after, char *why, size_t size)
{
	char number[12];
	unsigned int i;

	for (i = 0; i < INVARIANT_VALUES; i++) {
		if (before->value[i] == after->value[i])
			continue;
		snprintf(number, sizeof(number), "value %u", i);
		snprintf(why, size, "%s was %llu (0x%llx), is %llu (0x%llx)",
			 invariant->names[i] ? invariant->names[i] : number, before->value[i],
			 before->value[i], after->value[i], after->value[i]);
		return false;
	}
	return true;
}

unsigned int invariants_end(const struct invariant_frame *frame,
			    void (*broken)(void *arg, const char *name, const char *why), void *arg)
{
	unsigned int nr_broken = 0;
	size_t i;

	for (i = 0; i < nr_invariants(); i++) {
		const struct test_invariant *invariant = __invariants_start[i];
		struct invariant_state after = {{0}};
		char why[120] = "";
		bool holds;

		invariant->snapshot(&after);
		if (invariant->compare)
			holds = invariant->compare(&frame->before[i], &after, why, sizeof(why));
		else
			holds = equal(invariant, &frame->before[i], &after, why, sizeof(why));
		if (holds)
			continue;
		if (invariant->mend)
			invariant->mend(&frame->before[i]);
		nr_broken++;
		broken(arg, invariant->name, why);
	}
	return nr_broken;
}
