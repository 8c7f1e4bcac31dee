/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/stringify.h> for foreign sources: __stringify.
 */
#ifndef COMPAT_LINUX_STRINGIFY_H
#define COMPAT_LINUX_STRINGIFY_H

#include "lib/compiler.h"

#endif /* COMPAT_LINUX_STRINGIFY_H */
