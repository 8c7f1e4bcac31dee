/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/scatterlist.h> for foreign sources: runs of bytes in many pages.
 */
#ifndef COMPAT_LINUX_SCATTERLIST_H
#define COMPAT_LINUX_SCATTERLIST_H

#include "linux/mm.h"
#include "linux/types.h"
#include "mm/scatterlist.h"

#endif /* COMPAT_LINUX_SCATTERLIST_H */
