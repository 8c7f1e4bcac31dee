/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/init.h> for foreign sources: initcalls. All of them run once, in the order of
 * linking, after the kernel is up and before the tests; nothing is ever unloaded, and no code is
 * freed after the boot.
 */
#ifndef COMPAT_LINUX_INIT_H
#define COMPAT_LINUX_INIT_H

#include "compat/linux/initcall.h"
#include "linux/compiler.h"

#define __init
#define __exit __maybe_unused
#define __initdata
#define __initconst
#define __exitdata
#define __ref
#define __refdata
#define __meminit

/* As in Linux, a semicolon behind them may be there or not. */
#define module_init(fn)       INITCALL(fn);
#define early_initcall(fn)    INITCALL(fn);
#define core_initcall(fn)     INITCALL(fn);
#define postcore_initcall(fn) INITCALL(fn);
#define arch_initcall(fn)     INITCALL(fn);
#define subsys_initcall(fn)   INITCALL(fn);
#define fs_initcall(fn)       INITCALL(fn);
#define device_initcall(fn)   INITCALL(fn);
#define late_initcall(fn)     INITCALL(fn);
/* Compiled and checked, never called. */
#define module_exit(fn) static void (*const __unique(__exitcall_))(void) __maybe_unused = (fn);

#endif /* COMPAT_LINUX_INIT_H */
