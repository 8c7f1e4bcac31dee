/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/kconfig.h> for foreign sources: what the build includes before every file of
 * M=DIR: that it is kernel code with KUnit, linked into the image.
 */
#ifndef COMPAT_LINUX_KCONFIG_H
#define COMPAT_LINUX_KCONFIG_H

#define __KERNEL__    1
#define CONFIG_KUNIT  1
#define CONFIG_X86    1
#define CONFIG_X86_32 1
#define CONFIG_PRINTK 1
#define CONFIG_BUG    1
#define CONFIG_MMU    1

/* 1 if CONFIG_X is defined as 1, else 0; there are no options that are modules. */
#define __kconfig_probe_1           0,
#define __kconfig_second(a, b, ...) b
#define __kconfig_pick(x)           __kconfig_second(x 1, 0, 0)
#define __kconfig_join(value)       __kconfig_pick(__kconfig_probe_##value)
#define IS_ENABLED(option)          __kconfig_join(option)
#define IS_BUILTIN(option)          __kconfig_join(option)
#define IS_REACHABLE(option)        __kconfig_join(option)
#define IS_MODULE(option)           0

#endif /* COMPAT_LINUX_KCONFIG_H */
