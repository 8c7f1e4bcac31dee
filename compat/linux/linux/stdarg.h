/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/stdarg.h> for foreign sources.
 */
#ifndef COMPAT_LINUX_STDARG_H
#define COMPAT_LINUX_STDARG_H

#include "lib/stdarg.h"

#endif /* COMPAT_LINUX_STDARG_H */
