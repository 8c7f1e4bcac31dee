/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/rculist.h> for foreign sources: lists for such readers.
 */
#ifndef COMPAT_LINUX_RCULIST_H
#define COMPAT_LINUX_RCULIST_H

#include "kernel/sync/rculist.h"
#include "linux/rcupdate.h"

#endif /* COMPAT_LINUX_RCULIST_H */
