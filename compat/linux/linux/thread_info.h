/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/thread_info.h> for foreign sources: the size of a thread's stack.
 */
#ifndef COMPAT_LINUX_THREAD_INFO_H
#define COMPAT_LINUX_THREAD_INFO_H

#include "proc/kstack.h"

#define THREAD_ALIGN THREAD_SIZE

#endif /* COMPAT_LINUX_THREAD_INFO_H */
