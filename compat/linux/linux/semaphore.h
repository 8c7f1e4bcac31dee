/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/semaphore.h> for foreign sources: counting semaphores.
 */
#ifndef COMPAT_LINUX_SEMAPHORE_H
#define COMPAT_LINUX_SEMAPHORE_H

#include "kernel/sync/semaphore.h"
#include "linux/list.h"
#include "linux/spinlock.h"

#endif /* COMPAT_LINUX_SEMAPHORE_H */
