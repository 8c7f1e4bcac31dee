/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/compiler.h> for foreign sources: attributes under Linux's names that
 * lib/compiler.h lacks; those about sections have no meaning here, since nothing is freed after the
 * boot.
 */
#ifndef COMPAT_LINUX_COMPILER_H
#define COMPAT_LINUX_COMPILER_H

#include "lib/compiler.h"

#define is_signed_type(type)   (((type)(-1)) < (__force type)1)
#define is_unsigned_type(type) (!is_signed_type(type))
#define __force
#define __user
#define __iomem
#define __rcu
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __pure              __attribute__((__pure__))
#define __attribute_const__ __attribute__((__const__))
#define __malloc            __attribute__((__malloc__))
#define __no_sanitize_address
#define __nocfi
#define notrace
#define __read_mostly
#define __ro_after_init
#define __visible               __used
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))
#define barrier_data(ptr)       __asm__ volatile("" : : "r"(ptr) : "memory")
#define RELOC_HIDE(ptr, off)    ((__typeof__(ptr))((unsigned long)(ptr) + (off)))

#endif /* COMPAT_LINUX_COMPILER_H */
