/* SPDX-License-Identifier: MIT */
/*
 * Proves of might_sleep(): each of the calls that may sleep is reported where it must not be made,
 * with the line that makes it, and nowhere else; and the call does its work all the same.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/sync/completion.h"
#include "kernel/sync/lockdep.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/rwsem.h"
#include "kernel/sync/semaphore.h"
#include "kernel/sync/wait.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/vmalloc.h"
#include "tests/kunit.h"
#include "tests/kunit_crash.h"
#include "tests/rtc.h"

#define PATIENCE 5000000000ull /* ns, for a ring of the chip */

static struct page *low_page, *high_page, *got_page;
static void *got;

static DEFINE_MUTEX(mutex);
static DEFINE_SEMAPHORE(semaphore);
static DECLARE_RWSEM(rwsem);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(completion);

/*
 * A call and what undoes it: a lock is given back in the context that took it, all else where
 * everything is allowed. A hot call looks at interrupts in debug builds only.
 */
enum traits { PLAIN = 0, HOT = 1, LOCK = 2 };

struct sleeping_call {
	const char *name;
	void (*call)(void);
	void (*undo)(void);
	int line; /* that the report must name */
	enum traits traits;
};

#define CALL(name, statement, undone)                                                              \
	enum { LINE_OF_##name = __LINE__ };                                                        \
	static void call_##name(void)                                                              \
	{                                                                                          \
		statement;                                                                         \
	}                                                                                          \
	static void undo_##name(void)                                                              \
	{                                                                                          \
		undone;                                                                            \
	}
#define ENTRY(name, traits)                                                                        \
	{                                                                                          \
#name, call_##name, undo_##name, LINE_OF_##name, traits                            \
	}

CALL(kmap_low, got = kmap(low_page), kunmap(low_page))
CALL(kmap_high, got = kmap(high_page), kunmap(high_page))
CALL(vmalloc, got = vmalloc(3 * PAGE_SIZE), vfree(got))
CALL(vmap, got = vmap(&low_page, 1, VM_MAP, PAGE_KERNEL), vunmap(got))
CALL(mutex_lock, mutex_lock(&mutex), mutex_unlock(&mutex))
CALL(alloc_page, got = got_page = alloc_page(GFP_KERNEL), __free_page(got_page))
CALL(alloc_pages, got = got_page = alloc_pages(GFP_KERNEL, 1), __free_pages(got_page, 1))
CALL(kmalloc, got = kmalloc(40, GFP_KERNEL), kfree(got))
CALL(kcalloc, got = kcalloc(3, 40, GFP_KERNEL), kfree(got))
CALL(down, down(&semaphore), up(&semaphore))
CALL(down_read, down_read(&rwsem), up_read(&rwsem))
CALL(down_write, down_write(&rwsem), up_write(&rwsem))
CALL(wait_event, wait_event(queue, got), (void)0)
CALL(wait_for_completion, wait_for_completion(&completion), complete(&completion))
CALL(cond_resched, cond_resched(), (void)0)

static const struct sleeping_call calls[] = {
	ENTRY(kmap_low, HOT),       ENTRY(kmap_high, PLAIN),
	ENTRY(vmalloc, PLAIN),      ENTRY(vmap, PLAIN),
	ENTRY(mutex_lock, LOCK),    ENTRY(alloc_page, PLAIN),
	ENTRY(alloc_pages, PLAIN),  ENTRY(kmalloc, HOT),
	ENTRY(kcalloc, HOT),        ENTRY(down, LOCK),
	ENTRY(down_read, LOCK),     ENTRY(down_write, LOCK),
	ENTRY(wait_event, LOCK),    ENTRY(wait_for_completion, LOCK),
	ENTRY(cond_resched, PLAIN),
};

static int take_pages(struct kunit *test)
{
	reinit_completion(&completion);
	complete(&completion);
	low_page = alloc_page(GFP_KERNEL);
	high_page = alloc_page(GFP_HIGHUSER);
	return low_page && high_page ? 0 : -ENOMEM;
}

static void give_pages(struct kunit *test)
{
	__free_page(high_page);
	__free_page(low_page);
}

static bool possible(const struct sleeping_call *c)
{
	return c->call != call_kmap_high || PageHighMem(high_page);
}

static void make(const struct sleeping_call *c)
{
	c->call();
	if (c->traits & LOCK)
		c->undo();
}

/* Makes each call by @in_context, which must lead to one report that names its line. */
static void expect_reports(struct kunit *test, void (*in_context)(const struct sleeping_call *c),
			   const char *context)
{
	bool only_off = strncmp(context, "in_atomic(): 0", 14) == 0;
	struct kunit_warn_watch flush;
	char glob[120];

	/* A map or an area may be the one that has to flush, which waits for other CPUs: that is
	 * reported, too. */
	kunit_warn_begin(&flush, "smp: *");
	for (const struct sleeping_call *c = calls; c < calls + ARRAY_SIZE(calls); c++) {
		if (!possible(c) || (only_off && (c->traits & HOT) && !lockdep_enabled()))
			continue;
		snprintf(glob, sizeof(glob),
			 "*invalid context at tests/sync_might_sleep_test.c:%d;*%s", c->line,
			 context);
		might_sleep_forget(); /* a place is silent for a second after each report */
		got = low_page;
		KUNIT_EXPECT_WARN_COUNT(test, 1, glob, in_context(c));
		KUNIT_ASSERT_NOT_NULL_MSG(test, got, "%s", c->name);
		if (!(c->traits & LOCK))
			c->undo();
	}
	atomic_inc(&flush.nr_matched); /* mostly there is none */
	kunit_warn_judge(test, &flush, NULL, 0);
}

static void make_under_a_lock(const struct sleeping_call *c)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	make(c);
	spin_unlock(&lock);
}

static void reported_under_a_spin_lock(struct kunit *test)
{
	expect_reports(test, make_under_a_lock, "in_atomic(): 1*");
}

static const struct sleeping_call *to_make;

static void timer_rings(unsigned int irq, void *arg)
{
	const struct sleeping_call *c = to_make;

	rtc_answer();
	if (c)
		make(c);
	WRITE_ONCE(to_make, NULL);
}

/* Nobody is interrupted but this thread, which holds none of the locks that the call takes. */
static void make_in_the_timer(const struct sleeping_call *c)
{
	u64 end = clock_ns() + PATIENCE;

	preempt_disable();
	local_irq_disable();
	to_make = c;
	rtc_ring(RTC_1024_HZ);
	local_irq_enable();
	while (READ_ONCE(to_make) && clock_ns() < end)
		cpu_relax();
	local_irq_disable();
	rtc_ring(RTC_SILENT);
	to_make = NULL;
	local_irq_enable();
	preempt_enable();
}

/* kmap()'s and vmalloc()'s locks are none for handlers: lockdep says so too, once a boot. */
static void reported_in_a_timer_interrupt(struct kunit *test)
{
	struct kunit_warn_watch lockdep;

	/* Where the line leads to: on another CPU it would interrupt whoever is there. */
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	KUNIT_ASSERT_EQ(test, request_irq(RTC_IRQ, timer_rings, "rtc", NULL), 0);
	kunit_warn_begin(&lockdep, "lockdep: *map_lock is taken in an interrupt handler*");
	expect_reports(test, make_in_the_timer, "in_atomic(): 1*");
	atomic_inc(&lockdep.nr_matched); /* it may have said so before */
	kunit_warn_judge(test, &lockdep, NULL, 0);
	free_irq(RTC_IRQ);
	set_cpus_allowed_ptr(current, cpu_all_mask);
}

static void not_reported_where_allowed(struct kunit *test)
{
	unsigned long before = warn_count;

	for (const struct sleeping_call *c = calls; c < calls + ARRAY_SIZE(calls); c++) {
		if (!possible(c))
			continue;
		got = low_page;
		make(c);
		KUNIT_ASSERT_NOT_NULL_MSG(test, got, "%s", c->name);
		if (!(c->traits & LOCK))
			c->undo();
	}
	preempt_disable();
	got_page = alloc_page(GFP_ATOMIC);
	got = kmalloc(40, GFP_ATOMIC);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, warn_count, before);
	KUNIT_ASSERT_NOT_NULL(test, got_page);
	__free_page(got_page);
	kfree(got);
}

static void make_with_interrupts_off(const struct sleeping_call *c)
{
	local_irq_disable();
	make(c);
	local_irq_enable();
}

/* Hot calls say nothing in other than debug builds. */
static void reported_with_interrupts_off(struct kunit *test)
{
	expect_reports(test, make_with_interrupts_off, "in_atomic(): 0, irqs_disabled(): 1*");
}

/* Of two allocations at least one finds no object at hand. */
static void allocate_twice(void *object[2])
{
	local_irq_disable();
	object[0] = kmalloc(40, GFP_KERNEL);
	object[1] = kmalloc(40, GFP_KERNEL);
	local_irq_enable();
}

static void slow_halves_look_at_interrupts(struct kunit *test)
{
	void *object[2];

	KUNIT_EXPECT_WARN(test, "*invalid context*in_atomic(): 0, irqs_disabled(): 1*",
			  allocate_twice(object));
	kfree(object[0]);
	kfree(object[1]);
}

static struct kunit_case might_sleep_cases[] = {
	KUNIT_CASE(reported_under_a_spin_lock),   KUNIT_CASE(reported_in_a_timer_interrupt),
	KUNIT_CASE(reported_with_interrupts_off), KUNIT_CASE(slow_halves_look_at_interrupts),
	KUNIT_CASE(not_reported_where_allowed),   {},
};

static struct kunit_suite might_sleep_suite = {
	.name = "sync_might_sleep",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = might_sleep_cases,
};
kunit_test_suite(might_sleep_suite);
