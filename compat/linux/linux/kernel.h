/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/kernel.h> for foreign sources: the words that everything uses.
 */
#ifndef COMPAT_LINUX_KERNEL_H
#define COMPAT_LINUX_KERNEL_H

#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/sync/preempt.h"
#include "lib/bug.h"
#include "lib/div64.h"
#include "lib/err.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"
#include "lib/log2.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "linux/bitops.h"
#include "linux/compiler.h"
#include "linux/stddef.h"
#include "linux/types.h"

#define lower_32_bits(n) ((u32)(n))
#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define abs(x)                                                                                     \
	__extension__({                                                                            \
		__typeof__(x) __abs = (x);                                                         \
		__abs < 0 ? -__abs : __abs;                                                        \
	})
#define typecheck(type, x) ((void)sizeof(__typeof__(x) *), 1)

#endif /* COMPAT_LINUX_KERNEL_H */
