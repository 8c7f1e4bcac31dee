/* SPDX-License-Identifier: MIT */
/*
 * Linux's <kunit/visibility.h> for foreign sources: what is static but for tests is static.
 */
#ifndef COMPAT_KUNIT_VISIBILITY_H
#define COMPAT_KUNIT_VISIBILITY_H

#define VISIBLE_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol) extern __typeof__(symbol) symbol

#endif /* COMPAT_KUNIT_VISIBILITY_H */
