/* SPDX-License-Identifier: MIT */
/*
 * Repeatable random numbers for tests, torture and traversal orders: the same seed gives the same
 * sequence on every machine. Never for secrets.
 *
 * The generator is a Weyl sequence (a counter that steps by an odd constant) whose values are
 * scrambled by two multiplications: splitmix64. Its period is 2^64, any seed is as good as any
 * other, and two generators with different seeds may be used side by side. One struct is one
 * sequence; it is the caller's and needs no lock if it is not shared.
 */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include "lib/types.h"

struct rnd_state {
	u64 state;
};

/* Starts the sequence of SEED. */
static inline void prandom_seed_state(struct rnd_state *rnd, u64 seed)
{
	rnd->state = seed;
}

/* The next 64 random bits. */
u64 prandom_u64_state(struct rnd_state *rnd);

/* The next 32 random bits. */
static inline u32 prandom_u32_state(struct rnd_state *rnd)
{
	return (u32)(prandom_u64_state(rnd) >> 32);
}

/* A number from 0 to LIMIT - 1, each equally likely to within 2^-32; 0 for LIMIT 0. */
static inline u32 prandom_u32_below(struct rnd_state *rnd, u32 limit)
{
	return (u32)(((u64)prandom_u32_state(rnd) * limit) >> 32);
}

/*
 * A number whose size is random too: 0 to 64 significant bits, often with long runs of ones or
 * zeros, since edges hide there. For property tests.
 */
u64 prandom_edgy_state(struct rnd_state *rnd);

/* Fills N bytes at BUF. */
void prandom_bytes_state(struct rnd_state *rnd, void *buf, size_t n);

#endif /* LIB_RANDOM_H */
