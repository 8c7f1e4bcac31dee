/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/seqlock.h> for foreign sources: sequence counters and locks.
 */
#ifndef COMPAT_LINUX_SEQLOCK_H
#define COMPAT_LINUX_SEQLOCK_H

#include "kernel/sync/seqlock.h"
#include "linux/lockdep.h"
#include "linux/spinlock.h"

#endif /* COMPAT_LINUX_SEQLOCK_H */
