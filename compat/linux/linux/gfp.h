/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/gfp.h> for foreign sources: flags of allocations.
 */
#ifndef COMPAT_LINUX_GFP_H
#define COMPAT_LINUX_GFP_H

#include "mm/gfp.h"

#endif /* COMPAT_LINUX_GFP_H */
