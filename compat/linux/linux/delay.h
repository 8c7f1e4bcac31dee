/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/delay.h> for foreign sources: short busy waits.
 */
#ifndef COMPAT_LINUX_DELAY_H
#define COMPAT_LINUX_DELAY_H

#include "kernel/cpu/clock.h"

#endif /* COMPAT_LINUX_DELAY_H */
