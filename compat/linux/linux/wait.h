/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/wait.h> for foreign sources: wait queues.
 */
#ifndef COMPAT_LINUX_WAIT_H
#define COMPAT_LINUX_WAIT_H

#include "kernel/sync/wait.h"
#include "linux/list.h"
#include "linux/spinlock.h"

#endif /* COMPAT_LINUX_WAIT_H */
