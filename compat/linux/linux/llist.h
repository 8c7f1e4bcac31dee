/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/llist.h> for foreign sources: lists without a lock.
 */
#ifndef COMPAT_LINUX_LLIST_H
#define COMPAT_LINUX_LLIST_H

#include "lib/llist.h"
#include "linux/atomic.h"

#endif /* COMPAT_LINUX_LLIST_H */
