/* SPDX-License-Identifier: MIT */
/*
 * What no test may change: the frame of invariants around every case.
 *
 * An invariant is a named snapshot of up to INVARIANT_VALUES numbers (free pages of each zone,
 * locks held, the interrupt flag), taken before a case and again after its exit and clean-up. If
 * the two differ, the case has failed, with a line that names the invariant and the numbers: a
 * leak is found in the test that leaks, not three tests later.
 *
 *	static void count_free(struct invariant_state *now)
 *	{
 *		now->value[0] = nr_free_pages();
 *	}
 *	TEST_INVARIANT(free_pages, count_free, NULL);
 *
 * Any file of a floor that may include tests/ can add one; it is found by its linker section.
 */
#ifndef TESTS_INVARIANT_H
#define TESTS_INVARIANT_H

#include "lib/compiler.h"

#define INVARIANT_VALUES 8
#define MAX_INVARIANTS   16 /* more of them in the table is a BUG at the first case */

struct invariant_state {
	u64 value[INVARIANT_VALUES]; /* zero where snapshot writes nothing */
};

struct test_invariant {
	const char *name;
	/* Takes the state, without changing it. */
	void (*snapshot)(struct invariant_state *now);
	/*
	 * Whether AFTER is as good as BEFORE; if not, writes the reason to WHY. NULL: they must be
	 * equal, and the first value that is not is named.
	 */
	bool (*compare)(const struct invariant_state *before, const struct invariant_state *after,
			char *why, size_t size);
	/* Where it does not hold: puts right what the other snapshots need. NULL: nothing. */
	void (*mend)(const struct invariant_state *before);
	const char *names[INVARIANT_VALUES]; /* of the values; NULL: its number must do */
};

#define TEST_INVARIANT(id, take, judge)                                                            \
	__TEST_INVARIANT(id, ".invariants", .snapshot = take, .compare = judge)
/* One whose values have names. */
#define TEST_INVARIANT_NAMED(id, take, ...)                                                        \
	__TEST_INVARIANT(id, ".invariants", .snapshot = take, .names = {__VA_ARGS__})
/* One that comes before the others, since what it mends would trouble those. */
#define TEST_INVARIANT_FIRST(id, take, put_right, ...)                                             \
	__TEST_INVARIANT(id, ".invariants_first", .snapshot = take, .mend = put_right,             \
			 .names = {__VA_ARGS__})

#define __TEST_INVARIANT(id, section, ...)                                                         \
	static const struct test_invariant __invariant_##id = {.name = #id, __VA_ARGS__};          \
	static const struct test_invariant *const __invariant_entry_##id __used __section(         \
		section) = &__invariant_##id

struct invariant_frame {
	struct invariant_state before[MAX_INVARIANTS];
};

/* Takes all snapshots. */
void invariants_begin(struct invariant_frame *frame);

/*
 * Compares them with the state now. Calls BROKEN(ARG, name, why) for each that does not hold;
 * returns how many these are.
 */
unsigned int invariants_end(const struct invariant_frame *frame,
			    void (*broken)(void *arg, const char *name, const char *why),
			    void *arg);

#endif /* TESTS_INVARIANT_H */
