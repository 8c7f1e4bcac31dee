/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/lockdep.h> for foreign sources: lock orders that can deadlock.
 */
#ifndef COMPAT_LINUX_LOCKDEP_H
#define COMPAT_LINUX_LOCKDEP_H

#include "kernel/sync/lockdep.h"

#endif /* COMPAT_LINUX_LOCKDEP_H */
