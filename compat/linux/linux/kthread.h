/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/kthread.h> for foreign sources: kernel threads.
 */
#ifndef COMPAT_LINUX_KTHREAD_H
#define COMPAT_LINUX_KTHREAD_H

#include "linux/sched.h"
#include "proc/kthread.h"

#endif /* COMPAT_LINUX_KTHREAD_H */
