/* SPDX-License-Identifier: MIT */
/*
 * Linux's <kunit/test.h> for foreign sources: the test framework.
 */
#ifndef COMPAT_KUNIT_TEST_H
#define COMPAT_KUNIT_TEST_H

#include "tests/kunit.h"
#include "linux/kernel.h"
#include "linux/module.h"
#include "linux/slab.h"
#include "linux/types.h"
#include "kunit/resource.h"

/* WRAPPER is an action that calls FN, a function of one pointer of another type. */
#define KUNIT_DEFINE_ACTION_WRAPPER(wrapper, fn, type)                                             \
	static void wrapper(void *context)                                                         \
	{                                                                                          \
		fn((type)context);                                                                 \
	}

/* Parameters out of ARRAY, described by their member MEMBER, a string. */
#define KUNIT_ARRAY_PARAM_DESC(name, array, member)                                                \
	static void name##_describe(__typeof__(&(array)[0]) param, char *desc)                     \
	{                                                                                          \
		strscpy(desc, param->member, KUNIT_PARAM_DESC_SIZE);                               \
	}                                                                                          \
	KUNIT_ARRAY_PARAM(name, array, name##_describe)

/* A copy of S until the case ends; NULL without memory, or of NULL. */
static inline char *kunit_kstrdup(struct kunit *test, const char *s, gfp_t gfp)
{
	size_t bytes = s ? strlen(s) + 1 : 0;
	char *copy = s ? kunit_kmalloc(test, bytes, gfp) : NULL;

	return copy ? memcpy(copy, s, bytes) : NULL;
}

#define KUNIT_SUBTEST_INDENT                 "    "
#define KUNIT_SUBSUBTEST_INDENT              "        "
#define kunit_test_init_section_suites(...)  kunit_test_suites(__VA_ARGS__)
#define kunit_test_init_section_suite(suite) kunit_test_suites(&(suite))

#endif /* COMPAT_KUNIT_TEST_H */
