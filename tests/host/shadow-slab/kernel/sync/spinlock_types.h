/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/spinlock_types.h where the slab allocator is compiled on the host.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_SPINLOCK_TYPES_H
#define TESTS_HOST_SHADOW_SLAB_SPINLOCK_TYPES_H

#include "lib/types.h"

typedef struct {
	bool held;
} spinlock_t;

#define DEFINE_SPINLOCK(name) spinlock_t name

#endif /* TESTS_HOST_SHADOW_SLAB_SPINLOCK_TYPES_H */
