/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/io.h> for foreign sources: memory and registers of devices.
 */
#ifndef COMPAT_LINUX_IO_H
#define COMPAT_LINUX_IO_H

#include "linux/types.h"
#include "mm/ioremap.h"

#endif /* COMPAT_LINUX_IO_H */
