/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/vmalloc.h> for foreign sources: memory that is contiguous only in address.
 */
#ifndef COMPAT_LINUX_VMALLOC_H
#define COMPAT_LINUX_VMALLOC_H

#include "kernel/cpu/pgprot.h"
#include "linux/list.h"
#include "linux/spinlock.h"
#include "mm/vmalloc.h"

#endif /* COMPAT_LINUX_VMALLOC_H */
