/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/mmzone.h> for foreign sources: zones.
 */
#ifndef COMPAT_LINUX_MMZONE_H
#define COMPAT_LINUX_MMZONE_H

#include "linux/spinlock.h"
#include "mm/mmzone.h"

#endif /* COMPAT_LINUX_MMZONE_H */
