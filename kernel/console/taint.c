/* SPDX-License-Identifier: MIT */
/*
 * A word of bits, and its letters.
 */
#include "kernel/console/taint.h"
#include "lib/atomic.h"

static atomic_t tainted;
static const char letters[TAINT_FLAGS] = {[TAINT_BAD_PAGE] = 'B', [TAINT_WARN] = 'W'};

void add_taint(enum taint taint)
{
	atomic_or(1 << taint, &tainted);
}

bool test_taint(enum taint taint)
{
	return atomic_read(&tainted) >> taint & 1;
}

void clear_taint(enum taint taint)
{
	atomic_and(~(1 << taint), &tainted);
}

const char *print_tainted(void)
{
	static char text[sizeof("Tainted: ") + TAINT_FLAGS] = "Tainted: ";
	char *at = text + sizeof("Tainted: ") - 1;

	if (atomic_read(&tainted) == 0)
		return "Not tainted";
	for (int i = 0; i < TAINT_FLAGS; i++)
		if (test_taint(i))
			*at++ = letters[i];
	*at = '\0';
	return text;
}
