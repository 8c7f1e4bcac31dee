/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/atomic.h> for foreign sources: integers that several CPUs change.
 */
#ifndef COMPAT_LINUX_ATOMIC_H
#define COMPAT_LINUX_ATOMIC_H

#include "lib/atomic.h"

#endif /* COMPAT_LINUX_ATOMIC_H */
