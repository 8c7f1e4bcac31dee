/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/random.h> for foreign sources: random numbers, which here are pseudo-random with a
 * fixed seed, so that a run can be repeated.
 */
#ifndef COMPAT_LINUX_RANDOM_H
#define COMPAT_LINUX_RANDOM_H

#include "lib/random.h"

/* Numbers out of one sequence for the whole image; not for secrets. Any context. */
u32 get_random_u32(void);
u64 get_random_u64(void);
u32 get_random_u32_below(u32 ceiling);
void get_random_bytes(void *buffer, size_t size);
#define prandom_u32()            get_random_u32()
#define prandom_u32_max(ceiling) get_random_u32_below(ceiling)

#endif /* COMPAT_LINUX_RANDOM_H */
