/* SPDX-License-Identifier: MIT */
/*
 * Hashes for tables of 2^BITS buckets.
 *
 * Numbers and pointers: a product with 2^w divided by the golden ratio, of which the top bits are
 * taken. It spreads keys that lie evenly apart (page frames, aligned addresses) almost perfectly
 * [TAOCP3 6.4]. Not for keys that an enemy chooses.
 */
#ifndef LIB_HASH_H
#define LIB_HASH_H

#include "lib/bitops.h"

#define GOLDEN_RATIO_32 0x9e3779b9u
#define GOLDEN_RATIO_64 0x9e3779b97f4a7c15ull

/* The hash of VALUE in BITS bits: 1 to 32. */
static inline u32 hash_32(u32 value, unsigned int bits)
{
	return (value * GOLDEN_RATIO_32) >> (32 - bits);
}

/* The hash of a 64-bit VALUE in BITS bits: 1 to 32. */
static inline u32 hash_64(u64 value, unsigned int bits)
{
	/* Two 32-bit products are cheaper than one of 64 bits here, and as good. */
	return hash_32((u32)value ^ (u32)(value >> 32) * GOLDEN_RATIO_32, bits);
}

static inline u32 hash_long(unsigned long value, unsigned int bits)
{
	return sizeof(value) == sizeof(u32) ? hash_32((u32)value, bits) : hash_64(value, bits);
}

static inline u32 hash_ptr(const void *ptr, unsigned int bits)
{
	return hash_long((unsigned long)(uintptr_t)ptr, bits);
}

/* A 32-bit hash of the N bytes at DATA (FNV-1a); chain by passing an earlier result as SEED. */
static inline u32 hash_bytes(const void *data, size_t n, u32 seed)
{
	const u8 *p = data;
	u32 hash = seed ^ 0x811c9dc5u;

	while (n--)
		hash = (hash ^ *p++) * 0x01000193u;
	return hash;
}

#endif /* LIB_HASH_H */
