/* SPDX-License-Identifier: MIT */
/*
 * 64-bit atomic integers, with Linux's names.
 *
 * Where the image may count on CMPXCHG8B (i386-pae) each operation is a loop around it: any
 * context. The 486 has no instruction for 8 bytes at once, so the other image has a few spin locks,
 * chosen by the variable's address, taken with interrupts off: any context but NMI.
 *
 * atomic64_update() does what all the others are made of: replaces the value by a function of it.
 */
#ifndef KERNEL_SYNC_ATOMIC64_H
#define KERNEL_SYNC_ATOMIC64_H

#include "lib/atomic.h"
#include "lib/types.h"

typedef struct {
	s64 counter;
} __attribute__((__aligned__(8))) atomic64_t;

#define ATOMIC64_INIT(i)                                                                           \
	{                                                                                          \
		(i)                                                                                \
	}

/* For CPUs without CMPXCHG8B: atomic64.c. */
s64 atomic64_cmpxchg_locked(atomic64_t *v, s64 old, s64 i);

/* Returns what was there; the exchange was made if that is @old. A full barrier. */
#ifdef __GCC_HAVE_SYNC_COMPARE_AND_SWAP_8
static inline s64 atomic64_cmpxchg(atomic64_t *v, s64 old, s64 i)
{
	return __sync_val_compare_and_swap(&v->counter, old, i);
}
#else
#define atomic64_cmpxchg(v, old, i) atomic64_cmpxchg_locked(v, old, i)
#endif

static inline bool atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 i)
{
	s64 seen = atomic64_cmpxchg(v, *old, i);
	bool done = seen == *old;

	*old = seen;
	return done;
}

static inline s64 atomic64_read(const atomic64_t *v)
{
	return atomic64_cmpxchg((atomic64_t *)v, 0, 0); /* changes nothing, whatever it is */
}

#define ATOMIC64_OP(name, expression)                                                              \
	static inline s64 atomic64_fetch_##name(s64 i, atomic64_t *v)                              \
	{                                                                                          \
		s64 old = 0;                                                                       \
                                                                                                   \
		while (!atomic64_try_cmpxchg(v, &old, expression))                                 \
			;                                                                          \
		return old;                                                                        \
	}                                                                                          \
	static inline void atomic64_##name(s64 i, atomic64_t *v)                                   \
	{                                                                                          \
		atomic64_fetch_##name(i, v);                                                       \
	}
/* Sums wrap, as unsigned ones may. */
ATOMIC64_OP(add, (s64)((u64)old + (u64)i))
ATOMIC64_OP(sub, (s64)((u64)old - (u64)i))
ATOMIC64_OP(and, old &i)
ATOMIC64_OP(or, old | i)
ATOMIC64_OP(xor, old ^ i)
ATOMIC64_OP(andnot, old & ~i)
#undef ATOMIC64_OP

static inline s64 atomic64_xchg(atomic64_t *v, s64 i)
{
	s64 old = 0;

	while (!atomic64_try_cmpxchg(v, &old, i))
		;
	return old;
}

static inline void atomic64_set(atomic64_t *v, s64 i)
{
	atomic64_xchg(v, i);
}

static inline s64 atomic64_add_return(s64 i, atomic64_t *v)
{
	return (s64)((u64)atomic64_fetch_add(i, v) + (u64)i);
}

static inline s64 atomic64_sub_return(s64 i, atomic64_t *v)
{
	return (s64)((u64)atomic64_fetch_sub(i, v) - (u64)i);
}

static inline s64 atomic64_fetch_add_unless(atomic64_t *v, s64 i, s64 unless)
{
	s64 old = atomic64_read(v);

	while (old != unless && !atomic64_try_cmpxchg(v, &old, (s64)((u64)old + (u64)i)))
		;
	return old;
}

static inline s64 atomic64_dec_if_positive(atomic64_t *v)
{
	s64 old = atomic64_read(v);

	while (old > 0 && !atomic64_try_cmpxchg(v, &old, old - 1))
		;
	return old - 1;
}

#define atomic64_inc(v)                   atomic64_add(1, v)
#define atomic64_dec(v)                   atomic64_sub(1, v)
#define atomic64_inc_return(v)            atomic64_add_return(1, v)
#define atomic64_dec_return(v)            atomic64_sub_return(1, v)
#define atomic64_fetch_inc(v)             atomic64_fetch_add(1, v)
#define atomic64_fetch_dec(v)             atomic64_fetch_sub(1, v)
#define atomic64_sub_and_test(i, v)       (atomic64_sub_return(i, v) == 0)
#define atomic64_dec_and_test(v)          (atomic64_sub_return(1, v) == 0)
#define atomic64_inc_and_test(v)          (atomic64_add_return(1, v) == 0)
#define atomic64_add_negative(i, v)       (atomic64_add_return(i, v) < 0)
#define atomic64_add_unless(v, i, unless) (atomic64_fetch_add_unless(v, i, unless) != (unless))
#define atomic64_inc_not_zero(v)          atomic64_add_unless(v, 1, 0)
#define atomic64_read_acquire(v)          atomic64_read(v)
#define atomic64_set_release(v, i)        atomic64_set(v, i)

#endif
