/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/panic.h> for foreign sources: the end.
 */
#ifndef COMPAT_LINUX_PANIC_H
#define COMPAT_LINUX_PANIC_H

#include "kernel/console/panic.h"

#endif /* COMPAT_LINUX_PANIC_H */
