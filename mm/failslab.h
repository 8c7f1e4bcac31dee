/* SPDX-License-Identifier: MIT */
/*
 * Allocations of objects that fail on purpose: failslab=.
 *
 * The slab allocator sets failslab.arm, by failslab_register(), and looks at failslab.armed (or
 * leaves its fast path while it is armed) before it calls should_failslab().
 */
#ifndef MM_FAILSLAB_H
#define MM_FAILSLAB_H

#include "mm/fault_inject.h"
#include "mm/gfp.h"

extern struct fault_attr failslab;

/* Is a request for an object of SIZE bytes to fail? NOFAIL requests never do. */
bool should_fail_slab(size_t size, gfp_t gfp);

/* The same, for a struct kmem_cache, and nearly free while failslab is off. */
#define should_failslab(s, gfp) (failslab.armed && should_fail_slab((s)->object_size, gfp))

/* ARM is told from now on when failslab is armed or no longer; at once, if it is already. */
void failslab_register(void (*arm)(bool armed));

#endif /* MM_FAILSLAB_H */
