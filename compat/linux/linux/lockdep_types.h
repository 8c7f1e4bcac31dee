/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/lockdep_types.h> for foreign sources: what a lock carries for lockdep.
 */
#ifndef COMPAT_LINUX_LOCKDEP_TYPES_H
#define COMPAT_LINUX_LOCKDEP_TYPES_H

#include "kernel/sync/lockdep_types.h"

#endif /* COMPAT_LINUX_LOCKDEP_TYPES_H */
