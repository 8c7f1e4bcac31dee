/* SPDX-License-Identifier: MIT */
/*
 * kmalloc() beyond its inline part: sizes that only show at run time, whole pages, and frees of
 * what is not, or may not be, an object. kfree()'s fast path is in mm/slab.c, beside the magazines.
 */
#include "mm/kmalloc.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/failslab.h"
#include "mm/slab_internal.h"

struct kmem_cache kmalloc_caches[NR_KMALLOC_CACHES];
static atomic_t large_pages;

/* Sizes up to 192 in steps of 8; the larger ones are powers of two. */
static const u8 small_index[192 / 8] = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4,
					5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6};

static unsigned int index_of(size_t size)
{
	if (size <= 192)
		return small_index[(size - 1) / 8];
	return (unsigned int)fls((u32)size - 1) - 1;
}

static unsigned int pages_order(size_t size)
{
	return size <= PAGE_SIZE ? 0 : (unsigned int)fls((u32)(size - 1) >> PAGE_SHIFT);
}

static void *kmalloc_pages(size_t size, gfp_t gfp)
{
	unsigned int order;
	struct page *page;

	if (size > KMALLOC_MAX_SIZE) {
		WARN(!(gfp & __GFP_NOWARN), "kmalloc of %zu bytes: the most there is is %lu", size,
		     KMALLOC_MAX_SIZE);
		return NULL;
	}
	if (failslab.armed && should_fail_slab(size, gfp))
		return NULL;
	order = pages_order(size);
	page = alloc_pages((gfp & ~__GFP_MOVABLE) | __GFP_COMP, order);
	if (!page)
		return NULL;
	page->page_type = SLAB_TYPE_LARGE;
	atomic_add(1 << order, &large_pages);
	return lowmem_page_address(page);
}

__in_registers void *__kmalloc(size_t size, gfp_t gfp)
{
	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	if (unlikely(gfp & __GFP_HIGHMEM) && !control(kmalloc_highmem)) {
		WARN(true,
		     "Unexpected gfp: %#x (__GFP_HIGHMEM) for kmalloc. Fixing up to gfp: %#x. "
		     "Fix your code!",
		     gfp, gfp & ~__GFP_HIGHMEM);
		gfp &= ~__GFP_HIGHMEM;
	}
	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE || (gfp & __GFP_DMA)))
		return kmalloc_pages(size, gfp);
	return (kmem_cache_alloc)(&kmalloc_caches[index_of(size)], gfp);
}

void *__kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes) && !control(kcalloc_wraps))
		return NULL;
	return __kmalloc(bytes, gfp);
}

static void free_pages_of(struct page *head, void *ptr)
{
	if (WARN(ptr != lowmem_page_address(head),
		 "kfree of 0x%08lx, inside a block that starts at 0x%08lx", (unsigned long)ptr,
		 (unsigned long)lowmem_page_address(head)))
		return;
	__clear_page_type(head);
	atomic_sub(1 << compound_order(head), &large_pages);
	__free_pages(head, compound_order(head));
}

__in_registers void kfree_slow(void *ptr)
{
	struct page *page;

	if (ZERO_OR_NULL_PTR(ptr))
		return;
	if (!virt_addr_valid(ptr)) {
		if (!control(kfree_any_address))
			WARN(true, "kfree of 0x%08lx, which is not in the direct map",
			     (unsigned long)ptr);
		return;
	}
	page = virt_to_head_page(ptr);
	if (PageSlab(page))
		slab_free_checked(page->slab_cache, page, ptr);
	else if (page->page_type == SLAB_TYPE_LARGE)
		free_pages_of(page, ptr);
	else
		WARN(true, "kfree of 0x%08lx, which kmalloc did not give, or which is free already",
		     (unsigned long)ptr);
}

size_t ksize(const void *ptr)
{
	struct page *page;

	if (ZERO_OR_NULL_PTR(ptr))
		return 0;
	if (WARN(!virt_addr_valid(ptr), "ksize of 0x%08lx, which is not in the direct map",
		 (unsigned long)ptr))
		return 0;
	page = virt_to_head_page(ptr);
	if (PageSlab(page))
		return page->slab_cache->object_size;
	if (WARN(page->page_type != SLAB_TYPE_LARGE, "ksize of 0x%08lx, which kmalloc did not give",
		 (unsigned long)ptr))
		return 0;
	return PAGE_SIZE << compound_order(page);
}

unsigned long kmalloc_large_pages(void)
{
	return (unsigned long)atomic_read(&large_pages);
}

size_t kmalloc_size_roundup(size_t size)
{
	if (!size || size > KMALLOC_MAX_SIZE)
		return size;
	return size <= KMALLOC_MAX_CACHE_SIZE ? kmalloc_caches[index_of(size)].object_size
					      : (size_t)PAGE_SIZE << pages_order(size);
}

void kfree_sensitive(const void *ptr)
{
	if (!ZERO_OR_NULL_PTR(ptr)) {
		memset((void *)(uintptr_t)ptr, 0, ksize(ptr));
		barrier(); /* or the compiler may think that nobody looks at it any more */
	}
	kfree(ptr);
}

void *krealloc(const void *ptr, size_t size, gfp_t gfp)
{
	size_t old = ksize(ptr);
	void *new;

	if (!size) {
		kfree(ptr);
		return ZERO_SIZE_PTR;
	}
	if (old >= size)
		return (void *)(uintptr_t)ptr;
	new = kmalloc(size, control(krealloc_dirty) ? gfp & ~__GFP_ZERO : gfp);
	if (new &&old) {
		memcpy(new, ptr, old);
		kfree(ptr);
	}
	return new;
}

void *krealloc_array(void *ptr, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : krealloc(ptr, bytes, gfp);
}

void *kmemdup(const void *source, size_t size, gfp_t gfp)
{
	void *copy = kmalloc(size, gfp);

	return copy && size ? memcpy(copy, source, size) : copy;
}

char *kmemdup_nul(const char *s, size_t n, gfp_t gfp)
{
	char *copy = s ? kmalloc(n + 1, gfp) : NULL;

	if (copy) {
		memcpy(copy, s, n);
		copy[n] = '\0';
	}
	return copy;
}

char *kstrndup(const char *s, size_t n, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strnlen(s, n), gfp) : NULL;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strlen(s), gfp) : NULL;
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	va_list copy;
	char *text;
	int n;

	va_copy(copy, args);
	n = vsnprintf(NULL, 0, fmt, copy);
	va_end(copy);
	text = n < 0 ? NULL : kmalloc((size_t)n + 1, gfp);
	if (text)
		vsnprintf(text, (size_t)n + 1, fmt, args);
	return text;
}

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf(gfp, fmt, args);
	va_end(args);
	return text;
}
