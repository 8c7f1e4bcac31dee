/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/spinlock.h where the slab allocator is compiled on the host.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_SPINLOCK_H
#define TESTS_HOST_SHADOW_SLAB_SPINLOCK_H

#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock_types.h"
#include "lib/bug.h"

#define spin_lock_init(lock) ((void)((lock)->held = false))

#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		(flags) = 0;                                                                       \
		BUG_ON((lock)->held);                                                              \
		(lock)->held = true;                                                               \
	} while (0)
#define spin_unlock_irqrestore(lock, flags)                                                        \
	do {                                                                                       \
		BUG_ON(!(lock)->held || (flags));                                                  \
		(lock)->held = false;                                                              \
	} while (0)

#endif /* TESTS_HOST_SHADOW_SLAB_SPINLOCK_H */
