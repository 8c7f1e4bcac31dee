/* SPDX-License-Identifier: MIT */
/*
 * The operations that are measured, in Linux's words only. One function an operation; its loop
 * around the operation is part of what is measured (empty_loop tells how much that is). All
 * allocate and free again, map and unmap again, so that N rounds leave nothing behind.
 *
 * page_frag caches are not drained by the operations, as it would be measured too.
 */
#include <asm/tlbflush.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/page_frag_cache.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "bench/bench.h"

#define NPAGES 4096

struct bench_context {
	struct page *pg[NPAGES]; /* as many as the operation needs */
	void *obj[NPAGES];
	struct page_frag_cache frag;
	unsigned long pos;
	unsigned int nr_pages;
};

static struct bench_context context, second_context;
static struct page *low_page;
static struct kmem_cache *cache256;
static u16 shuffled[NPAGES]; /* the numbers below NPAGES */

static void shuffle(void)
{
	u32 seed = 12345;
	int i;

	for (i = 0; i < NPAGES; i++)
		shuffled[i] = i;
	for (i = NPAGES - 1; i > 0; i--) {
		seed = seed * 1664525u + 1013904223u;
		swap(shuffled[i], shuffled[(seed >> 8) % (i + 1)]);
	}
}

static void give_back(struct bench_context *c)
{
	page_frag_cache_drain(&c->frag);
	while (c->nr_pages)
		__free_page(c->pg[--c->nr_pages]);
}

static bool take_pages(struct bench_context *c, unsigned int nr_pages)
{
	page_frag_cache_init(&c->frag);
	c->pos = 0;
	c->nr_pages = 0;
	while (c->nr_pages < nr_pages) {
		struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);

		if (!page) {
			give_back(c);
			return false;
		}
		c->pg[c->nr_pages++] = page;
	}
	return true;
}

struct bench_context *bench_begin_second(unsigned int nr_pages)
{
	return take_pages(&second_context, nr_pages) ? &second_context : NULL;
}

void bench_end_second(struct bench_context *c)
{
	give_back(c);
}

void bench_end(struct bench_context *c)
{
	kmem_cache_destroy(cache256);
	cache256 = NULL;
	give_back(c);
	if (low_page)
		__free_page(low_page);
	low_page = NULL;
}

struct bench_context *bench_begin(unsigned int nr_pages)
{
	struct bench_context *c = &context;

	shuffle();
	low_page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	cache256 = kmem_cache_create("bench256", 256, 0, 0, NULL);
	if (!take_pages(c, nr_pages) || !low_page || !cache256) {
		bench_end(c);
		return NULL;
	}
	return c;
}

static void empty_loop(struct bench_context *c, unsigned long n)
{
	while (n--)
		barrier();
}

static void kmap_hot(struct bench_context *c, unsigned long n)
{
	struct page *page = c->pg[0];

	kmap(page);
	while (n--) {
		kmap(page);
		kunmap(page);
	}
	kunmap(page);
}

static void kmap_cold(struct bench_context *c, unsigned long n)
{
	while (n--) {
		struct page *page = c->pg[c->pos++ & (NPAGES - 1)];

		kmap(page);
		kunmap(page);
	}
}

static void kmap_cold_touch(struct bench_context *c, unsigned long n)
{
	while (n--) {
		struct page *page = c->pg[c->pos++ & (NPAGES - 1)];
		volatile u32 *va = kmap(page);

		*va = n;
		kunmap(page);
	}
}

/* The same loop and the same touch, of a page that is mapped: what is not kmap_cold_touch's own. */
static void kmap_touch_loop(struct bench_context *c, unsigned long n)
{
	volatile u32 *va = kmap(c->pg[0]);

	while (n--) {
		barrier_data(c->pg[c->pos++ & (NPAGES - 1)]);
		*va = n;
	}
	kunmap(c->pg[0]);
}

static void kmap_low(struct bench_context *c, unsigned long n)
{
	while (n--) {
		kmap(low_page);
		kunmap(low_page);
	}
}

static void page_address_high(struct bench_context *c, unsigned long n)
{
	struct page *page = c->pg[0];

	kmap(page);
	while (n--) {
		barrier_data(page_address(page));
	}
	kunmap(page);
}

static void kmap_atomic_one(struct bench_context *c, unsigned long n)
{
	struct page *page = c->pg[0];

	while (n--) {
		void *va = kmap_atomic(page);

		barrier();
		kunmap_atomic(va);
	}
}

static void kmap_atomic_touch(struct bench_context *c, unsigned long n)
{
	while (n--) {
		volatile u32 *va = kmap_atomic(c->pg[c->pos++ & (NPAGES - 1)]);

		*va = n;
		kunmap_atomic((void *)va);
	}
}

static void kmap_atomic_nest4(struct bench_context *c, unsigned long n)
{
	while (n--) {
		void *va0 = kmap_atomic(c->pg[0]);
		void *va1 = kmap_atomic(c->pg[1]);
		void *va2 = kmap_atomic(c->pg[2]);
		void *va3 = kmap_atomic(c->pg[3]);

		barrier();
		kunmap_atomic(va3);
		kunmap_atomic(va2);
		kunmap_atomic(va1);
		kunmap_atomic(va0);
	}
}

static void kmap_local(struct bench_context *c, unsigned long n)
{
	struct page *page = c->pg[0];

	while (n--) {
		void *va = kmap_local_page(page);

		barrier();
		kunmap_local(va);
	}
}

static void kmap_local_nest4(struct bench_context *c, unsigned long n)
{
	while (n--) {
		void *va0 = kmap_local_page(c->pg[0]);
		void *va1 = kmap_local_page(c->pg[1]);
		void *va2 = kmap_local_page(c->pg[2]);
		void *va3 = kmap_local_page(c->pg[3]);

		barrier();
		kunmap_local(va3);
		kunmap_local(va2);
		kunmap_local(va1);
		kunmap_local(va0);
	}
}

static void page_address_low(struct bench_context *c, unsigned long n)
{
	while (n--) {
		barrier_data(page_address(low_page));
	}
}

#define PAGE_ORDER(name, gfp, order)                                                               \
	static void name(struct bench_context *c, unsigned long n)                                 \
	{                                                                                          \
		while (n--) {                                                                      \
			struct page *page = alloc_pages((gfp) | __GFP_NOWARN, order);              \
                                                                                                   \
			if (page)                                                                  \
				__free_pages(page, order);                                         \
			else                                                                       \
				pr_err_once("bench: no page of order %d\n", order);                \
		}                                                                                  \
	}
PAGE_ORDER(page_order0, GFP_KERNEL, 0)
PAGE_ORDER(page_order0_high, GFP_HIGHUSER, 0)
PAGE_ORDER(page_order0_zero, GFP_KERNEL | __GFP_ZERO, 0)
PAGE_ORDER(page_order1, GFP_KERNEL, 1)
PAGE_ORDER(page_order2, GFP_KERNEL, 2)
PAGE_ORDER(page_order3, GFP_KERNEL, 3)
PAGE_ORDER(page_order5, GFP_KERNEL, 5)
PAGE_ORDER(page_order9, GFP_KERNEL, 9)
PAGE_ORDER(page_order10, GFP_KERNEL, 10)

static __always_inline void page_bulk(struct bench_context *c, unsigned long n, gfp_t gfp)
{
	int i;

	while (n--) {
		for (i = 0; i < 1024; i++)
			c->obj[i] = alloc_page(gfp);
		for (i = 0; i < 1024; i++)
			if (c->obj[i])
				__free_page(c->obj[i]);
	}
}

static void page_bulk1024(struct bench_context *c, unsigned long n)
{
	page_bulk(c, n, GFP_KERNEL);
}

static void page_bulk1024_high(struct bench_context *c, unsigned long n)
{
	page_bulk(c, n, GFP_HIGHUSER);
}

#define KMALLOC(size)                                                                              \
	static void kmalloc_##size(struct bench_context *c, unsigned long n)                       \
	{                                                                                          \
		while (n--) {                                                                      \
			void *p = kmalloc(size, GFP_KERNEL);                                       \
                                                                                                   \
			barrier();                                                                 \
			kfree(p);                                                                  \
		}                                                                                  \
	}
KMALLOC(32)
KMALLOC(96)
KMALLOC(192)
KMALLOC(256)
KMALLOC(4096)
KMALLOC(16384)

static void kmem_cache_256(struct bench_context *c, unsigned long n)
{
	while (n--) {
		void *p = kmem_cache_alloc(cache256, GFP_KERNEL);

		barrier();
		kmem_cache_free(cache256, p);
	}
}

static void kmalloc_256_bulk(struct bench_context *c, unsigned long n)
{
	int i;

	while (n--) {
		for (i = 0; i < NPAGES; i++)
			c->obj[i] = kmalloc(256, GFP_KERNEL);
		for (i = 0; i < NPAGES; i++)
			kfree(c->obj[i]);
	}
}

static void kmalloc_256_bulk_shuf(struct bench_context *c, unsigned long n)
{
	int i;

	while (n--) {
		for (i = 0; i < NPAGES; i++)
			c->obj[i] = kmalloc(256, GFP_KERNEL);
		for (i = 0; i < NPAGES; i++)
			kfree(c->obj[shuffled[i]]);
	}
}

/* So many rounds that what is put off until many areas are free is in the figures, too. */
static void vmalloc_4p(struct bench_context *c, unsigned long n)
{
	while (n--)
		vfree(vmalloc(4 * PAGE_SIZE));
}

static void vmalloc_256p(struct bench_context *c, unsigned long n)
{
	while (n--)
		vfree(vmalloc(256 * PAGE_SIZE));
}

static void vmap_4p(struct bench_context *c, unsigned long n)
{
	while (n--)
		vunmap(vmap(c->pg, 4, VM_MAP, PAGE_KERNEL));
}

static void page_frag_256(struct bench_context *c, unsigned long n)
{
	while (n--) {
		void *p = page_frag_alloc(&c->frag, 256, GFP_KERNEL);

		page_frag_free(p);
	}
}

static void page_frag_1024(struct bench_context *c, unsigned long n)
{
	while (n--) {
		void *p = page_frag_alloc(&c->frag, 1024, GFP_KERNEL);

		page_frag_free(p);
	}
}

/* Sizes from 64 to 1024, 16 fragments outstanding. */
static void page_frag_mix(struct bench_context *c, unsigned long n)
{
	static const u16 size[8] = {1024, 64, 512, 128, 1024, 256, 768, 192};
	void *ring[16] = {NULL};
	unsigned int i = 0;

	while (n--) {
		if (ring[i & 15])
			page_frag_free(ring[i & 15]);
		ring[i & 15] = page_frag_alloc(&c->frag, size[i & 7], GFP_KERNEL);
		i++;
	}
	for (i = 0; i < 16; i++)
		if (ring[i])
			page_frag_free(ring[i]);
}

static void clear_high(struct bench_context *c, unsigned long n)
{
	while (n--)
		clear_highpage(c->pg[n & 255]);
}

static void copy_high(struct bench_context *c, unsigned long n)
{
	while (n--)
		copy_highpage(c->pg[n & 255], c->pg[256 + (n & 255)]);
}

static void clear_low(struct bench_context *c, unsigned long n)
{
	while (n--)
		clear_page(page_address(low_page));
}

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mtx);

static void spin(struct bench_context *c, unsigned long n)
{
	while (n--) {
		spin_lock(&lock);
		spin_unlock(&lock);
	}
}

static void spin_irqsave(struct bench_context *c, unsigned long n)
{
	unsigned long flags;

	while (n--) {
		spin_lock_irqsave(&lock, flags);
		spin_unlock_irqrestore(&lock, flags);
	}
}

static void mutex(struct bench_context *c, unsigned long n)
{
	while (n--) {
		mutex_lock(&mtx);
		mutex_unlock(&mtx);
	}
}

/*
 * Two threads on one CPU that wake each other in turn: a round is two wake-ups and two switches.
 */
static DECLARE_WAIT_QUEUE_HEAD(wq_a);
static DECLARE_WAIT_QUEUE_HEAD(wq_b);
static int turn;
static struct task_struct *task_a, *task_b;

static int pong_wq(void *unused)
{
	while (!kthread_should_stop()) {
		wait_event(wq_b, READ_ONCE(turn) == 1 || kthread_should_stop());
		WRITE_ONCE(turn, 0);
		wake_up(&wq_a);
	}
	return 0;
}

static void switch_wq(struct bench_context *c, unsigned long n)
{
	while (n--) {
		WRITE_ONCE(turn, 1);
		wake_up(&wq_b);
		wait_event(wq_a, READ_ONCE(turn) == 0);
	}
}

static int pong_raw(void *unused)
{
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		if (READ_ONCE(turn) == 1) {
			__set_current_state(TASK_RUNNING);
			WRITE_ONCE(turn, 0);
			wake_up_process(task_a);
			continue;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void switch_raw(struct bench_context *c, unsigned long n)
{
	while (n--) {
		WRITE_ONCE(turn, 1);
		wake_up_process(task_b);
		for (;;) {
			set_current_state(TASK_UNINTERRUPTIBLE);
			if (READ_ONCE(turn) == 0)
				break;
			schedule();
		}
		__set_current_state(TASK_RUNNING);
	}
}

/* The partner, on the CPU we are on; we stay there. */
static bool begin_pong(int (*pong)(void *))
{
	migrate_disable();
	turn = 0;
	task_a = current;
	task_b = kthread_run_on_cpu(pong, NULL, smp_processor_id(), "pong/%u");
	if (!IS_ERR(task_b))
		return true;
	migrate_enable();
	return false;
}

static void end_pong(void)
{
	kthread_stop(task_b);
	migrate_enable();
}

static bool begin_pong_wq(void)
{
	return begin_pong(pong_wq);
}

static bool begin_pong_raw(void)
{
	return begin_pong(pong_raw);
}

static void schedule_self(struct bench_context *c, unsigned long n)
{
	while (n--)
		schedule();
}

static void called(void *info)
{
}

/* One call of all CPUs, waited for; and the shootdowns of one page and of everything, as wide. */
static void call_all_cpus(struct bench_context *c, unsigned long n)
{
	while (n--)
		on_each_cpu(called, NULL, 1);
}

static void flush_tlb_page1(struct bench_context *c, unsigned long n)
{
	unsigned long va = (unsigned long)page_address(low_page);

	while (n--)
		flush_tlb_kernel_range(va, va + PAGE_SIZE);
}

static void flush_tlb_full(struct bench_context *c, unsigned long n)
{
	while (n--)
		flush_tlb_all();
}

const struct bench_operation bench_operations[] = {
	{"empty_loop", empty_loop, 100000, 1, 0},
	{"kmap_hot", kmap_hot, 4096, 1, 1},
	{"kmap_cold", kmap_cold, 4096, 1, NPAGES},
	{"kmap_cold_touch", kmap_cold_touch, 4096, 1, NPAGES},
	{"kmap_touch_loop", kmap_touch_loop, 4096, 1, NPAGES},
	{"kmap_low", kmap_low, 8192, 1, 0},
	{"kmap_atomic", kmap_atomic_one, 4096, 1, 1},
	{"kmap_atomic_touch", kmap_atomic_touch, 4096, 1, NPAGES},
	{"kmap_local", kmap_local, 4096, 1, 1},
	{"kmap_atomic_nest4", kmap_atomic_nest4, 1024, 1, 4},
	{"kmap_local_nest4", kmap_local_nest4, 1024, 1, 4},
	{"page_address_high", page_address_high, 8192, 1, 1},
	{"page_address_low", page_address_low, 8192, 1, 0},
	{"page_order0", page_order0, 2048, 1, 0},
	{"page_order0_high", page_order0_high, 2048, 1, 0},
	{"page_order0_zero", page_order0_zero, 256, 1, 0},
	{"page_order1", page_order1, 1024, 1, 0},
	{"page_order2", page_order2, 1024, 1, 0},
	{"page_order3", page_order3, 1024, 1, 0},
	{"page_order5", page_order5, 256, 1, 0},
	{"page_order9", page_order9, 32, 1, 0},
	{"page_order10", page_order10, 32, 1, 0},
	{"page_bulk1024", page_bulk1024, 1, 1024, 0},
	{"page_bulk1024_high", page_bulk1024_high, 1, 1024, 0},
	{"kmalloc_32", kmalloc_32, 4096, 1, 0},
	{"kmalloc_96", kmalloc_96, 4096, 1, 0},
	{"kmalloc_192", kmalloc_192, 4096, 1, 0},
	{"kmalloc_256", kmalloc_256, 4096, 1, 0},
	{"kmalloc_4096", kmalloc_4096, 1024, 1, 0},
	{"kmalloc_16384", kmalloc_16384, 512, 1, 0},
	{"kmem_cache_256", kmem_cache_256, 4096, 1, 0},
	{"kmalloc_256_bulk", kmalloc_256_bulk, 1, NPAGES, 0},
	{"kmalloc_256_bulk_shuf", kmalloc_256_bulk_shuf, 1, NPAGES, 0},
	{"vmalloc_4p", vmalloc_4p, 8192, 1, 0},
	{"vmalloc_256p", vmalloc_256p, 256, 1, 0},
	{"vmap_4p", vmap_4p, 8192, 1, 4},
	{"page_frag_256", page_frag_256, 4096, 1, 0},
	{"page_frag_1024", page_frag_1024, 4096, 1, 0},
	{"page_frag_mix", page_frag_mix, 4096, 1, 0},
	{"clear_highpage", clear_high, 256, 1, 256},
	{"copy_highpage", copy_high, 256, 1, 512},
	{"clear_lowpage", clear_low, 256, 1, 0},
	{"spin_lock", spin, 8192, 1, 0},
	{"spin_lock_irqsave", spin_irqsave, 8192, 1, 0},
	{"mutex", mutex, 8192, 1, 0},
	{"on_each_cpu", call_all_cpus, 1024, 1, 0},
	{"flush_tlb_page", flush_tlb_page1, 1024, 1, 0},
	{"flush_tlb_all", flush_tlb_full, 1024, 1, 0},
	{"schedule_self", schedule_self, 2048, 1, 0},
	{"switch_wq", switch_wq, 1024, 2, 0},
	{"switch_raw", switch_raw, 1024, 2, 0},
	{NULL, NULL, 0, 0, 0},
};

const struct bench_fixture bench_fixtures[] = {
	{"switch_wq", begin_pong_wq, end_pong},
	{"switch_raw", begin_pong_raw, end_pong},
	{NULL, NULL, NULL},
};
