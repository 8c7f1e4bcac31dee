/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/version.h> for foreign sources: which Linux the interfaces are those of.
 */
#ifndef COMPAT_LINUX_VERSION_H
#define COMPAT_LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE      KERNEL_VERSION(6, 1, 0)

#endif /* COMPAT_LINUX_VERSION_H */
