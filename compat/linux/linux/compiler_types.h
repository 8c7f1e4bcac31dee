/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/compiler_types.h> for foreign sources: attributes.
 */
#ifndef COMPAT_LINUX_COMPILER_TYPES_H
#define COMPAT_LINUX_COMPILER_TYPES_H

#include "linux/compiler.h"

#endif /* COMPAT_LINUX_COMPILER_TYPES_H */
