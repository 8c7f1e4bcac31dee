/* SPDX-License-Identifier: MIT */
/*
 * See slabinfo.h. The tunables are a magazine's: its size, and what is moved at once.
 */
#include "mm/slabinfo.h"
#include "mm/slab_internal.h"

struct report {
	void (*print_line)(const char *fmt, ...);
	unsigned long reports;
};

static void show(struct kmem_cache *s, void *arg)
{
	const struct report *to = arg;

	to->print_line("%-17s %6lu %6lu %6u %4u %4u : tunables %4u %4u %4u : slabdata %6lu %6lu "
		       "%6u",
		       s->name, kmem_cache_active(s), s->nr_objects, s->size,
		       (unsigned int)(PAGE_SIZE << s->order) / s->size, 1u << s->order, s->limit,
		       s->batch, 0u, s->nr_slabs - s->nr_empty, s->nr_slabs, 0u);
}

void slabinfo_show(void (*print_line)(const char *fmt, ...))
{
	struct report to = {print_line, 0};

	print_line("slabinfo - version: 2.1");
	print_line("# name            <active_objs> <num_objs> <objsize> <objperslab> "
		   "<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata "
		   "<active_slabs> <num_slabs> <sharedavail>");
	kmem_cache_for_each(show, &to);
}

static void validate(struct kmem_cache *s, void *arg)
{
	struct report *to = arg;
	unsigned long reports = kmem_cache_validate(s);

	to->reports += reports;
	if (reports)
		to->print_line("%s: %lu reports", s->name, reports);
}

unsigned long slabinfo_validate(void (*print_line)(const char *fmt, ...))
{
	struct report to = {print_line, 0};

	kmem_cache_for_each(validate, &to);
	return to.reports;
}
