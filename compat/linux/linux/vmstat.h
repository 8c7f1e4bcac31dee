/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/vmstat.h> for foreign sources: counts of pages.
 */
#ifndef COMPAT_LINUX_VMSTAT_H
#define COMPAT_LINUX_VMSTAT_H

#include "linux/mm.h"

#endif /* COMPAT_LINUX_VMSTAT_H */
