/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/rwsem.h> for foreign sources: read/write semaphores.
 */
#ifndef COMPAT_LINUX_RWSEM_H
#define COMPAT_LINUX_RWSEM_H

#include "kernel/sync/rwsem.h"
#include "linux/list.h"
#include "linux/lockdep.h"
#include "linux/spinlock.h"

#endif /* COMPAT_LINUX_RWSEM_H */
