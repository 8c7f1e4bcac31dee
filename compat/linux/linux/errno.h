/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/errno.h> for foreign sources: error numbers.
 */
#ifndef COMPAT_LINUX_ERRNO_H
#define COMPAT_LINUX_ERRNO_H

#include "lib/errno.h"

#endif /* COMPAT_LINUX_ERRNO_H */
