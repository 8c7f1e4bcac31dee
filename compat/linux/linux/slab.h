/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/slab.h> for foreign sources.
 */
#ifndef COMPAT_LINUX_SLAB_H
#define COMPAT_LINUX_SLAB_H

#include "linux/overflow.h"
#include "mm/kmalloc.h"
#include "mm/vmalloc.h" /* kvmalloc() */

#endif /* COMPAT_LINUX_SLAB_H */
