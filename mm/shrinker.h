/* SPDX-License-Identifier: MIT */
/*
 * Shrinkers: who keeps memory that it could do without says so here, and gives it back when the
 * page allocator finds none.
 *
 * A shrinker has two functions, Linux's: count_objects() says how many objects could go,
 * scan_objects() frees up to sc->nr_to_scan of them and returns how many, or SHRINK_STOP if it
 * cannot now (it would need a lock that somebody holds). Both are called in the context of the
 * allocation that found no memory: they may sleep only if sc->gfp_mask allows it. Allocations made
 * inside do not come back here: they may use all reserves.
 */
#ifndef MM_SHRINKER_H
#define MM_SHRINKER_H

#include "lib/list.h"
#include "mm/gfp.h"

#define SHRINK_STOP  (~0ul)
#define SHRINK_EMPTY (~0ul - 1)

struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan;
	unsigned long nr_scanned; /* nr_to_scan before the call; the shrinker may change it */
};

struct shrinker {
	unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *sc);
	unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *sc);
	long batch; /* objects a call; 0: 128 */
	int seeks;  /* accepted, without effect */
	unsigned int flags;

	/* Ours. */
	struct list_head list;
	unsigned int busy;
	const char *name;
};

#define DEFAULT_SEEKS 2

/*
 * register_shrinker() - SHRINKER is asked from now on. NAME is for reports and must stay. Returns
 * 0. unregister_shrinker() - it is not any more; sleeps until no call of it is under way. Thread
 * context. Harmless for one that is not registered.
 */
int register_shrinker(struct shrinker *shrinker, const char *name);
void unregister_shrinker(struct shrinker *shrinker);

/*
 * shrink_slab() - ask every shrinker for its share: of what it has, one object in 2^PRIORITY; with
 * 0 all. Returns how many objects were freed. Nothing happens inside of a shrinker.
 * drop_slab() - all shrinkers, until nothing more comes: all that is only kept is given back.
 */
unsigned long shrink_slab(gfp_t gfp, int priority);
void drop_slab(void);

/* Does the running task run a shrinker? No in interrupts, also in those that come meanwhile. */
bool in_shrinker(void);

#endif /* MM_SHRINKER_H */
