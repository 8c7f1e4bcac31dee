/* SPDX-License-Identifier: MIT */
/*
 * The state of the page allocator in Linux's formats.
 */
#ifndef MM_SHOW_MEM_H
#define MM_SHOW_MEM_H

/*
 * show_mem() - "Mem-Info:" into the log: what is free, zone by zone, with marks, reserves and
 * blocks. Part of the report of a failed allocation. Any context but NMI.
 *
 * buddyinfo_show(), zoneinfo_show() - /proc/buddyinfo and /proc/zoneinfo, line by line, through
 * @print_line. Counters are read without locks, a zone's at about the same time.
 */
void show_mem(void);
void buddyinfo_show(void (*print_line)(const char *fmt, ...));
void zoneinfo_show(void (*print_line)(const char *fmt, ...));

#endif /* MM_SHOW_MEM_H */
