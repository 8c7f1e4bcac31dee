/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sched/signal.h> for foreign sources: there are no signals.
 */
#ifndef COMPAT_LINUX_SCHED_SIGNAL_H
#define COMPAT_LINUX_SCHED_SIGNAL_H

#include "linux/sched.h"

#endif /* COMPAT_LINUX_SCHED_SIGNAL_H */
