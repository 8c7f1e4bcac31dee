/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/irqflags.h> for foreign sources: the interrupt flag.
 */
#ifndef COMPAT_LINUX_IRQFLAGS_H
#define COMPAT_LINUX_IRQFLAGS_H

#include "boot/x86.h"

#endif /* COMPAT_LINUX_IRQFLAGS_H */
