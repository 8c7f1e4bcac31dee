/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU memory at run time: see percpu_alloc.h.
 *
 * Memory comes in chunks, each an area of vmalloc() that is laid out as the static copies are:
 *
 *	base            base + unit      base + 2 units
 *	+---------------+----------------+---- ... ----+
 *	| copy of CPU 0 | copy of CPU 1  |             |	nr_cpu_ids units
 *	+---------------+----------------+---- ... ----+
 *
 * So CPU n finds its copy of whatever lies in the first unit percpu_offset[n] bytes higher, as it
 * does with a static variable, and its %fs leads there by itself.
 *
 * mm/percpu_chunk.h keeps the books. A request for which the chunks have no room, or none that is
 * found soon, gets a chunk more; a chunk without objects is given back at once.
 *
 * pcpu_lock, with interrupts off, guards all of it; no memory is taken, freed or zeroed under it.
 */
#include "mm/percpu_alloc.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/log2.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/percpu_chunk.h"
#include "mm/vmalloc.h"

#define TRIES     16 /* chunks to look at where room is doubtful */
#define GFP_ASKED (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN) /* flags that count */

static DEFINE_SPINLOCK(pcpu_lock);

/* --- chunks made and given back, without the lock --------------------------------------------- */

static struct pcpu_chunk *chunk_make(gfp_t gfp)
{
	size_t words = BITS_TO_LONGS(pcpu_unit_granules());
	struct pcpu_chunk *chunk;

	gfp &= GFP_ASKED;
	chunk = kzalloc(sizeof(*chunk) + 2 * words * sizeof(long), gfp);
	if (!chunk)
		return NULL;
	chunk->starts = chunk->used + words;
	chunk->base = __vmalloc(nr_cpu_ids * percpu_unit_size(), gfp);
	if (chunk->base)
		return chunk;
	kfree(chunk);
	return NULL;
}

static void chunk_give_back(struct pcpu_chunk *chunk)
{
	if (preemptible())
		vfree(chunk->base);
	else
		vfree_atomic(chunk->base);
	kfree(chunk);
}

/* --- what others call ------------------------------------------------------------------------- */

static void *take_from_any(unsigned int n, unsigned int mask, unsigned int tries)
{
	struct pcpu_chunk *chunk;
	unsigned long flags;
	void *ptr = NULL;
	unsigned int at;

	spin_lock_irqsave(&pcpu_lock, flags);
	chunk = pcpu_find_room(n, mask, tries, &at);
	if (chunk)
		ptr = pcpu_take(chunk, at, n);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return ptr;
}

/* From a new chunk, which nobody else has seen yet. */
static void *take_from_new(unsigned int n, gfp_t gfp)
{
	struct pcpu_chunk *chunk = chunk_make(gfp);
	unsigned long flags;
	void *ptr;

	if (!chunk)
		return NULL;
	spin_lock_irqsave(&pcpu_lock, flags);
	pcpu_chunk_insert(chunk);
	ptr = pcpu_take(chunk, 0, n);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return ptr;
}

static void zero_copies(void *ptr, size_t size)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
	{
		if (cpu == 0 || !control(percpu_copies_not_zeroed))
			memset(per_cpu_ptr(ptr, cpu), 0, size);
	}
}

void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	unsigned int n = DIV_ROUND_UP(size, PCPU_GRANULE), mask;
	bool may_sleep = gfpflags_allow_blocking(gfp);
	void *ptr;

	align = max(align, (size_t)PCPU_GRANULE);
	if (WARN(size == 0 || size > percpu_unit_size() || align > PAGE_SIZE ||
			 !is_power_of_2(align),
		 "illegal size (%zu) or align (%zu) for percpu allocation", size, align))
		return NULL;
	if (may_sleep)
		might_sleep();
	mask = align / PCPU_GRANULE - 1;
	ptr = take_from_any(n, mask, may_sleep ? TRIES : PCPU_TRY_ALL);
	if (!ptr && may_sleep) {
		ptr = take_from_new(n, gfp);
		if (!ptr)
			ptr = take_from_any(n, mask, PCPU_TRY_ALL);
	}
	if (ptr)
		zero_copies(ptr, n * PCPU_GRANULE);
	return ptr;
}

void *__alloc_percpu(size_t size, size_t align)
{
	return __alloc_percpu_gfp(size, align, GFP_KERNEL);
}

void free_percpu(void *ptr)
{
	struct pcpu_chunk *empty;
	unsigned long flags;
	bool was;

	BUG_ON(in_nmi());
	if (!ptr)
		return;
	spin_lock_irqsave(&pcpu_lock, flags);
	was = pcpu_give_back(ptr, &empty);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	WARN(!was, "free_percpu() of %p, which is no per-CPU object or was freed already", ptr);
	if (empty)
		chunk_give_back(empty);
}

size_t percpu_bytes_used(void)
{
	return READ_ONCE(pcpu_granules_used) * PCPU_GRANULE;
}

const char *percpu_alloc_check(void)
{
	const char *wrong;
	unsigned long flags;

	spin_lock_irqsave(&pcpu_lock, flags);
	wrong = pcpu_chunks_check();
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return wrong;
}
