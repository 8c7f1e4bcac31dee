/* SPDX-License-Identifier: MIT */
/*
 * Atomic integers with Linux's names, on the compiler's own atomic operations: pure, so that code
 * that uses them runs on the host as well.
 *
 * Operations that return a value order all memory accesses around them, as in Linux; those that
 * return nothing promise atomicity only (on x86 the LOCK prefix orders anyway). Any context.
 * Nothing wider than a word here: the 486 has no 8-byte compare-and-exchange (atomic64_t:
 * kernel/sync/atomic64.h).
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#include "lib/compiler.h"
#include "lib/types.h"

#define ATOMIC_INIT(i)                                                                             \
	{                                                                                          \
		(i)                                                                                \
	}
#define ATOMIC_LONG_INIT(i) ATOMIC_INIT(i)

typedef struct {
	long counter;
} atomic_long_t;

/* The operations on TYPE, a struct around an INTEGER, with names that begin with A. */
#define ATOMIC_TYPE(a, type, integer)                                                              \
	static inline integer a##_read(const type *v)                                              \
	{                                                                                          \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                             \
	}                                                                                          \
	static inline integer a##_read_acquire(const type *v)                                      \
	{                                                                                          \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                             \
	}                                                                                          \
	static inline void a##_set(type *v, integer i)                                             \
	{                                                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);                                \
	}                                                                                          \
	static inline void a##_set_release(type *v, integer i)                                     \
	{                                                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);                                \
	}                                                                                          \
	ATOMIC_OP(a, type, integer, add)                                                           \
	ATOMIC_OP(a, type, integer, sub)                                                           \
	ATOMIC_OP(a, type, integer, and)                                                           \
	ATOMIC_OP(a, type, integer, or)                                                            \
	ATOMIC_OP(a, type, integer, xor)                                                           \
	static inline void a##_andnot(integer i, type *v)                                          \
	{                                                                                          \
		a##_and(~i, v);                                                                    \
	}                                                                                          \
	static inline integer a##_fetch_andnot(integer i, type *v)                                 \
	{                                                                                          \
		return a##_fetch_and(~i, v);                                                       \
	}                                                                                          \
	static inline integer a##_add_return(integer i, type *v)                                   \
	{                                                                                          \
		return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline integer a##_sub_return(integer i, type *v)                                   \
	{                                                                                          \
		return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline void a##_inc(type *v)                                                        \
	{                                                                                          \
		a##_add(1, v);                                                                     \
	}                                                                                          \
	static inline void a##_dec(type *v)                                                        \
	{                                                                                          \
		a##_sub(1, v);                                                                     \
	}                                                                                          \
	static inline integer a##_inc_return(type *v)                                              \
	{                                                                                          \
		return a##_add_return(1, v);                                                       \
	}                                                                                          \
	static inline integer a##_dec_return(type *v)                                              \
	{                                                                                          \
		return a##_sub_return(1, v);                                                       \
	}                                                                                          \
	static inline integer a##_fetch_inc(type *v)                                               \
	{                                                                                          \
		return a##_fetch_add(1, v);                                                        \
	}                                                                                          \
	static inline integer a##_fetch_dec(type *v)                                               \
	{                                                                                          \
		return a##_fetch_sub(1, v);                                                        \
	}                                                                                          \
	/* True if the result is zero: the flags of the one instruction are the answer. */         \
	static inline bool a##_sub_and_test(integer i, type *v)                                    \
	{                                                                                          \
		return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST) == 0;                  \
	}                                                                                          \
	static inline bool a##_dec_and_test(type *v)                                               \
	{                                                                                          \
		return a##_sub_and_test(1, v);                                                     \
	}                                                                                          \
	static inline bool a##_inc_and_test(type *v)                                               \
	{                                                                                          \
		return __atomic_add_fetch(&v->counter, 1, __ATOMIC_SEQ_CST) == 0;                  \
	}                                                                                          \
	static inline bool a##_add_negative(integer i, type *v)                                    \
	{                                                                                          \
		return a##_add_return(i, v) < 0;                                                   \
	}                                                                                          \
	static inline integer a##_xchg(type *v, integer i)                                         \
	{                                                                                          \
		return __atomic_exchange_n(&v->counter, i, __ATOMIC_SEQ_CST);                      \
	}                                                                                          \
	/* True if it was *OLD and is I now; otherwise *OLD is what it was. */                     \
	static inline bool a##_try_cmpxchg(type *v, integer *old, integer i)                       \
	{                                                                                          \
		return __atomic_compare_exchange_n(&v->counter, old, i, false, __ATOMIC_SEQ_CST,   \
						   __ATOMIC_SEQ_CST);                              \
	}                                                                                          \
	/* Returns what was there; the exchange was made if that is OLD. */                        \
	static inline integer a##_cmpxchg(type *v, integer old, integer i)                         \
	{                                                                                          \
		a##_try_cmpxchg(v, &old, i);                                                       \
		return old;                                                                        \
	}                                                                                          \
	/* Adds I unless the value is UNLESS. Returns the value before; true if it added. */       \
	static inline integer a##_fetch_add_unless(type *v, integer i, integer unless)             \
	{                                                                                          \
		integer old = a##_read(v);                                                         \
                                                                                                   \
		while (old != unless && !a##_try_cmpxchg(v, &old, old + i))                        \
			;                                                                          \
		return old;                                                                        \
	}                                                                                          \
	static inline bool a##_add_unless(type *v, integer i, integer unless)                      \
	{                                                                                          \
		return a##_fetch_add_unless(v, i, unless) != unless;                               \
	}                                                                                          \
	static inline bool a##_inc_not_zero(type *v)                                               \
	{                                                                                          \
		return a##_add_unless(v, 1, 0);                                                    \
	}                                                                                          \
	/* Return the value less one, negative if nothing was done; resp. whether it was done. */  \
	static inline integer a##_dec_if_positive(type *v)                                         \
	{                                                                                          \
		integer old = a##_read(v);                                                         \
                                                                                                   \
		while (old > 0 && !a##_try_cmpxchg(v, &old, old - 1))                              \
			;                                                                          \
		return old - 1;                                                                    \
	}                                                                                          \
	static inline bool a##_inc_unless_negative(type *v)                                        \
	{                                                                                          \
		integer old = a##_read(v);                                                         \
                                                                                                   \
		while (old >= 0 && !a##_try_cmpxchg(v, &old, old + 1))                             \
			;                                                                          \
		return old >= 0;                                                                   \
	}                                                                                          \
	static inline bool a##_dec_unless_positive(type *v)                                        \
	{                                                                                          \
		integer old = a##_read(v);                                                         \
                                                                                                   \
		while (old <= 0 && !a##_try_cmpxchg(v, &old, old - 1))                             \
			;                                                                          \
		return old <= 0;                                                                   \
	}

#define ATOMIC_OP(a, type, integer, name)                                                          \
	static inline void a##_##name(integer i, type *v)                                          \
	{                                                                                          \
		__atomic_fetch_##name(&v->counter, i, __ATOMIC_SEQ_CST);                           \
	}                                                                                          \
	static inline integer a##_fetch_##name(integer i, type *v)                                 \
	{                                                                                          \
		return __atomic_fetch_##name(&v->counter, i, __ATOMIC_SEQ_CST);                    \
	}

ATOMIC_TYPE(atomic, atomic_t, int)
ATOMIC_TYPE(atomic_long, atomic_long_t, long)
#undef ATOMIC_TYPE
#undef ATOMIC_OP

/* The same for any word: pointers and integers of up to 4 bytes. */
#define xchg(ptr, value) __atomic_exchange_n(ptr, value, __ATOMIC_SEQ_CST)
#define cmpxchg(ptr, old, value)                                                                   \
	__extension__({                                                                            \
		__typeof__(*(ptr)) __cmpxchg_old = (old);                                          \
		__atomic_compare_exchange_n(ptr, &__cmpxchg_old, value, false, __ATOMIC_SEQ_CST,   \
					    __ATOMIC_SEQ_CST);                                     \
		__cmpxchg_old;                                                                     \
	})

/* True if *PTR was *OLD and is VALUE now; otherwise *OLD is what it was. */
#define try_cmpxchg(ptr, old, value)                                                               \
	__atomic_compare_exchange_n(ptr, old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define smp_mb()                __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()               barrier()
#define smp_wmb()               barrier()
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic()  barrier()
#define smp_store_mb(var, v)    ((void)__atomic_exchange_n(&(var), v, __ATOMIC_SEQ_CST))
#define smp_load_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

#endif
