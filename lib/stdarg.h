/* SPDX-License-Identifier: MIT */
/*
 * Variable arguments, by the compiler's builtins (the same in gcc and clang).
 */
#ifndef LIB_STDARG_H
#define LIB_STDARG_H

#ifndef va_start
typedef __builtin_va_list va_list;
#define va_start(ap, last) __builtin_va_start(ap, last)
#define va_end(ap)         __builtin_va_end(ap)
#define va_arg(ap, type)   __builtin_va_arg(ap, type)
#define va_copy(to, from)  __builtin_va_copy(to, from)
#endif

#endif /* LIB_STDARG_H */
