/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/kstrtox.h> for foreign sources: numbers out of strings.
 */
#ifndef COMPAT_LINUX_KSTRTOX_H
#define COMPAT_LINUX_KSTRTOX_H

#include "lib/kstrtox.h"

#endif /* COMPAT_LINUX_KSTRTOX_H */
