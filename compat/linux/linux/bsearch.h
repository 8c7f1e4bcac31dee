/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/bsearch.h> for foreign sources: binary search.
 */
#ifndef COMPAT_LINUX_BSEARCH_H
#define COMPAT_LINUX_BSEARCH_H

#include "lib/bsearch.h"

#endif /* COMPAT_LINUX_BSEARCH_H */
