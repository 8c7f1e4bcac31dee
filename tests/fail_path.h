/* SPDX-License-Identifier: MIT */
/*
 * Allocating paths of the kernel, each to be led through failure at every one of its allocations.
 *
 *	static bool array_of_pages(void)
 *	{
 *		...build it; if that failed, give back what there is and return false
 *		...give it back
 *		return true;
 *	}
 *	FAIL_PATH(array_of_pages);
 *
 * The suite fail_path (tests/fail_path_test.c) runs each entry with its first allocation failing,
 * then with its second, and so on until none fails any more; each time nothing may be left behind.
 * Any file of tests/ may add one. A path must return false if the failure was not overcome, and be
 * repeatable; FAIL_PATH_FALLBACK() is for one that may succeed all the same, by another way, and
 * FAIL_PATH_SLOW() for one with more than some dozens of allocations.
 */
#ifndef TESTS_FAIL_PATH_H
#define TESTS_FAIL_PATH_H

#include "lib/compiler.h"

struct fail_path {
	const char *name;
	bool (*run)(void);
	bool fallback;
	bool slow;
};

#define __FAIL_PATH(fn, ...)                                                                       \
	static const struct fail_path __fail_path_##fn = {#fn, fn, __VA_ARGS__};                   \
	static const struct fail_path *const __fail_path_entry_##fn __used __section(              \
		".fail_paths") = &__fail_path_##fn
#define FAIL_PATH(fn)          __FAIL_PATH(fn, false, false)
#define FAIL_PATH_FALLBACK(fn) __FAIL_PATH(fn, true, false)
#define FAIL_PATH_SLOW(fn)     __FAIL_PATH(fn, false, true)

/* The table of the image, from linker.ld. */
extern const struct fail_path *const __fail_paths_start[], *const __fail_paths_end[];

#endif /* TESTS_FAIL_PATH_H */
