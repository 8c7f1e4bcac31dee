/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/err.h> for foreign sources: error numbers in pointers.
 */
#ifndef COMPAT_LINUX_ERR_H
#define COMPAT_LINUX_ERR_H

#include "lib/err.h"

#endif /* COMPAT_LINUX_ERR_H */
