/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/cpumask.h> for foreign sources: sets of CPUs.
 */
#ifndef COMPAT_LINUX_CPUMASK_H
#define COMPAT_LINUX_CPUMASK_H

#include "kernel/cpu/cpumask.h"

#endif /* COMPAT_LINUX_CPUMASK_H */
