/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/rwlock.h> for foreign sources: spinning read/write locks.
 */
#ifndef COMPAT_LINUX_RWLOCK_H
#define COMPAT_LINUX_RWLOCK_H

#include "kernel/sync/rwlock.h"

#endif /* COMPAT_LINUX_RWLOCK_H */
