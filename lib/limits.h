/* SPDX-License-Identifier: MIT */
/*
 * The smallest and largest values of the integer types, from the compiler's own macros; the
 * compiler's <limits.h> is missing where no 32-bit libc is installed.
 */
#ifndef LIB_LIMITS_H
#define LIB_LIMITS_H

#include "lib/types.h"

#ifndef CHAR_BIT
#define CHAR_BIT 8
#endif

#ifndef INT_MAX
#define UCHAR_MAX 0xff
#define SHRT_MAX  0x7fff
#define SHRT_MIN  (-SHRT_MAX - 1)
#define USHRT_MAX 0xffff
#define INT_MAX   0x7fffffff
#define INT_MIN   (-INT_MAX - 1)
#define UINT_MAX  0xffffffffU
#define LONG_MAX  __LONG_MAX__
#define LONG_MIN  (-LONG_MAX - 1L)
#define ULONG_MAX (~0UL)
#endif
#ifndef LLONG_MAX
#define LLONG_MAX  __LONG_LONG_MAX__
#define LLONG_MIN  (-LLONG_MAX - 1LL)
#define ULLONG_MAX (~0ULL)
#endif

#ifndef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif
#ifndef SSIZE_MAX
#define SSIZE_MAX ((ssize_t)(SIZE_MAX / 2))
#endif

#define U8_MAX  0xffU
#define U16_MAX 0xffffU
#define U32_MAX 0xffffffffU
#define U64_MAX 0xffffffffffffffffULL
#define S8_MAX  0x7f
#define S8_MIN  (-S8_MAX - 1)
#define S16_MAX 0x7fff
#define S16_MIN (-S16_MAX - 1)
#define S32_MAX 0x7fffffff
#define S32_MIN (-S32_MAX - 1)
#define S64_MAX 0x7fffffffffffffffLL
#define S64_MIN (-S64_MAX - 1)

#define PHYS_ADDR_MAX ((phys_addr_t)~0ULL)

#endif /* LIB_LIMITS_H */
