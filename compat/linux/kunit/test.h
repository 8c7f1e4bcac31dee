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

#define KUNIT_SUBTEST_INDENT                 "    "
#define KUNIT_SUBSUBTEST_INDENT              "        "
#define kunit_test_init_section_suites(...)  kunit_test_suites(__VA_ARGS__)
#define kunit_test_init_section_suite(suite) kunit_test_suites(&(suite))

#endif /* COMPAT_KUNIT_TEST_H */
