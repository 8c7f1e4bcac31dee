/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/printk.h> for foreign sources: messages.
 */
#ifndef COMPAT_LINUX_PRINTK_H
#define COMPAT_LINUX_PRINTK_H

#include "kernel/console/printk.h"

#endif /* COMPAT_LINUX_PRINTK_H */
