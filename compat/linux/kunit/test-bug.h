/* SPDX-License-Identifier: MIT */
/*
 * Linux's <kunit/test-bug.h> for foreign sources: the running test, for code under test.
 */
#ifndef COMPAT_KUNIT_TEST_BUG_H
#define COMPAT_KUNIT_TEST_BUG_H

#include "tests/kunit.h"

/* Fails the case that runs now, if one does, with a message. */
#define kunit_fail_current_test(...)                                                               \
	do {                                                                                       \
		if (kunit_get_current_test())                                                      \
			KUNIT_FAIL(kunit_get_current_test(), __VA_ARGS__);                         \
	} while (0)

#endif /* COMPAT_KUNIT_TEST_BUG_H */
