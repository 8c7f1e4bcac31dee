/* SPDX-License-Identifier: MIT */
/*
 * In the place of mm/failslab.h where the slab allocator is compiled on the host: pages fail there,
 * objects do not.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_FAILSLAB_H
#define TESTS_HOST_SHADOW_SLAB_FAILSLAB_H

#include "lib/types.h"
#include "mm/gfp.h"

static const struct {
	bool armed;
} failslab;

static inline bool should_fail_slab(size_t size, gfp_t gfp)
{
	return false;
}
#define should_failslab(s, gfp) false
#define failslab_register(fn)   ((void)(fn))

#endif /* TESTS_HOST_SHADOW_SLAB_FAILSLAB_H */
