/* SPDX-License-Identifier: MIT */
/*
 * What C lacks: attributes under short names, and the macros about types, sizes and alignment
 * that the whole tree shares. The names and their meaning are Linux's.
 *
 * Macros here evaluate each argument exactly once, except the pure arithmetic that must also work
 * in constant expressions (ALIGN and its kin, DIV_ROUND_UP), and swap, whose arguments are places.
 */
#ifndef LIB_COMPILER_H
#define LIB_COMPILER_H

#include "lib/types.h"

/*
 * A variable with a section of its own is an element of a table that the linker puts together, so
 * no sanitiser may pad it. (gcc knows that by itself.)
 */
#ifdef __clang__
#define __no_red_zones __attribute__((__no_sanitize__("address")))
#else
#define __no_red_zones
#endif

/* Attributes. */
#define likely(x)      __builtin_expect(!!(x), 1)
#define unlikely(x)    __builtin_expect(!!(x), 0)
#define __noreturn     __attribute__((__noreturn__))
#define __aligned(n)   __attribute__((__aligned__(n)))
#define __packed       __attribute__((__packed__))
#define __section(s)   __attribute__((__section__(s))) __no_red_zones
#define __maybe_unused __attribute__((__unused__))
#define __must_check   __attribute__((__warn_unused_result__))
#define __printf(f, a) __attribute__((__format__(__printf__, f, a)))
#define __weak         __attribute__((__weak__))
#define __cold         __attribute__((__cold__))
#define noinline       __attribute__((__noinline__))

/* Arguments in registers: for short functions that are called very often. */
#ifdef __i386__
#define __in_registers __attribute__((__regparm__(3)))
#else
#define __in_registers
#endif
#undef __used
#define __used __attribute__((__used__))
#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif

#define ___stringify(...) #__VA_ARGS__
#define __stringify(...)  ___stringify(__VA_ARGS__)
#define ___paste(a, b)    a##b
#define __paste(a, b)     ___paste(a, b)
/* A name that no other expansion in this file has. */
#define __unique(prefix) __paste(prefix, __COUNTER__)

/* Compile-time checks: a file-scope or block-scope statement, and an expression-statement. */
#undef static_assert
#define ___static_assert(expr, msg, ...) _Static_assert(expr, msg)
#define static_assert(expr, ...) ___static_assert(expr, ##__VA_ARGS__, #expr, )
#define BUILD_BUG_ON(cond) BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON failed: " #cond)
/* A statement, so that it may follow an if or a case label, which a declaration may not. */
#define BUILD_BUG_ON_MSG(cond, msg)                                                                \
	do {                                                                                       \
		static_assert(!(cond), msg);                                                       \
	} while (0)
/* The same as part of an expression: 0, or it does not compile. */
#define BUILD_BUG_ON_ZERO(cond) ((int)(0 * sizeof(struct { int no_bug : 1 - 2 * !!(cond); })))

/* The compiler neither moves memory accesses across this line nor keeps values over it. */
#define barrier() __asm__ __volatile__("" : : : "memory")

/* One load or store, neither repeated, split nor invented by the compiler (word-sized types). */
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#undef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)

/* The struct whose member PTR points at. Wrong member types do not compile. */
#define container_of(ptr, type, member)                                                            \
	__extension__({                                                                            \
		static_assert(__same_type(*(ptr), ((type *)(uintptr_t)(ptr))->member) ||           \
				      __same_type(*(ptr), void),                                   \
			      "container_of: pointer does not point at that member");              \
		(type *)((uintptr_t)(ptr)-offsetof(type, member));                                 \
	})

#define __same_type(a, b)  __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define sizeof_field(t, m) sizeof(((t *)0)->m)

/* Elements of an array; a pointer does not compile (a bit-field of negative width). */
#define ARRAY_SIZE(a)                                                                              \
	(sizeof(a) / sizeof((a)[0]) +                                                              \
	 sizeof(struct { int not_an_array : 1 - 2 * __same_type(a, &(a)[0]); }) * 0)

/*
 * min/max/clamp compare values of the same signedness (else they do not compile: that
 * comparison would not mean what it says); min_t and friends first convert to a type.
 * Not usable outside functions. The result has the wider of the two types.
 */
#define __is_signed(x) ((__typeof__((x) + 0))(-1) < (__typeof__((x) + 0))1)
#define __compare(a, b, op, ua, ub)                                                                \
	__extension__({                                                                            \
		static_assert(__is_signed(a) == __is_signed(b),                                    \
			      "min/max of signed and unsigned: use min_t/max_t");                  \
		__typeof__(a) ua = (a);                                                            \
		__typeof__(b) ub = (b);                                                            \
		ua op ub ? ua : ub;                                                                \
	})
#define min(a, b)                __compare(a, b, <, __unique(__a), __unique(__b))
#define max(a, b)                __compare(a, b, >, __unique(__a), __unique(__b))
#define min3(a, b, c)            min(min(a, b), c)
#define max3(a, b, c)            max(max(a, b), c)
#define min_t(type, a, b)        min((type)(a), (type)(b))
#define max_t(type, a, b)        max((type)(a), (type)(b))
#define clamp(v, lo, hi)         min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) clamp((type)(v), (type)(lo), (type)(hi))
#define clamp_val(v, lo, hi)     clamp_t(__typeof__(v), v, lo, hi)
/* The smaller of two; 0 stands for no value and is smaller than none. */
#define __min_not_zero(a, b, ua, ub)                                                               \
	__extension__({                                                                            \
		__typeof__(a) ua = (a);                                                            \
		__typeof__(b) ub = (b);                                                            \
		ua == 0 ? ub : ub == 0 ? ua : min(ua, ub);                                         \
	})
#define min_not_zero(a, b) __min_not_zero(a, b, __unique(__a), __unique(__b))

#define __swap(a, b, tmp)                                                                          \
	do {                                                                                       \
		__typeof__(a) tmp = (a);                                                           \
		(a) = (b);                                                                         \
		(b) = tmp;                                                                         \
	} while (0)
#define swap(a, b) __swap(a, b, __unique(__swap_tmp))

/*
 * Alignment to a power of two A. The mask takes the type of X before it is inverted, so that a
 * 64-bit address is not cut by a 32-bit alignment. ALIGN and round_up wrap to 0 if the result
 * does not fit the type of X.
 */
#define __align_mask(x, a) ((__typeof__(x))((a)-1))
#define ALIGN(x, a)        (((x) + __align_mask(x, a)) & ~__align_mask(x, a))
#define ALIGN_DOWN(x, a)   ((x) & ~__align_mask(x, a))
#define IS_ALIGNED(x, a)   (((x)&__align_mask(x, a)) == 0)
#define PTR_ALIGN(p, a)    ((__typeof__(p))ALIGN((uintptr_t)(p), a))
#define round_up(x, a)     ALIGN(x, a)
#define round_down(x, a)   ALIGN_DOWN(x, a)

/* Division rounded up, of positive numbers; not for u64 by u64 where speed matters. */
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))

/* Rounded to the nearest, halves away from 0, whatever the signs; D must not be 0. */
#define __div_round_closest(n, d, un, ud)                                                          \
	__extension__({                                                                            \
		__typeof__(n) un = (n);                                                            \
		__typeof__(d) ud = (d);                                                            \
		!__is_signed(n) || !__is_signed(d) || (un > 0) == (ud > 0) ? (un + ud / 2) / ud    \
									   : (un - ud / 2) / ud;   \
	})
#define DIV_ROUND_CLOSEST(n, d) __div_round_closest(n, d, __unique(__n), __unique(__d))

/* The next multiple of Y, any number above 0, that is not below (not above) X, which is positive.
 */
#define __roundup(x, y, uy)                                                                        \
	__extension__({                                                                            \
		const __typeof__(y) uy = (y);                                                      \
		((x) + (uy - 1)) / uy *uy;                                                         \
	})
#define roundup(x, y) __roundup(x, y, __unique(__y))
#define __rounddown(x, y, ux)                                                                      \
	__extension__({                                                                            \
		const __typeof__(x) ux = (x);                                                      \
		ux - ux % (y);                                                                     \
	})
#define rounddown(x, y) __rounddown(x, y, __unique(__x))

/* X * N / D, for products that do not fit the type while the result does. */
#define __mult_frac(x, n, d, ux, un, ud)                                                           \
	__extension__({                                                                            \
		const __typeof__(x) ux = (x);                                                      \
		const __typeof__(n) un = (n);                                                      \
		const __typeof__(d) ud = (d);                                                      \
		ux / ud *un + ux % ud *un / ud;                                                    \
	})
#define mult_frac(x, n, d) __mult_frac(x, n, d, __unique(__x), __unique(__n), __unique(__d))

#endif /* LIB_COMPILER_H */
