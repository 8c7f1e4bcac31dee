/* SPDX-License-Identifier: MIT */
/*
 * Bitmaps: arrays of unsigned long in which bit N is the Nth flag (lib/bitops.h has the single
 * bits). The bits behind the last one of a map are its owner's business: searches and comparisons
 * never look at them, and fill and zero may change them up to the end of the last word.
 *
 * Pure, any context; nothing here is atomic. Names and meanings are Linux's.
 */
#ifndef LIB_BITMAP_H
#define LIB_BITMAP_H

#include "lib/bitops.h"
#include "lib/string.h"

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* Clears or sets all words that hold the first BITS bits. */
static inline void bitmap_zero(unsigned long *map, unsigned long bits)
{
	memset(map, 0, BITS_TO_LONGS(bits) * sizeof(long));
}

static inline void bitmap_fill(unsigned long *map, unsigned long bits)
{
	memset(map, 0xff, BITS_TO_LONGS(bits) * sizeof(long));
}

/* Sets or clears the N bits from START on. */
void bitmap_set(unsigned long *map, unsigned long start, unsigned long n);
void bitmap_clear(unsigned long *map, unsigned long start, unsigned long n);

/* How many of the first BITS bits are set; whether none, all of them are. */
unsigned long bitmap_weight(const unsigned long *map, unsigned long bits);
bool bitmap_empty(const unsigned long *map, unsigned long bits);
bool bitmap_full(const unsigned long *map, unsigned long bits);
/* Whether the first BITS bits of both are equal; have one set in common; A's are all in B. */
bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned long bits);
bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned long bits);
bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned long bits);

/*
 * TO = A and B, A or B, A without B. TO may be A or B. bitmap_and(), bitmap_andnot(): whether any
 * of the first BITS bits is set then.
 */
bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b,
		unsigned long bits);
void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
	       unsigned long bits);
bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b,
		   unsigned long bits);

/* The first set (clear) bit at or behind START and below BITS, or BITS if there is none. */
unsigned long find_next_bit(const unsigned long *map, unsigned long bits, unsigned long start);
unsigned long find_next_zero_bit(const unsigned long *map, unsigned long bits, unsigned long start);
/* The last set bit below BITS, or BITS if there is none. */
unsigned long find_last_bit(const unsigned long *map, unsigned long bits);

static inline unsigned long find_first_bit(const unsigned long *map, unsigned long bits)
{
	return find_next_bit(map, bits, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *map, unsigned long bits)
{
	return find_next_zero_bit(map, bits, 0);
}

/*
 * The first place at or behind START where N > 0 clear bits in a row lie below BITS, with the
 * place itself a multiple of ALIGN_MASK + 1 (a power of two). Beyond BITS if there is none.
 */
unsigned long bitmap_find_next_zero_area(const unsigned long *map, unsigned long bits,
					 unsigned long start, unsigned long n,
					 unsigned long align_mask);

/* Walks over the set (clear) bits below BITS, from the lowest. */
#define for_each_set_bit(bit, map, bits)                                                           \
	for ((bit) = find_first_bit(map, bits); (bit) < (bits);                                    \
	     (bit) = find_next_bit(map, bits, (bit) + 1))
#define for_each_clear_bit(bit, map, bits)                                                         \
	for ((bit) = find_first_zero_bit(map, bits); (bit) < (bits);                               \
	     (bit) = find_next_zero_bit(map, bits, (bit) + 1))

#endif /* LIB_BITMAP_H */
