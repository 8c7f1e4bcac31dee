/* SPDX-License-Identifier: MIT */
/*
 * Repeatable random numbers: see lib/random.h. The constants are those of splitmix64 (G. Steele,
 * D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014).
 */
#include "lib/random.h"

u64 prandom_u64_state(struct rnd_state *rnd)
{
	u64 x = rnd->state += 0x9e3779b97f4a7c15ull;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

u64 prandom_edgy_state(struct rnd_state *rnd)
{
	u32 choice = prandom_u32_state(rnd);
	unsigned int bits = choice % 65;
	u64 mask = bits ? ~0ull >> (64 - bits) : 0;

	switch (choice >> 30) {
	case 0: /* 2^BITS - 1, or one beside it */
		return mask + (choice >> 20) % 3 - 1;
	case 1: /* all ones but for the low bits */
		return ~mask + (choice >> 20) % 2;
	default:
		return prandom_u64_state(rnd) & mask;
	}
}

void prandom_bytes_state(struct rnd_state *rnd, void *buf, size_t n)
{
	u8 *p = buf;
	u64 bits = 0;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0)
			bits = prandom_u64_state(rnd);
		p[i] = (u8)bits;
		bits >>= 8;
	}
}
