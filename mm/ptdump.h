/* SPDX-License-Identifier: MIT */
/*
 * Reading whole page tables: as runs of pages with equal rights, for people and for tests.
 */
#ifndef MM_PTDUMP_H
#define MM_PTDUMP_H

#include "mm/pgtable.h"

/*
 * Neighbouring mappings of one size and with the same rights. Accessed and Dirty do not count;
 * frames may be anything. [start, last], @last being the last byte, so the top page can be told.
 */
struct pt_run {
	unsigned long start;
	unsigned long last;
	enum pg_level level;
	entry_t flags;
};

/*
 * ptdump_walk() - call @note for each run of present mappings in [@start, @last], lowest first, in
 * the tables that the CPU uses now. Task context; tables must not change meanwhile.
 */
void ptdump_walk(unsigned long start, unsigned long last,
		 void (*note)(const struct pt_run *run, void *ctx), void *ctx);

/* ptdump_print() - the runs of [@start, @last] as a table, with the regions they lie in. */
void ptdump_print(unsigned long start, unsigned long last,
		  void (*print_line)(const char *fmt, ...));

#endif
