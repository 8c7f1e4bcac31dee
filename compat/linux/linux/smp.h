/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/smp.h> for foreign sources: which CPU this is, and which others run.
 */
#ifndef COMPAT_LINUX_SMP_H
#define COMPAT_LINUX_SMP_H

#include "kernel/cpu/percpu.h"

#endif /* COMPAT_LINUX_SMP_H */
