/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/types.h> for foreign sources: the integer types.
 */
#ifndef COMPAT_LINUX_TYPES_H
#define COMPAT_LINUX_TYPES_H

#include "lib/list.h"
#include "lib/types.h"
#include "mm/gfp.h"

typedef u8 __u8;
typedef u16 __u16, __le16, __be16;
typedef u32 __u32, __le32, __be32;
typedef u64 __u64, __le64, __be64;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef unsigned short ushort;
typedef long long loff_t;
typedef int pid_t;

#endif /* COMPAT_LINUX_TYPES_H */
