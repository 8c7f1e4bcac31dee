/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/smp.h> for foreign sources: which CPU this is, which others run, and calls to
 * them.
 */
#ifndef COMPAT_LINUX_SMP_H
#define COMPAT_LINUX_SMP_H

#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"

#define numa_node_id() 0

#endif /* COMPAT_LINUX_SMP_H */
