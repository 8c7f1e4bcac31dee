/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/refcount.h> for foreign sources: counts of users. A count that is wrong (taken
 * from 0, dropped below it, too many) is reported and stays at a value that is never freed.
 */
#ifndef COMPAT_LINUX_REFCOUNT_H
#define COMPAT_LINUX_REFCOUNT_H

#include "linux/atomic.h"
#include "linux/bug.h"
#include "linux/limits.h"
#include "linux/types.h"

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)                                                                           \
	{                                                                                          \
		.refs = ATOMIC_INIT(n)                                                             \
	}
#define REFCOUNT_MAX       INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

/* Stays where it is from now on: far from 0 on either side. */
static inline void refcount_saturate(refcount_t *r, const char *what)
{
	refcount_set(r, REFCOUNT_SATURATED);
	WARN(true, "refcount_t: %s", what);
}

/* N more users, if there is one. */
static inline __must_check bool refcount_add_not_zero(int n, refcount_t *r)
{
	int old = atomic_read(&r->refs);

	do
		if (!old)
			return false;
	while (!atomic_try_cmpxchg(&r->refs, &old, (int)((unsigned int)old + (unsigned int)n)));
	if (unlikely(old < 0 || old > INT_MAX - n))
		refcount_saturate(r, "too many users; leaking memory");
	return true;
}

static inline __must_check bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

static inline void refcount_add(int n, refcount_t *r)
{
	if (!refcount_add_not_zero(n, r))
		refcount_saturate(r, "addition on 0; use after free");
}

static inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

/* N fewer users; true if none is left. */
static inline __must_check bool refcount_sub_and_test(int n, refcount_t *r)
{
	int old = atomic_fetch_sub(n, &r->refs);

	if (old == n)
		return true;
	if (unlikely(old < n))
		refcount_saturate(r, "underflow; use after free");
	return false;
}

static inline __must_check bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

/* For who knows that others are left. */
static inline void refcount_dec(refcount_t *r)
{
	if (refcount_dec_and_test(r))
		refcount_saturate(r, "decrement hit 0; leaking memory");
}

#endif /* COMPAT_LINUX_REFCOUNT_H */
