/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/stddef.h> for foreign sources: NULL, offsetof and struct_group-less kin.
 */
#ifndef COMPAT_LINUX_STDDEF_H
#define COMPAT_LINUX_STDDEF_H

#include "lib/compiler.h"

#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))

#endif /* COMPAT_LINUX_STDDEF_H */
