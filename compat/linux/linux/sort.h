/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sort.h> for foreign sources: heap sort.
 */
#ifndef COMPAT_LINUX_SORT_H
#define COMPAT_LINUX_SORT_H

#include "lib/sort.h"
#include "lib/bsearch.h"

#endif /* COMPAT_LINUX_SORT_H */
