/* SPDX-License-Identifier: MIT */
/*
 * kmalloc(): memory by the byte, physically contiguous, always in low memory.
 *
 * A size is served by the smallest cache that fits: 8, 16, 32, 64, 96, 128, 192, 256, 512 ... 8192.
 * If it is a constant the compiler picks the cache. Larger sizes, and __GFP_DMA, get whole pages.
 * A block whose size is a power of two is aligned to it; any other to 8. A size of 0 gives
 * ZERO_SIZE_PTR, which may be freed and not be touched.
 *
 * Context and flags as for kmem_cache_alloc() (mm/slab.h). kfree() and ksize(): any but NMI.
 */
#ifndef MM_KMALLOC_H
#define MM_KMALLOC_H

#include "lib/stdarg.h"
#include "mm/kvfree_rcu.h" /* kfree_rcu() */
#include "mm/slab.h"

#define ARCH_KMALLOC_MINALIGN  8
#define KMALLOC_MIN_SIZE       8
#define KMALLOC_MAX_CACHE_SIZE 8192u
#define KMALLOC_MAX_SIZE       (4ul << 20) /* 2^(MAX_ORDER - 1) pages */
#define NR_KMALLOC_CACHES      13

#define ZERO_SIZE_PTR       ((void *)16)
#define ZERO_OR_NULL_PTR(p) ((uintptr_t)(p) <= (uintptr_t)ZERO_SIZE_PTR)

extern struct kmem_cache kmalloc_caches[NR_KMALLOC_CACHES];

/* Which cache serves SIZE, 1 .. KMALLOC_MAX_CACHE_SIZE. Folds to a constant where SIZE is one. */
static __always_inline unsigned int kmalloc_index(size_t size)
{
	return size <= 8      ? 0
	       : size <= 16   ? 1
	       : size <= 32   ? 2
	       : size <= 64   ? 3
	       : size <= 96   ? 4
	       : size <= 128  ? 5
	       : size <= 192  ? 6
	       : size <= 256  ? 7
	       : size <= 512  ? 8
	       : size <= 1024 ? 9
	       : size <= 2048 ? 10
	       : size <= 4096 ? 11
			      : 12;
}

/* The same for sizes that are no constants. */
void *__kmalloc(size_t size, gfp_t gfp) __in_registers;

/*
 * kmalloc() - SIZE bytes, or NULL without memory. More than KMALLOC_MAX_SIZE is reported and fails;
 * so is __GFP_HIGHMEM, which is taken away.
 */
static __always_inline void *kmalloc(size_t size, gfp_t gfp)
{
	if (__builtin_constant_p(size) && size && size <= KMALLOC_MAX_CACHE_SIZE &&
	    likely(!(gfp & __GFP_DMA)))
		return (kmem_cache_alloc)(&kmalloc_caches[kmalloc_index(size)], gfp);
	return __kmalloc(size, gfp);
}
#define kmalloc(size, gfp)                                                                         \
	__extension__({                                                                            \
		const gfp_t __kmalloc_gfp = (gfp);                                                 \
		might_alloc(__kmalloc_gfp);                                                        \
		kmalloc(size, __kmalloc_gfp);                                                      \
	})
#define kmalloc_node(size, gfp, node) kmalloc(size, gfp)
#define kzalloc(size, gfp)            kmalloc(size, (gfp) | __GFP_ZERO)
#define kzalloc_node(size, gfp, node) kzalloc(size, gfp)

/* N elements of SIZE bytes; NULL if the product does not fit. */
void *__kmalloc_array(size_t n, size_t size, gfp_t gfp);
#define kmalloc_array(n, size, gfp)                                                                \
	__extension__({                                                                            \
		const gfp_t __array_gfp = (gfp);                                                   \
		might_alloc(__array_gfp);                                                          \
		__kmalloc_array(n, size, __array_gfp);                                             \
	})
#define kcalloc(n, size, gfp) kmalloc_array(n, size, (gfp) | __GFP_ZERO)

/*
 * kfree() - give back what any of these gave; NULL and ZERO_SIZE_PTR are accepted. Anything else
 * (a stack, vmalloc() or high memory, the middle of a block, a block that is free) is reported and
 * left alone. kfree_sensitive() overwrites it first. kfree_slow() is the rest of kfree(). A call of
 * kfree() takes its argument in a register; the name alone is a function as any other.
 */
void kfree(const void *ptr);
void __kfree(const void *ptr) __in_registers;
#define kfree(ptr) __kfree(ptr)
void kfree_slow(void *ptr) __in_registers;
void kfree_sensitive(const void *ptr);
#define kzfree(ptr)         kfree_sensitive(ptr)
#define kfree_bulk(nr, p)   kmem_cache_free_bulk(NULL, nr, p)
#define kfree_const(string) kfree(string)

/* The bytes that may be used at PTR: at least what was asked for. 0 for NULL and ZERO_SIZE_PTR. */
size_t ksize(const void *ptr);

/* Pages that are blocks of their own, too large for a cache. */
unsigned long kmalloc_large_pages(void);

/* The cache's object size for a request of SIZE bytes. */
size_t kmalloc_size_roundup(size_t size);

/*
 * krealloc() - PTR grown or shrunk to SIZE bytes, moved if need be; what all ksize(PTR) bytes hold
 * is kept. PTR NULL: kmalloc(); SIZE 0: kfree(). On failure NULL, and PTR is as it was.
 *
 * __GFP_ZERO, as in Linux 6.1: of the old block only ksize() is known, not what was asked for. So
 * zero is what lies behind that, and bytes within it that nobody asked for before are what they
 * were. All that is new is zero only if the block was zero at first, nobody wrote behind what he
 * had asked for, and it was never shrunk.
 */
void *krealloc(const void *ptr, size_t size, gfp_t gfp) __must_check;
void *krealloc_array(void *ptr, size_t n, size_t size, gfp_t gfp) __must_check;

/* Copies; NULL without memory, or of a NULL string. kstrndup() copies at most N characters. */
void *kmemdup(const void *source, size_t size, gfp_t gfp);
char *kmemdup_nul(const char *s, size_t n, gfp_t gfp);
char *kstrdup(const char *s, gfp_t gfp);
char *kstrndup(const char *s, size_t n, gfp_t gfp);
#define kstrdup_const(s, gfp) kstrdup(s, gfp)

/* A formatted string of its own. */
char *kasprintf(gfp_t gfp, const char *fmt, ...) __printf(2, 3);
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args) __printf(2, 0);

#endif /* MM_KMALLOC_H */
