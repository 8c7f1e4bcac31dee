/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/percpu.h> for foreign sources: one copy of a variable for each CPU.
 */
#ifndef COMPAT_LINUX_PERCPU_H
#define COMPAT_LINUX_PERCPU_H

#include "kernel/cpu/percpu.h"
#include "linux/preempt.h"
#include "linux/smp.h"

#endif /* COMPAT_LINUX_PERCPU_H */
