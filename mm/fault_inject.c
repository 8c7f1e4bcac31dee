/* SPDX-License-Identifier: MIT */
/*
 * Which request fails.
 *
 * The random numbers begin with the same seed at each setting, so a run that found something can
 * be repeated. A request belongs to a site if one of its callers lies in that function, found by
 * walking the stack: slow, and only done for attributes that have a site.
 *
 * Locking: fault_lock guards all attributes and the counter of fault_nth(). It is taken with
 * interrupts off, since interrupt handlers allocate too; reports are made outside of it.
 */
#include "mm/fault_inject.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/console/symbols.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/fail_page_alloc.h"
#include "mm/failslab.h"

#define SITE_DEPTH 32 /* callers that are looked at */
#define SEED       1

struct fault_attr *const fault_attrs[FAULT_ATTRS + 1] = {&fail_page_alloc, &failslab, NULL};

static DEFINE_SPINLOCK(fault_lock);
static struct rnd_state rnd = {SEED};

/* The request that fault_nth() waits for, counted down; what was counted, and whether it came. */
static unsigned int nth_left, nth_seen;
static bool nth_done;

/* --- where a request comes from --------------------------------------------------------------- */

struct search {
	const struct fault_attr *attr;
	unsigned int depth;
	bool found;
};

static bool look_at_caller(unsigned long address, void *arg)
{
	struct search *search = arg;

	/* A return address may be the first byte behind the function. */
	search->found = address - 1 - search->attr->site_start < search->attr->site_size;
	return !search->found && ++search->depth < SITE_DEPTH;
}

static bool is_of_site(const struct fault_attr *attr)
{
	struct search search = {.attr = attr};

	if (!attr->site || control(fail_site_ignored))
		return true;
	walk_stack((unsigned long)__builtin_frame_address(0), look_at_caller, &search);
	return search.found;
}

/* --- does it fail ----------------------------------------------------------------------------- */

/* Armed is who could still make something fail. Under fault_lock. */
static void update(struct fault_attr *attr)
{
	bool armed = nth_left != 0 || (attr->probability != 0 && attr->times != 0);

	if (armed == attr->armed)
		return;
	attr->armed = armed;
	if (attr->arm)
		attr->arm(armed);
}

static void update_all(void)
{
	for (struct fault_attr *const *attr = fault_attrs; *attr; attr++)
		update(*attr);
}

/* Is it the one that fault_nth() waits for? */
static bool is_nth(void)
{
	if (nth_left == 0 || !in_task())
		return false;
	nth_seen++;
	if (--nth_left != 0)
		return false;
	nth_done = true;
	update_all();
	return true;
}

/* Do the four numbers say so? */
static bool is_drawn(struct fault_attr *attr, size_t size)
{
	if (attr->probability == 0 || attr->times == 0)
		return false;
	if (attr->space > 0 && (size_t)attr->space >= size) {
		attr->space -= (int)size;
		return false;
	}
	if (attr->seen % attr->interval != 0)
		return false;
	if (attr->probability <= prandom_u32_below(&rnd, 100))
		return false;
	if (attr->times > 0 && !control(fail_times_ignored))
		attr->times--;
	update(attr);
	return true;
}

static void report(const struct fault_attr *attr, bool last)
{
	pr_notice("FAULT_INJECTION: forcing a failure.\n");
	pr_notice("name %s, interval %lu, probability %lu, space %d, times %d\n", attr->name,
		  attr->interval, attr->probability, attr->space, attr->times);
	dump_stack();
	if (last)
		pr_notice("FAULT_INJECTION: further failures of %s are not shown\n", attr->name);
}

bool should_fail(struct fault_attr *attr, size_t size)
{
	unsigned int verbose = 0;
	unsigned long flags;
	bool nth, drawn;

	if (!is_of_site(attr))
		return false;
	spin_lock_irqsave(&fault_lock, flags);
	attr->seen++;
	nth = is_nth();
	drawn = !nth && is_drawn(attr, size);
	attr->failed += nth || drawn;
	if (drawn) {
		verbose = attr->verbose;
		attr->verbose -= verbose != 0;
	}
	spin_unlock_irqrestore(&fault_lock, flags);
	if (verbose)
		report(attr, verbose == 1);
	return nth || drawn;
}

bool fault_nth(unsigned int n)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&fault_lock, flags);
	done = nth_done;
	nth_left = n;
	if (n != 0) {
		nth_done = false;
		nth_seen = 0;
	}
	update_all();
	spin_unlock_irqrestore(&fault_lock, flags);
	return done;
}

unsigned int fault_nth_seen(void)
{
	return nth_seen;
}

/* --- settings --------------------------------------------------------------------------------- */

struct fault_attr *fault_attr_find(const char *name)
{
	for (struct fault_attr *const *attr = fault_attrs; *attr; attr++)
		if (strcmp((*attr)->name, name) == 0)
			return *attr;
	return NULL;
}

/* Up to a comma or the end; *TEXT moves behind it. */
static bool parse_number(const char **text, long min, long max, long *value)
{
	char *end;

	*value = simple_strtol(*text, &end, 10);
	if (end == *text || *value < min || *value > max || (*end && *end != ','))
		return false;
	*text = *end ? end + 1 : end;
	return true;
}

/* The function called NAME into ATTR; false if there is none. */
static bool find_site(struct fault_attr *attr, const char *name)
{
	unsigned long address;

	attr->site = NULL;
	if (!name || !*name)
		return true;
	address = symbol_address(name);
	if (address == 0)
		return false;
	attr->site = symbol_lookup(address, NULL, &attr->site_size);
	attr->site_start = address;
	return attr->site;
}

void fault_attr_apply(struct fault_attr *attr, const struct fault_attr *setting)
{
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&fault_lock, flags);
	armed = attr->armed;
	*attr = *setting;
	attr->armed = armed;
	attr->seen = attr->failed = 0;
	prandom_seed_state(&rnd, SEED);
	update(attr);
	spin_unlock_irqrestore(&fault_lock, flags);
}

int fault_attr_set(struct fault_attr *attr, const char *text)
{
	struct fault_attr new = *attr;
	long interval, probability, space, times;

	if (!parse_number(&text, 1, LONG_MAX, &interval) ||
	    !parse_number(&text, 0, 100, &probability) ||
	    !parse_number(&text, 0, INT_MAX, &space) || !parse_number(&text, -1, INT_MAX, &times))
		return -EINVAL;
	new.interval = (unsigned long)interval;
	new.probability = (unsigned long)probability;
	new.space = (int)space;
	new.times = (int)times;
	if (!find_site(&new, text))
		return -EINVAL;
	fault_attr_apply(attr, &new);
	return 0;
}

int fault_attr_set_site(struct fault_attr *attr, const char *name)
{
	struct fault_attr new = *attr;

	if (!find_site(&new, name))
		return -EINVAL;
	fault_attr_apply(attr, &new);
	return 0;
}

void fault_attr_reset(struct fault_attr *attr)
{
	struct fault_attr new = FAULT_ATTR_INIT(attr->name, attr->arm);

	fault_attr_apply(attr, &new);
}

void fault_suspend(struct fault_settings *saved, bool quiet)
{
	for (unsigned int i = 0; i < FAULT_ATTRS; i++) {
		saved->attr[i] = *fault_attrs[i];
		fault_attr_reset(fault_attrs[i]);
		if (quiet)
			fault_attrs[i]->verbose = 0;
	}
}

void fault_resume(const struct fault_settings *saved)
{
	fault_nth(0);
	for (unsigned int i = 0; i < FAULT_ATTRS; i++)
		fault_attr_apply(fault_attrs[i], &saved->attr[i]);
}

void fault_attr_show(const struct fault_attr *attr, void (*print_line)(const char *fmt, ...))
{
	print_line("%s=%lu,%lu,%d,%d%s%s min-order=%u verbose=%u", attr->name, attr->interval,
		   attr->probability, attr->space, attr->times, attr->site ? "," : "",
		   attr->site ? attr->site : "", attr->min_order, attr->verbose);
	print_line("    %s, %lu requests counted, %lu made to fail", attr->armed ? "armed" : "off",
		   attr->seen, attr->failed);
}
