/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/timex.h> for foreign sources: the counter of cycles.
 */
#ifndef COMPAT_LINUX_TIMEX_H
#define COMPAT_LINUX_TIMEX_H

#include "asm/timex.h"

#endif /* COMPAT_LINUX_TIMEX_H */
