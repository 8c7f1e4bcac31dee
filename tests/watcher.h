/* SPDX-License-Identifier: MIT */
/*
 * Watchers: threads on other CPUs that look at one address on command, and do nothing else that
 * could empty their translation caches. See watcher.c.
 */
#ifndef TESTS_WATCHER_H
#define TESTS_WATCHER_H

#include "kernel/cpu/cpumask.h"
#include "kernel/sync/sched.h"
#include "lib/types.h"

struct kunit;

struct watcher {
	struct task_struct *task;
	unsigned int cpu;
	/* Commands go from the test to the watcher: it does what `order` says, then sets `done`. */
	u32 order, done;
	const volatile u32 *va;
	const unsigned long *serve_when; /* not NULL: also serves once it is not serve_not */
	unsigned long serve_not;
	bool serves; /* runs the calls in its CPU's queue while it waits for orders */
	bool quit;
	bool faulted; /* the last look */
	u32 seen;
};

/*
 * watchers_start() - on up to @most CPUs, one on each, but not on this one, where the caller stays
 * until watchers_stop(). Returns their number; skips the test if there is no other CPU.
 * From here on they have interrupts off: no timer, no switch, no flush that nobody sent.
 */
unsigned int watchers_start(struct kunit *test, unsigned int most);
void watchers_stop(void);

extern struct watcher watchers[NR_CPUS];
extern unsigned int nr_watchers;

/* watcher_look() - what the watcher sees at @va now; ->faulted if it cannot be read. */
u32 watcher_look(struct watcher *watcher, const volatile void *va);

/* How many of all watchers see @value at @va. */
unsigned int watchers_seeing(const volatile void *va, u32 value);

/*
 * watchers_serve() - whether the watchers answer calls from now on, which they do by looking into
 * their queues. Without it a call with @wait to their CPUs never ends.
 */
void watchers_serve(bool on);

#endif
