/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/random.h> for foreign sources: random numbers, which here are pseudo-random with a
 * fixed seed, so that a run can be repeated.
 */
#ifndef COMPAT_LINUX_RANDOM_H
#define COMPAT_LINUX_RANDOM_H

#include "lib/random.h"

/*
 * Numbers out of one sequence for the whole image; not for secrets. Any context.
 * get_random_u32_below(): less than CEILING, 0 for 0; _above(): more than FLOOR, which must not be
 * U32_MAX; _inclusive(): from FLOOR to CEILING.
 */
u32 get_random_u32(void);
u64 get_random_u64(void);
u32 get_random_u32_below(u32 ceiling);
void get_random_bytes(void *buffer, size_t size);

static inline u8 get_random_u8(void)
{
	return (u8)get_random_u32();
}

static inline u16 get_random_u16(void)
{
	return (u16)get_random_u32();
}

static inline u32 get_random_u32_inclusive(u32 floor, u32 ceiling)
{
	u32 span = ceiling - floor + 1;

	return span == 0 ? get_random_u32() : floor + get_random_u32_below(span);
}

static inline u32 get_random_u32_above(u32 floor)
{
	return get_random_u32_inclusive(floor + 1, ~0u);
}

static inline unsigned long get_random_long(void)
{
	return get_random_u32();
}

#define get_random_int()         get_random_u32()
#define prandom_u32()            get_random_u32()
#define prandom_u32_max(ceiling) get_random_u32_below(ceiling)

#endif /* COMPAT_LINUX_RANDOM_H */
