/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/console/printk.h where the slab allocator is compiled on the host.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_PRINTK_H
#define TESTS_HOST_SHADOW_SLAB_PRINTK_H

#define pr_err(...) ((void)0)

#endif /* TESTS_HOST_SHADOW_SLAB_PRINTK_H */
