/* SPDX-License-Identifier: MIT */
/*
 * Areas of the vmalloc window: who owns which addresses, and when freed ones can be used again.
 *
 * One lock guards the books (mm/va_space.h) and is held for a few dozen instructions: never while
 * page tables change, a TLB is flushed, or memory is allocated. Interrupt handlers never take it.
 *
 * Freed addresses are purged, that is flushed and made free, by whoever frees so much that
 * lazy_limit is passed, and by whoever finds no room. purge_lock lets one at a time do that, so
 * that who waits for it finds what the other one freed.
 *
 * Records come from a stock of our own, whole pages cut in pieces: taking one costs no more than
 * the lock that is needed anyway. vmalloc_trim() gives back pages whose records are all unused.
 */
#include "kernel/sync/spinlock.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "mm/kvfree_rcu.h"
#include "mm/page_alloc.h"
#include "mm/shrinker.h"
#include "mm/tlb.h"
#include "mm/vmap_internal.h"

/* A part of the window: so much may be waiting for a flush. */
#define LAZY_SHARE 8

static DEFINE_SPINLOCK(vmap_lock);
static DEFINE_SPINLOCK(purge_lock);
static struct va_space vmap_space;
static struct vm_struct first_free;
static unsigned long lazy_limit;

#define RECORDS_A_PAGE (PAGE_SIZE / sizeof(struct vm_struct))

static inline struct vm_struct *vm_of(struct va_area *va)
{
	return container_of(va, struct vm_struct, va);
}

/* A page of records more; false: no memory. */
static bool grow_stock(gfp_t gfp)
{
	struct page *page = alloc_page(gfp & GFP_MANNERS); /* private is 0 */
	struct vm_struct *vm;

	if (!page)
		return false;
	vm = page_to_virt(page);
	spin_lock(&vmap_lock);
	for (unsigned int i = 0; i < RECORDS_A_PAGE; i++, vm++)
		va_add_record(&vmap_space, &vm->va);
	spin_unlock(&vmap_lock);
	return true;
}

void vm_unmap_aliases(void)
{
	unsigned long start, end;
	struct va_area *chain;

	might_sleep();
	spin_lock(&purge_lock);
	spin_lock(&vmap_lock);
	chain = va_purge_begin(&vmap_space, &start, &end);
	spin_unlock(&vmap_lock);
	if (chain) {
		if (!control(purge_without_flush))
			flush_tlb_kernel_range(start, end);
		spin_lock(&vmap_lock);
		va_purge_end(&vmap_space, chain);
		spin_unlock(&vmap_lock);
	}
	spin_unlock(&purge_lock);
}

/* Takes the pages out of the stock all of whose records are in it, onto LIST. */
static void take_unused_pages(struct list_head *list)
{
	struct va_area *va, **link = &vmap_space.stock;

	va_use_first(&vmap_space);
	for (va = vmap_space.stock; va; va = va->next_area)
		virt_to_page(va)->private ++;
	while ((va = *link)) {
		struct page *page = virt_to_page(va);

		if (page->private < RECORDS_A_PAGE) {
			link = &va->next_area;
			continue;
		}
		*link = va->next_area;
		vmap_space.nr_stock--;
		if (offset_in_page(vm_of(va)) == 0)
			list_add(&page->lru, list);
	}
	for (va = vmap_space.stock; va; va = va->next_area)
		virt_to_page(va)->private = 0;
}

unsigned long vmalloc_trim(void)
{
	unsigned long freed = 0;
	struct page *page, *next;
	LIST_HEAD(unused);

	vm_unmap_aliases();
	spin_lock(&vmap_lock);
	take_unused_pages(&unused);
	spin_unlock(&vmap_lock);
	list_for_each_entry_safe(page, next, &unused, lru) {
		list_del(&page->lru);
		page->private = 0;
		__free_page(page);
		freed++;
	}
	return freed;
}

static unsigned long count_stock(struct shrinker *shrinker, struct shrink_control *sc)
{
	return READ_ONCE(vmap_space.nr_stock) + (READ_ONCE(vmap_space.lazy) != NULL);
}

static unsigned long shrink_stock(struct shrinker *shrinker, struct shrink_control *sc)
{
	if (!gfpflags_allow_blocking(sc->gfp_mask))
		return SHRINK_STOP;
	return vmalloc_trim() * RECORDS_A_PAGE;
}

static struct shrinker stock_shrinker = {
	.count_objects = count_stock,
	.scan_objects = shrink_stock,
	.seeks = DEFAULT_SEEKS,
};

void vmalloc_init(void)
{
	va_space_init(&vmap_space, &first_free.va, VMALLOC_START, VMALLOC_END);
	lazy_limit = (VMALLOC_END - VMALLOC_START) / LAZY_SHARE;
	register_shrinker(&stock_shrinker, "vmalloc");
}

/* One attempt; NULL: *NO_RECORD says what is missing. */
static __always_inline struct vm_struct *try_get(unsigned long size, unsigned long align,
						 unsigned long flags, const void *caller,
						 bool *no_record)
{
	struct vm_struct *vm = NULL;
	struct va_area *va;

	spin_lock(&vmap_lock);
	*no_record = vmap_space.nr_stock < VA_RECORDS;
	if (likely(!*no_record)) {
		va = va_alloc(&vmap_space, size, align);
		if (likely(va)) {
			vm = vm_of(va);
			vm->addr = (void *)va->start;
			vm->size = size;
			vm->flags = flags;
			vm->pages = NULL;
			vm->nr_pages = 0;
			vm->phys_addr = 0;
			vm->caller = caller;
		}
	}
	spin_unlock(&vmap_lock);
	return vm;
}

/* Out of line: a record, or addresses, must be found first. */
static noinline struct vm_struct *get_slowly(unsigned long size, unsigned long align,
					     unsigned long flags, gfp_t gfp, const void *caller)
{
	bool no_record, purged = false;
	struct vm_struct *vm;

	while (!(vm = try_get(size, align, flags, caller, &no_record))) {
		if (no_record) {
			if (!grow_stock(gfp))
				return NULL;
		} else if (!purged) {
			purged = true;
			if (!control(kvfree_rcu_keeps_addresses))
				kvfree_rcu_drain();
			vm_unmap_aliases();
		} else {
			WARN_ONCE(!(gfp & __GFP_NOWARN),
				  "vmap allocation for size %lu failed: use vmalloc=<size> to "
				  "increase size",
				  size);
			return NULL;
		}
	}
	return vm;
}

__in_registers struct vm_struct *vm_area_get(unsigned long nr, unsigned long align,
					     unsigned long flags, gfp_t gfp, const void *caller)
{
	unsigned long size = (nr + !(flags & VM_NO_GUARD)) << PAGE_SHIFT;
	struct vm_struct *vm;
	bool no_record;

	if (unlikely(nr - 1 >= (VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT)) {
		if (nr == 0)
			return NULL;
		size = (unsigned long)PAGE_MASK; /* so much is never free */
	}
	vm = try_get(size, align, flags, caller, &no_record);
	return likely(vm) ? vm : get_slowly(size, align, flags, gfp, caller);
}

__in_registers struct vm_struct *vm_area_take(const void *addr, unsigned long kinds)
{
	struct vm_struct *vm = NULL;
	struct va_area *va;

	spin_lock(&vmap_lock);
	va = va_find(&vmap_space, (unsigned long)addr);
	if (likely(va && va->start == (unsigned long)addr && (vm_of(va)->flags & kinds))) {
		va->dying = true;
		vm = vm_of(va);
	}
	spin_unlock(&vmap_lock);
	return vm;
}

__in_registers void vm_area_put(struct vm_struct *vm)
{
	bool due;

	spin_lock(&vmap_lock);
	va_release(&vmap_space, &vm->va);
	due = vmap_space.lazy_bytes > lazy_limit;
	spin_unlock(&vmap_lock);
	if (unlikely(due))
		vm_unmap_aliases();
}

/*
 * Small areas, in one page table, are taken apart under the lock, rather than to take it twice.
 */
#define FEW_PAGES 16

static __always_inline bool is_few(const struct va_area *va)
{
	return va->end - va->start <= FEW_PAGES * PAGE_SIZE &&
	       ((va->start ^ (va->end - 1)) & PMD_MASK) == 0;
}

/* Unmaps all of VA, releases it, and drops the lock. */
static __always_inline void unmap_few_and_unlock(struct va_area *va)
{
	bool due;

	vmap_clear_part(vmap_entry(va->start), (va->end - va->start) >> PAGE_SHIFT);
	va_release(&vmap_space, va);
	due = vmap_space.lazy_bytes > lazy_limit;
	spin_unlock(&vmap_lock);
	if (unlikely(due))
		vm_unmap_aliases();
}

__in_registers bool vm_area_unmap(const void *addr, unsigned long kinds)
{
	struct va_area *va;

	spin_lock(&vmap_lock);
	va = va_find(&vmap_space, (unsigned long)addr);
	if (unlikely(!va || va->start != (unsigned long)addr || !(vm_of(va)->flags & kinds))) {
		spin_unlock(&vmap_lock);
		return false;
	}
	if (likely(is_few(va))) {
		unmap_few_and_unlock(va);
		return true;
	}
	va->dying = true;
	spin_unlock(&vmap_lock);
	vmap_clear(va->start, vm_area_pages(vm_of(va)));
	vm_area_put(vm_of(va));
	return true;
}

__in_registers unsigned int vm_area_unmap_few(const void *addr, struct page **pages,
					      struct vm_struct **taken)
{
	const unsigned long kinds = VM_ALLOC | VM_MAP_PUT_PAGES;
	struct vm_struct *vm;
	struct va_area *va;
	unsigned int nr;

	spin_lock(&vmap_lock);
	va = va_find(&vmap_space, (unsigned long)addr);
	*taken = NULL;
	if (likely(va && va->start == (unsigned long)addr && (vm_of(va)->flags & kinds))) {
		vm = vm_of(va);
		if (likely(vm->pages == vm->inline_pages && is_few(va))) {
			/* All of them: it is shorter than to count. */
			__builtin_memcpy(pages, vm->inline_pages, sizeof(vm->inline_pages));
			nr = vm->nr_pages;
			unmap_few_and_unlock(va);
			return nr;
		}
		va->dying = true;
		*taken = vm;
	}
	spin_unlock(&vmap_lock);
	return 0;
}

void vm_area_abandon(struct vm_struct *vm)
{
	spin_lock(&vmap_lock);
	va_abandon(&vmap_space, &vm->va);
	spin_unlock(&vmap_lock);
}

struct vm_struct *find_vm_area(const void *addr)
{
	struct va_area *va;

	spin_lock(&vmap_lock);
	va = va_find(&vmap_space, (unsigned long)addr);
	spin_unlock(&vmap_lock);
	return va ? vm_of(va) : NULL;
}

bool vm_area_copy(unsigned long addr, struct vm_struct *copy)
{
	struct va_area *va;

	spin_lock(&vmap_lock);
	va = va_first_busy(&vmap_space, addr);
	if (va)
		*copy = *vm_of(va);
	spin_unlock(&vmap_lock);
	return va != NULL;
}

bool vm_lazy_range(unsigned long addr, unsigned long *start, unsigned long *end)
{
	struct va_area *va;

	spin_lock(&vmap_lock);
	va = va_first_lazy(&vmap_space, addr);
	if (va) {
		*start = va->start;
		*end = va->end;
	}
	spin_unlock(&vmap_lock);
	return va != NULL;
}

const char *vmalloc_check(void)
{
	const char *wrong;

	spin_lock(&vmap_lock);
	wrong = va_check(&vmap_space);
	spin_unlock(&vmap_lock);
	return wrong;
}
