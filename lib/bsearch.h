/* SPDX-License-Identifier: MIT */
/*
 * Binary search, under the name that Linux's sources include; it lives beside sort().
 */
#ifndef LIB_BSEARCH_H
#define LIB_BSEARCH_H

#include "lib/sort.h"

#endif /* LIB_BSEARCH_H */
