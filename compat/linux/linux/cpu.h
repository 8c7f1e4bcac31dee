/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/cpu.h> for foreign sources: which CPUs there are.
 */
#ifndef COMPAT_LINUX_CPU_H
#define COMPAT_LINUX_CPU_H

#include "linux/cpumask.h"
#include "linux/smp.h"

#endif /* COMPAT_LINUX_CPU_H */
