/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/delay.h> for foreign sources: waits, busy and sleeping.
 */
#ifndef COMPAT_LINUX_DELAY_H
#define COMPAT_LINUX_DELAY_H

#include "kernel/cpu/clock.h"
#include "kernel/sync/delay.h"
#include "linux/math.h"
#include "linux/sched.h"

#endif /* COMPAT_LINUX_DELAY_H */
