/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/fault-inject.h> for foreign sources: allocations that fail on purpose.
 */
#ifndef COMPAT_LINUX_FAULT_INJECT_H
#define COMPAT_LINUX_FAULT_INJECT_H

#include "linux/types.h"
#include "mm/fault_inject.h"

#endif /* COMPAT_LINUX_FAULT_INJECT_H */
