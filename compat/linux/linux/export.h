/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/export.h> for foreign sources: marks on symbols that modules share.
 */
#ifndef COMPAT_LINUX_EXPORT_H
#define COMPAT_LINUX_EXPORT_H

#include "linux/module.h"

#endif /* COMPAT_LINUX_EXPORT_H */
