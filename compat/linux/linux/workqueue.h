/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/workqueue.h> for foreign sources: work that threads do.
 */
#ifndef COMPAT_LINUX_WORKQUEUE_H
#define COMPAT_LINUX_WORKQUEUE_H

#include "kernel/sync/workqueue.h"
#include "linux/timer.h"
#include "proc/workqueue.h"

#endif /* COMPAT_LINUX_WORKQUEUE_H */
