/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/mutex.h> for foreign sources: mutexes.
 */
#ifndef COMPAT_LINUX_MUTEX_H
#define COMPAT_LINUX_MUTEX_H

#include "kernel/sync/mutex.h"
#include "linux/list.h"
#include "linux/lockdep.h"
#include "linux/spinlock.h"

#endif /* COMPAT_LINUX_MUTEX_H */
