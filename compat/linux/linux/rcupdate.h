/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/rcupdate.h> for foreign sources: readers without a lock.
 */
#ifndef COMPAT_LINUX_RCUPDATE_H
#define COMPAT_LINUX_RCUPDATE_H

#include "kernel/sync/rcupdate.h"
#include "mm/kmalloc.h"

#endif /* COMPAT_LINUX_RCUPDATE_H */
