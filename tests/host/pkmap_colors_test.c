/* SPDX-License-Identifier: MIT */
/*
 * The same with 32 slots in 4 colours, and 64-bit page-table entries: see pkmap_test.c.
 */
#include "tests/host/pkmap_test.c"
