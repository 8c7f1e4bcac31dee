/* SPDX-License-Identifier: MIT */
/*
 * Atomic integers with Linux's names, on the compiler's own atomic operations: pure, so that code
 * that uses them runs on the host as well.
 *
 * Operations that return a value order all memory accesses around them, as in Linux; those that
 * return nothing promise atomicity only (on x86 the LOCK prefix orders anyway). Any context.
 * Nothing wider than a word here: the 486 has no 8-byte compare-and-exchange.
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#include "lib/compiler.h"
#include "lib/types.h"

#define ATOMIC_INIT(i)                                                                             \
	{                                                                                          \
		(i)                                                                                \
	}

static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic_set(atomic_t *v, int i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);
}

#define ATOMIC_OP(name, builtin)                                                                   \
	static inline void atomic_##name(int i, atomic_t *v)                                       \
	{                                                                                          \
		builtin(&v->counter, i, __ATOMIC_SEQ_CST);                                         \
	}
ATOMIC_OP(add, __atomic_fetch_add)
ATOMIC_OP(sub, __atomic_fetch_sub)
ATOMIC_OP(and, __atomic_fetch_and)
ATOMIC_OP(or, __atomic_fetch_or)
ATOMIC_OP(xor, __atomic_fetch_xor)
#undef ATOMIC_OP

static inline int atomic_add_return(int i, atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);
}

static inline int atomic_sub_return(int i, atomic_t *v)
{
	return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_add(int i, atomic_t *v)
{
	return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);
}

static inline void atomic_inc(atomic_t *v)
{
	atomic_add(1, v);
}

static inline void atomic_dec(atomic_t *v)
{
	atomic_sub(1, v);
}

static inline int atomic_inc_return(atomic_t *v)
{
	return atomic_add_return(1, v);
}

static inline int atomic_dec_return(atomic_t *v)
{
	return atomic_sub_return(1, v);
}

/* True if the result is zero. Written so that the flags of the one instruction are the answer. */
static inline bool atomic_sub_and_test(int i, atomic_t *v)
{
	return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST) == 0;
}

static inline bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_sub_and_test(1, v);
}

static inline bool atomic_inc_and_test(atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, 1, __ATOMIC_SEQ_CST) == 0;
}

static inline int atomic_xchg(atomic_t *v, int i)
{
	return __atomic_exchange_n(&v->counter, i, __ATOMIC_SEQ_CST);
}

/* Returns what was there; the exchange was made if that is @old. */
static inline int atomic_cmpxchg(atomic_t *v, int old, int i)
{
	__atomic_compare_exchange_n(&v->counter, &old, i, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return old;
}

/* Adds @i unless the value is @unless; true if it added. */
static inline bool atomic_add_unless(atomic_t *v, int i, int unless)
{
	int old = atomic_read(v);

	do {
		if (old == unless)
			return false;
	} while (!__atomic_compare_exchange_n(&v->counter, &old, old + i, false, __ATOMIC_SEQ_CST,
					      __ATOMIC_SEQ_CST));
	return true;
}

static inline bool atomic_inc_not_zero(atomic_t *v)
{
	return atomic_add_unless(v, 1, 0);
}

/* The same for any word: pointers and integers of up to 4 bytes. */
#define xchg(ptr, value) __atomic_exchange_n(ptr, value, __ATOMIC_SEQ_CST)
#define cmpxchg(ptr, old, value)                                                                   \
	__extension__({                                                                            \
		__typeof__(*(ptr)) __cmpxchg_old = (old);                                          \
		__atomic_compare_exchange_n(ptr, &__cmpxchg_old, value, false, __ATOMIC_SEQ_CST,   \
					    __ATOMIC_SEQ_CST);                                     \
		__cmpxchg_old;                                                                     \
	})

#define smp_mb()                __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()               barrier()
#define smp_wmb()               barrier()
#define smp_load_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

#endif
