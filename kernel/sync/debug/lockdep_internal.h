/* SPDX-License-Identifier: MIT */
/*
 * What the files of lockdep share: the tables. lockdep.c keeps them, lockdep_graph.c searches
 * them, lockdep_report.c prints them. All of it under the graph's lock, interrupts off.
 */
#ifndef KERNEL_SYNC_DEBUG_LOCKDEP_INTERNAL_H
#define KERNEL_SYNC_DEBUG_LOCKDEP_INTERNAL_H

#include "kernel/sync/lockdep.h"
#include "lib/bitmap.h"

#define MAX_CLASSES   512
#define MAX_EDGES     2048
#define MAX_CPU_LOCKS 32
#define TRACE_DEPTH   8

/* Where something was seen first: return addresses, innermost first; 0 behind the last. */
struct lock_trace {
	unsigned long ip[TRACE_DEPTH];
};

/*
 * How a class was ever used. USED_IN: taken in that context, or taken (_READ) for reading only.
 * ON: taken, or released, while that kind of interrupt could come.
 */
enum lock_usage {
	USED_IN_HARDIRQ,
	USED_IN_HARDIRQ_READ,
	HARDIRQ_ON,
	HARDIRQ_ON_READ,
	USED_IN_SOFTIRQ,
	USED_IN_SOFTIRQ_READ,
	SOFTIRQ_ON,
	SOFTIRQ_ON_READ,
	IRQS_OFF, /* taken with interrupts off, by whomever */
	IPI_WAIT, /* held while waiting for other CPUs */
	NR_LOCK_USAGES
};

#define USAGE(u)      (1u << (u))
#define USED_IN(bit)  (USAGE(bit) | USAGE((bit) + 1))
#define IRQ_STATES    2 /* hardirq and softirq: 4 bits each */
#define STATE_USED(s) ((s)*4u)
#define STATE_ON(s)   ((s)*4u + 2)

struct lock_class {
	const u8 *key; /* NULL: a free entry */
	const char *name;
	unsigned int subclass;
	unsigned int usage;
	unsigned long count; /* acquisitions */
	struct lock_trace seen[NR_LOCK_USAGES];
};

/* @to was taken while @from was held. */
struct lock_edge {
	u16 from, to;
	struct lock_trace trace;
};

extern struct lock_class lock_classes[MAX_CLASSES];
extern struct lock_edge lock_edges[MAX_EDGES];
extern unsigned int nr_lock_classes, nr_lock_edges;

/* ---- lockdep_graph.c ---- */

bool graph_has(unsigned int from, unsigned int to);
void graph_add(unsigned int from, unsigned int to);
void graph_forget(unsigned int class);

/* A way through the graph. */
struct lock_path {
	unsigned int length;
	u16 class[16];
};

/*
 * Finds a way from @from, itself included, along the edges (or @backwards) to a class of which
 * @wanted says true; fills @path, from @from on, cut where it is too long.
 */
bool graph_search(unsigned int from, bool backwards,
		  bool (*wanted)(unsigned int class, unsigned int arg), unsigned int arg,
		  struct lock_path *path);

/* ---- lockdep_report.c ---- */

/* What was found; printed when the graph's lock is dropped. */
void report_recursion(unsigned int class, const struct held_lock *held, unsigned long site);
void report_circle(unsigned int held, unsigned int taken, const struct lock_trace *now,
		   const struct lock_path *path);
void report_usage(unsigned int class, enum lock_usage now, enum lock_usage before);
void report_inversion(const struct lock_path *path, enum lock_usage first, enum lock_usage last);
void report_ipi_wait(unsigned int class);
bool report_pending(void);
void report_print(void);

#endif
