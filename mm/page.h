/* SPDX-License-Identifier: MIT */
/*
 * struct page: what the kernel knows about one page frame, and the four names of a frame.
 *
 * All of them lie in one array, mem_map, in low memory: entry N describes frame N, from 0 to
 * max_pfn and on to the end of the last page block. 32 bytes a frame, because with 64 GiB of RAM
 * the array eats 512 of the 896 MiB that the direct map has:
 *
 *	offset  0  flags         PG_ bits, changed atomically
 *	        4  _refcount     users of the page; 0: it is free, or nobody ever owned it
 *	        8  page_type     what the allocators use it for (PGTY_), or
 *	           _mapcount     user mappings of the page; one word, so that one compare sees both
 *	       12  mapping       owner of a user page, or
 *	           slab_cache    the cache whose objects lie in it
 *	       16  lru           link in a list of whoever owns the page, or
 *	           compound_head tail page: address of the head page + 1 (bit 0 marks the tail), and
 *	       20  compound_order (first tail only) order of the compound page
 *	       24  index         offset in the mapping; slab: counters
 *	       28  private       the owner's; slab: free objects
 *
 * All zeroes is a valid state: "no use of the allocators' business": no flags, no users, no type.
 * So mem_map needs one fill with zeroes at boot and nothing for each page; the few frames that are
 * taken or do not exist become PageReserved range by range (mm/page_init.c). It also makes the
 * test for a page that may be freed one OR of four words. What Linux stores as -1 for "not mapped"
 * is 0.
 *
 * The frame's zone is not stored: zones are contiguous, page_zone() compares addresses (mmzone.h).
 *
 * Four names of a frame: pfn (its number), struct page *, physical address, and, in low memory
 * only, the address in the direct map. All conversions here are arithmetic, legal in any context.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include "boot/layout.h"
#include "lib/bitops.h"
#include "lib/list.h"
#include "lib/types.h"

struct kmem_cache;

struct page {
	unsigned long flags;
	atomic_t _refcount;
	union {
		u32 page_type;
		atomic_t _mapcount;
	};
	union {
		void *mapping;
		struct kmem_cache *slab_cache;
	};
	union {
		struct list_head lru;
		struct {
			unsigned long compound_head;
			unsigned long compound_order;
		};
	};
	union {
		unsigned long index;
		unsigned long counters;
	};
	union {
		unsigned long private;
		void *freelist;
	};
	unsigned long padding[__SIZEOF_POINTER__ / 8]; /* 64-bit hosts: a power of two, as here */
};

#if __SIZEOF_POINTER__ == 4
static_assert(sizeof(struct page) == 32,
	      "boot/memlimits.c counts on it, and so does 64 GiB of RAM");
#endif

/* --- flags ------------------------------------------------------------------------------------ */

enum pageflags {
	PG_locked,     /* lock_page(): its owner works on it */
	PG_referenced, /* used since somebody looked last */
	PG_dirty,      /* written to through a mapping */
	PG_reserved,   /* not the allocator's: taken at boot, or no RAM at all */
	PG_head,       /* first page of a compound page */
	PG_private,    /* private and mapping belong together */
	PG_poisoned,   /* free and filled with a pattern (debug builds) */
	PG_pfmemalloc, /* came out of the reserves */
	PG_hwpoison,   /* found broken, or misused: never handed out again */
	__NR_PAGEFLAGS,
};

/* PageX(page), SetPageX(page), ClearPageX(page), and __ forms for a page nobody else sees. */
#define PAGE_FLAG(Name, bit)                                                                       \
	static inline bool Page##Name(const struct page *page)                                     \
	{                                                                                          \
		return test_bit(bit, &page->flags);                                                \
	}                                                                                          \
	static inline void SetPage##Name(struct page *page)                                        \
	{                                                                                          \
		set_bit(bit, &page->flags);                                                        \
	}                                                                                          \
	static inline void ClearPage##Name(struct page *page)                                      \
	{                                                                                          \
		clear_bit(bit, &page->flags);                                                      \
	}                                                                                          \
	static inline void __SetPage##Name(struct page *page)                                      \
	{                                                                                          \
		page->flags |= BIT(bit);                                                           \
	}                                                                                          \
	static inline void __ClearPage##Name(struct page *page)                                    \
	{                                                                                          \
		page->flags &= ~BIT(bit);                                                          \
	}

PAGE_FLAG(Locked, PG_locked)
PAGE_FLAG(Referenced, PG_referenced)
PAGE_FLAG(Dirty, PG_dirty)
PAGE_FLAG(Reserved, PG_reserved)
PAGE_FLAG(Head, PG_head)
PAGE_FLAG(Private, PG_private)
PAGE_FLAG(Poisoned, PG_poisoned)
PAGE_FLAG(Pfmemalloc, PG_pfmemalloc)
PAGE_FLAG(HWPoison, PG_hwpoison)

/* Flags that a page must have lost when it is freed; PG_head is taken away by the free itself. */
#define PAGE_FLAGS_CHECK_AT_FREE                                                                   \
	(BIT(PG_locked) | BIT(PG_reserved) | BIT(PG_private) | BIT(PG_hwpoison))
/* Flags that nobody sets while a page is free: no page comes out of the allocator with them. */
#define PAGE_FLAGS_CHECK_AT_PREP ((BIT(__NR_PAGEFLAGS) - 1) & ~BIT(PG_poisoned))

/* --- types -------------------------------------------------------------------------------------
 *
 * page_type: the top byte says what the page is, the rest belongs to that type. A page with a
 * type is never mapped to a user, so small numbers are free to be map counts.
 *
 *	buddy   31..24 PGTY_buddy   23..16 mobility of the list it is on   15..8 zone   7..0 order
 */
#define PGTY_SHIFT 24
enum page_kind {
	PGTY_none,
	PGTY_buddy = 0xb1, /* head of a free block (mm/buddy.h); its other pages have no type */
	PGTY_slab = 0x51,  /* objects of slab_cache */
	PGTY_large = 0x52, /* a kmalloc() too large for a slab */
	PGTY_table = 0x53, /* a page table */
	PGTY_guard = 0x54,
};

static inline bool page_type_is(const struct page *page, u32 type)
{
	return page->page_type >> PGTY_SHIFT == type;
}

static inline bool PageBuddy(const struct page *page)
{
	return page_type_is(page, PGTY_buddy);
}

static inline bool PageSlab(const struct page *page)
{
	return page_type_is(page, PGTY_slab);
}

static inline bool PageTable(const struct page *page)
{
	return page_type_is(page, PGTY_table);
}

static inline void __set_page_type(struct page *page, u32 type)
{
	page->page_type = (u32)type << PGTY_SHIFT;
}

static inline void __clear_page_type(struct page *page)
{
	page->page_type = 0;
}

static inline unsigned long page_private(const struct page *page)
{
	return page->private;
}

static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

/* --- the four names of a frame ---------------------------------------------------------------- */

extern struct page *mem_map;
extern uintptr_t mem_map_of_virt; /* where the entry of address 0 would be: see virt_to_page() */
extern unsigned long max_pfn;     /* first frame after the last RAM that is used */
extern unsigned long max_low_pfn; /* first frame after low memory: the direct map ends here */

/* The first page of the zones Normal and HighMem; where a zone is empty, the end of the array. */
extern struct page *zone_first_page[3];

static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - mem_map);
}

/*
 * A frame's address is its number times PAGE_SIZE, its place in mem_map its number times the size
 * of a struct page, a power of two: one is the other, shifted. page_offset() is that place, for who
 * writes many page-table entries.
 */
#define FRAME_SHIFT (PAGE_SHIFT - __builtin_ctz(sizeof(struct page)))

static inline u32 page_offset(const struct page *page)
{
	return (u32)((uintptr_t)page - (uintptr_t)mem_map);
}

static inline struct page *pfn_to_page(unsigned long pfn)
{
	return mem_map + pfn;
}

/* Does the frame have a struct page? It may still be a hole: then it is PageReserved. */
static inline bool pfn_valid(unsigned long pfn)
{
	return pfn < max_pfn;
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
	return PFN_PHYS(page_to_pfn(page));
}

static inline struct page *phys_to_page(phys_addr_t phys)
{
	return pfn_to_page(PFN_DOWN(phys));
}

/* An image without high memory has no such page, and no test for it. */
#ifdef CONFIG_HIGHMEM
static inline bool PageHighMem(const struct page *page)
{
	return page >= zone_first_page[2];
}
#else
static inline bool PageHighMem(const struct page *page)
{
	return false;
}
#endif

/* For pages of low memory only: the page's address in the direct map. One shift: the size of a
 * struct page is a power of two. */
static inline void *lowmem_page_address(const struct page *page)
{
	uintptr_t offset = (uintptr_t)page - (uintptr_t)mem_map;

	return (void *)(offset * (PAGE_SIZE / sizeof(struct page)) + PAGE_OFFSET);
}

/* For addresses in the direct map only. */
static inline struct page *virt_to_page(const volatile void *addr)
{
	return (struct page *)(mem_map_of_virt +
			       ((uintptr_t)addr >> PAGE_SHIFT) * sizeof(struct page));
}

/* Is ADDR in the direct map, that is: may virt_to_page() be asked? */
static inline bool virt_addr_valid(const volatile void *addr)
{
	return (uintptr_t)addr - PAGE_OFFSET < (uintptr_t)max_low_pfn << PAGE_SHIFT;
}

#define page_to_virt(page)   lowmem_page_address(page)
#define pfn_to_kaddr(pfn)    __va(PFN_PHYS(pfn))
#define virt_to_pfn(addr)    PFN_DOWN(__pa(addr))
#define offset_in_page(addr) ((unsigned long)(addr) & ~(unsigned long)PAGE_MASK)
#define virt_to_phys(addr)   __pa(addr)
#define phys_to_virt(phys)   __va(phys)

/* --- compound pages --------------------------------------------------------------------------- */

static inline bool PageTail(const struct page *page)
{
	return READ_ONCE(page->compound_head) & 1;
}

static inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

/* The page itself, or the head of the compound page of which it is a tail. */
static inline struct page *compound_head(const struct page *page)
{
	unsigned long head = READ_ONCE(page->compound_head);

	return head & 1 ? (struct page *)(uintptr_t)(head - 1) : (struct page *)(uintptr_t)page;
}

static inline struct page *virt_to_head_page(const volatile void *addr)
{
	return compound_head(virt_to_page(addr));
}

/* Of a head page, or of any page that is not compound (0). */
static inline unsigned int compound_order(const struct page *page)
{
	return PageHead(page) ? (unsigned int)page[1].compound_order : 0;
}

#include "mm/page_address.h" /* page_address(): of any page */

#endif /* MM_PAGE_H */
