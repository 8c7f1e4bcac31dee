/* SPDX-License-Identifier: MIT */
/*
 * Linux's <kunit/assert.h> for foreign sources: the test framework.
 */
#ifndef COMPAT_KUNIT_ASSERT_H
#define COMPAT_KUNIT_ASSERT_H

#include "tests/kunit.h"

#endif /* COMPAT_KUNIT_ASSERT_H */
