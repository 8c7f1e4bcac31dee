/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/ctype.h> for foreign sources: classes of characters.
 */
#ifndef COMPAT_LINUX_CTYPE_H
#define COMPAT_LINUX_CTYPE_H

#include "lib/ctype.h"

#endif /* COMPAT_LINUX_CTYPE_H */
