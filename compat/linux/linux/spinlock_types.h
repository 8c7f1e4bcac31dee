/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/spinlock_types.h> for foreign sources: what spin locks are in memory.
 */
#ifndef COMPAT_LINUX_SPINLOCK_TYPES_H
#define COMPAT_LINUX_SPINLOCK_TYPES_H

#include "kernel/sync/spinlock_types.h"

#endif /* COMPAT_LINUX_SPINLOCK_TYPES_H */
