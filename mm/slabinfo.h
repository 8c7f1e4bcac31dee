/* SPDX-License-Identifier: MIT */
/*
 * /proc/slabinfo, version 2.1, and the check of all caches.
 */
#ifndef MM_SLABINFO_H
#define MM_SLABINFO_H

/* Calls PRINT_LINE for each line, without '\n'. Any context but NMI. */
void slabinfo_show(void (*print_line)(const char *fmt, ...));

/*
 * kmem_cache_validate() of every cache, in the contexts where that may be: a line for each with
 * reports. Returns all reports.
 */
unsigned long slabinfo_validate(void (*print_line)(const char *fmt, ...));

#endif /* MM_SLABINFO_H */
