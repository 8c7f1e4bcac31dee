/* SPDX-License-Identifier: MIT */
/*
 * Fault injection: allocations that fail on purpose, so that the code behind them can be seen to
 * survive.
 *
 * Each allocator has a struct fault_attr and asks it, while it is armed, at every allocation. The
 * attribute's four numbers are Linux's, as is their text form "interval,probability,space,times":
 *
 *	space        that much (pages, or bytes of a slab) is granted first
 *	interval     then every interval-th request is a candidate
 *	probability  which fails with so many percent
 *	times        until so many have failed; -1: for ever
 *
 * A fifth word names a function: only requests that come from it, or from something that it calls,
 * count at all. Beside that, fault_nth() picks one request by its number, which is how a test walks
 * through all allocations of an operation one by one (tests/fail_path.h).
 *
 * Nothing here costs anything while no attribute is armed: allocators keep one word that is zero
 * then, and look no further. Requests with __GFP_NOFAIL never fail.
 *
 * Context: any but NMI.
 */
#ifndef MM_FAULT_INJECT_H
#define MM_FAULT_INJECT_H

#include "lib/types.h"

struct fault_attr {
	const char *name; /* also of the boot parameter */

	/* The setting. */
	unsigned long interval;    /* at least 1 */
	unsigned long probability; /* in percent; 0: off */
	int space;
	int times;
	const char *site;                    /* name of the function; NULL: anybody */
	unsigned long site_start, site_size; /* and where it is */
	unsigned int min_order;              /* of page blocks: smaller ones do not count */
	unsigned int verbose;                /* so many failures are still shown in the log */

	/* What came of it. */
	unsigned long seen;   /* requests that counted */
	unsigned long failed; /* and those that were made to fail */
	bool armed;

	/* Tells the allocator that it has to ask from now on, or no longer. May be NULL. */
	void (*arm)(bool armed);
};

#define FAULT_VERBOSE 10
#define FAULT_ATTR_INIT(attr_name, arm_fn)                                                         \
	{                                                                                          \
		.name = (attr_name), .interval = 1, .times = 1, .verbose = FAULT_VERBOSE,          \
		.arm = (arm_fn)                                                                    \
	}

/* All attributes; ends with NULL. */
#define FAULT_ATTRS 2
extern struct fault_attr *const fault_attrs[FAULT_ATTRS + 1];

/*
 * fault_suspend() - puts all settings away in SAVED and switches everything off, silent if QUIET:
 * for tests, which are not what a boot parameter is aimed at. fault_resume() - as it was.
 */
struct fault_settings {
	struct fault_attr attr[FAULT_ATTRS];
};
void fault_suspend(struct fault_settings *saved, bool quiet);
void fault_resume(const struct fault_settings *saved);

/*
 * should_fail() - is a request for SIZE (pages, bytes) to fail? Counts it. For allocators, while
 * their attribute is armed.
 */
bool should_fail(struct fault_attr *attr, size_t size);

/*
 * fault_attr_set() - a setting as text: "interval,probability,space,times[,function]". Returns 0,
 * or -EINVAL with the attribute unchanged (not four numbers, a probability above 100, an interval
 * of 0, no such function). The counts begin again.
 * fault_attr_set_site() - only requests from the function NAME; NULL or "": from anybody.
 * fault_attr_apply() - the setting of another attribute, say of a copy that was made before.
 * fault_attr_reset() - off, and everything as it is without a boot parameter.
 */
int fault_attr_set(struct fault_attr *attr, const char *text);
int fault_attr_set_site(struct fault_attr *attr, const char *name);
void fault_attr_apply(struct fault_attr *attr, const struct fault_attr *setting);
void fault_attr_reset(struct fault_attr *attr);

/* The attribute called NAME, or NULL. */
struct fault_attr *fault_attr_find(const char *name);

/* One line a setting and one for its counts. */
void fault_attr_show(const struct fault_attr *attr, void (*print_line)(const char *fmt, ...));

/*
 * fault_nth() - the N-th request from now on, of any allocator, fails; it alone. Requests of
 * interrupt handlers do not count. 0: none. Returns whether the last one that was asked for has
 * happened. Sites and min_order hold; the four numbers do not matter, and nothing is shown.
 */
bool fault_nth(unsigned int n);

/* Requests that were counted since the last fault_nth() with N other than 0. */
unsigned int fault_nth_seen(void);

#endif /* MM_FAULT_INJECT_H */
