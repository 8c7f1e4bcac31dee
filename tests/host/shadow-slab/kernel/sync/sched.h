/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/sched.h where the slab allocator is compiled on the host: one thread,
 * which never finds anything to wait for.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_SCHED_H
#define TESTS_HOST_SHADOW_SLAB_SCHED_H

#include "lib/bug.h"

#define schedule_timeout_uninterruptible(ticks) BUG_ON(ticks)

#endif /* TESTS_HOST_SHADOW_SLAB_SCHED_H */
