/* SPDX-License-Identifier: MIT */
/*
 * Bitmaps a word at a time (lib/bitmap.h). Only the first and the last word of a range need
 * masks: head_mask() has the bits from a position on, tail_mask() those below the end.
 */
#include "lib/bitmap.h"

/* In the word of bit START: the bits from it on. */
static unsigned long head_mask(unsigned long start)
{
	return ~0UL << (start % BITS_PER_LONG);
}

/* In the last word of a map of BITS bits: the bits that are in the map; BITS > 0. */
static unsigned long tail_mask(unsigned long bits)
{
	return ~0UL >> (-bits % BITS_PER_LONG);
}

/* Word I of a map of BITS bits, without those beyond its end. */
static unsigned long masked(unsigned long word, unsigned long i, unsigned long bits)
{
	return i == (bits - 1) / BITS_PER_LONG ? word & tail_mask(bits) : word;
}

/* The first bit that differs from the FLIP word (all zeros or all ones), as find_next_bit. */
static unsigned long find_next(const unsigned long *map, unsigned long bits, unsigned long start,
			       unsigned long flip)
{
	unsigned long i, word;

	if (start >= bits)
		return bits;
	i = BIT_WORD(start);
	word = (map[i] ^ flip) & head_mask(start);
	while (!word) {
		if (++i == BITS_TO_LONGS(bits))
			return bits;
		word = map[i] ^ flip;
	}
	return min(i * BITS_PER_LONG + __ffs(word), bits);
}

unsigned long find_next_bit(const unsigned long *map, unsigned long bits, unsigned long start)
{
	return find_next(map, bits, start, 0);
}

unsigned long find_next_zero_bit(const unsigned long *map, unsigned long bits, unsigned long start)
{
	return find_next(map, bits, start, ~0UL);
}

unsigned long find_last_bit(const unsigned long *map, unsigned long bits)
{
	for (unsigned long i = BITS_TO_LONGS(bits); i-- > 0;) {
		unsigned long word = masked(map[i], i, bits);

		if (word)
			return i * BITS_PER_LONG + __fls(word);
	}
	return bits;
}

unsigned long bitmap_find_next_zero_area(const unsigned long *map, unsigned long bits,
					 unsigned long start, unsigned long n,
					 unsigned long align_mask)
{
	for (;;) {
		unsigned long end, taken;

		start = find_next_zero_bit(map, bits, start);
		start = (start + align_mask) & ~align_mask;
		if (start >= bits || n > bits - start)
			return bits + 1;
		end = start + n;
		taken = find_next_bit(map, end, start);
		if (taken == end)
			return start;
		start = taken + 1;
	}
}

/*
 * Sets the N bits from START on to those of VALUE (all zeros or all ones). For N = 0 no bit is in
 * both masks.
 */
static void assign(unsigned long *map, unsigned long start, unsigned long n, unsigned long value)
{
	unsigned long end = start + n, mask = head_mask(start);

	for (unsigned long i = BIT_WORD(start); i < BITS_TO_LONGS(end); i++) {
		mask = masked(mask, i, end);
		map[i] = (map[i] & ~mask) | (value & mask);
		mask = ~0UL;
	}
}

void bitmap_set(unsigned long *map, unsigned long start, unsigned long n)
{
	assign(map, start, n, ~0UL);
}

void bitmap_clear(unsigned long *map, unsigned long start, unsigned long n)
{
	assign(map, start, n, 0);
}

unsigned long bitmap_weight(const unsigned long *map, unsigned long bits)
{
	unsigned long weight = 0;

	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++)
		weight += hweight_long(masked(map[i], i, bits));
	return weight;
}

bool bitmap_empty(const unsigned long *map, unsigned long bits)
{
	return find_first_bit(map, bits) == bits;
}

bool bitmap_full(const unsigned long *map, unsigned long bits)
{
	return find_first_zero_bit(map, bits) == bits;
}

bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned long bits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++) {
		if (masked(a[i] ^ b[i], i, bits))
			return false;
	}
	return true;
}

bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned long bits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++) {
		if (masked(a[i] & b[i], i, bits))
			return true;
	}
	return false;
}

bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned long bits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++) {
		if (masked(a[i] & ~b[i], i, bits))
			return false;
	}
	return true;
}

bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b,
		unsigned long bits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] & b[i];
	return !bitmap_empty(to, bits);
}

void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
	       unsigned long bits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] | b[i];
}

bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b,
		   unsigned long bits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] & ~b[i];
	return !bitmap_empty(to, bits);
}
