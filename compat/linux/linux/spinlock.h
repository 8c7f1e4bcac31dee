/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/spinlock.h> for foreign sources: spin locks.
 */
#ifndef COMPAT_LINUX_SPINLOCK_H
#define COMPAT_LINUX_SPINLOCK_H

#include "kernel/sync/rwlock.h"
#include "kernel/sync/spinlock.h"
#include "linux/irqflags.h"
#include "linux/lockdep.h"
#include "linux/preempt.h"

#endif /* COMPAT_LINUX_SPINLOCK_H */
