/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/string.h> for foreign sources: strings and memory.
 */
#ifndef COMPAT_LINUX_STRING_H
#define COMPAT_LINUX_STRING_H

#include "lib/string.h"
#include "linux/types.h"

#endif /* COMPAT_LINUX_STRING_H */
