/* SPDX-License-Identifier: MIT */
/*
 * Bits: masks, positions, counts, and bits in arrays of unsigned long (bit N is bit
 * N % BITS_PER_LONG of word N / BITS_PER_LONG; lib/bitmap.h searches such arrays).
 *
 * set_bit, clear_bit, change_bit and the test_and_ forms are atomic against other CPUs and
 * interrupts (one locked instruction on i386); the test_and_ forms are full barriers, the plain
 * ones order nothing. Names with two underscores are the same without atomicity, for memory
 * that nobody else touches.
 */
#ifndef LIB_BITOPS_H
#define LIB_BITOPS_H

#include "lib/compiler.h"
#include "lib/control.h"

#define BITS_PER_BYTE      8
#define BITS_PER_LONG      (BITS_PER_BYTE * __SIZEOF_LONG__)
#define BITS_PER_LONG_LONG 64

#define BIT(n)           (1UL << (n))
#define BIT_ULL(n)       (1ULL << (n))
#define BIT_MASK(n)      (1UL << ((n) % BITS_PER_LONG))
#define BIT_WORD(n)      ((n) / BITS_PER_LONG)
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)

/* The bits LOW to HIGH, both included; 0 <= LOW <= HIGH < the width. */
#define GENMASK(high, low)     ((~0UL << (low)) & (~0UL >> (BITS_PER_LONG - 1 - (high))))
#define GENMASK_ULL(high, low) ((~0ULL << (low)) & (~0ULL >> (63 - (high))))

/* --- positions --- */

/* The lowest and the highest set bit, counted from 1; 0 if X is 0. */
#define ffs(x) __builtin_ffs(x)

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	u32 high = (u32)(x >> 32);

	return high ? 32 + fls(high) : fls((u32)x);
}

/* The same counted from 0; X must not be 0. */
static inline unsigned long __ffs(unsigned long x)
{
	return (unsigned long)__builtin_ctzl(x);
}

static inline unsigned long __fls(unsigned long x)
{
	return (unsigned long)(BITS_PER_LONG - 1 - __builtin_clzl(x));
}

static inline unsigned long __ffs64(u64 x)
{
	u32 low = (u32)x;

	return low ? __ffs(low) : 32 + __ffs((u32)(x >> 32));
}

/* The lowest clear bit, counted from 0; X must not be all ones. */
static inline unsigned long ffz(unsigned long x)
{
	return __ffs(~x);
}

static inline unsigned int fls_long(unsigned long x)
{
	return (unsigned int)fls64(x);
}

/* --- counts: the number of set bits --- */

static inline unsigned int hweight32(u32 x)
{
	/* Sums of neighbours: of 2, of 4, of 8 bits; the product adds the four bytes on top. */
	x -= (x >> 1) & 0x55555555;
	x = (x & 0x33333333) + ((x >> 2) & 0x33333333);
	x = (x + (x >> 4)) & 0x0f0f0f0f;
	return (x * 0x01010101) >> 24;
}

static inline unsigned int hweight8(u8 x)
{
	return hweight32(x);
}

static inline unsigned int hweight16(u16 x)
{
	return hweight32(x);
}

static inline unsigned int hweight64(u64 x)
{
	return hweight32((u32)x) + hweight32((u32)(x >> 32));
}

static inline unsigned int hweight_long(unsigned long x)
{
	return hweight64(x);
}

/* --- rotation by any number of bits --- */

static inline u32 rol32(u32 x, unsigned int n)
{
	return (x << (n & 31)) | (x >> (-n & 31));
}

static inline u32 ror32(u32 x, unsigned int n)
{
	return (x >> (n & 31)) | (x << (-n & 31));
}

static inline u64 rol64(u64 x, unsigned int n)
{
	return (x << (n & 63)) | (x >> (-n & 63));
}

static inline u64 ror64(u64 x, unsigned int n)
{
	return (x >> (n & 63)) | (x << (-n & 63));
}

static inline u16 rol16(u16 x, unsigned int n)
{
	return (u16)((x << (n & 15)) | (x >> (-n & 15)));
}

static inline u16 ror16(u16 x, unsigned int n)
{
	return (u16)((x >> (n & 15)) | (x << (-n & 15)));
}

static inline u8 rol8(u8 x, unsigned int n)
{
	return (u8)((x << (n & 7)) | (x >> (-n & 7)));
}

static inline u8 ror8(u8 x, unsigned int n)
{
	return (u8)((x >> (n & 7)) | (x << (-n & 7)));
}

/* X, whose bit INDEX is its sign, as a signed number. */
static inline s64 sign_extend64(u64 x, int index)
{
	return (s64)(x << (63 - index)) >> (63 - index);
}

static inline s32 sign_extend32(u32 x, int index)
{
	return (s32)(x << (31 - index)) >> (31 - index);
}

/* --- single bits in memory --- */

static inline bool test_bit(unsigned long n, const volatile unsigned long *map)
{
	return (map[BIT_WORD(n)] & BIT_MASK(n)) != 0;
}

static inline void set_bit(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_or(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_RELAXED);
}

static inline void clear_bit(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_and(&map[BIT_WORD(n)], ~BIT_MASK(n), __ATOMIC_RELAXED);
}

static inline void change_bit(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_xor(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_RELAXED);
}

/* These return the bit's old value. */
static inline bool test_and_set_bit(unsigned long n, volatile unsigned long *map)
{
	return __atomic_fetch_or(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n);
}

static inline bool test_and_clear_bit(unsigned long n, volatile unsigned long *map)
{
	return __atomic_fetch_and(&map[BIT_WORD(n)], ~BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n);
}

static inline bool test_and_change_bit(unsigned long n, volatile unsigned long *map)
{
	return __atomic_fetch_xor(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n);
}

/*
 * A bit as a lock: what is done between the two is seen in order. test_and_set_bit_lock() returns
 * the old value, so true means that somebody else has it. The form with __ is for when nobody else
 * changes other bits of the word.
 */
static inline bool test_and_set_bit_lock(unsigned long n, volatile unsigned long *map)
{
	return __atomic_fetch_or(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_ACQUIRE) & BIT_MASK(n) &&
	       !control(bit_lock_excludes_nobody);
}

static inline void clear_bit_unlock(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_and(&map[BIT_WORD(n)], ~BIT_MASK(n), __ATOMIC_RELEASE);
}

static inline void __clear_bit_unlock(unsigned long n, volatile unsigned long *map)
{
	__atomic_store_n(&map[BIT_WORD(n)], map[BIT_WORD(n)] & ~BIT_MASK(n), __ATOMIC_RELEASE);
}

static inline void __set_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] |= BIT_MASK(n);
}

static inline void __clear_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] &= ~BIT_MASK(n);
}

static inline void __change_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] ^= BIT_MASK(n);
}

static inline bool __test_and_set_bit(unsigned long n, unsigned long *map)
{
	bool old = test_bit(n, map);

	__set_bit(n, map);
	return old;
}

static inline bool __test_and_change_bit(unsigned long n, unsigned long *map)
{
	bool old = test_bit(n, map);

	__change_bit(n, map);
	return old;
}

static inline bool __test_and_clear_bit(unsigned long n, unsigned long *map)
{
	bool old = test_bit(n, map);

	__clear_bit(n, map);
	return old;
}

#endif /* LIB_BITOPS_H */
