/* SPDX-License-Identifier: MIT */
/*
 * Proves what kmap() does when all slots are in use: the caller sleeps in its colour's queue, any
 * slot that is given back lets him go on, tasks that want the same page share one slot, and nobody
 * is woken for nothing or with the lock held.
 *
 * The case's own task holds the slots; others block.
 */
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/completion.h"
#include "kernel/sync/wait.h"
#include "lib/atomic.h"
#include "tests/cpu_raise.h"
#include "tests/kmap_mapper.h"
#include "tests/wait_until.h"

static void begin_mapper(struct kunit *test, struct mapper *mapper, struct page *page)
{
	mapper->page = page;
	mapper->va = NULL;
	mapper->go_on = false;
	mapper->task = thread_go(test, kthread_create(map_page, mapper, "mapper"));
}

static bool in_queue(unsigned int color)
{
	return waitqueue_active(get_pkmap_wait_queue_head(color));
}

/* Does it sleep in kmap()? */
static bool blocked(const struct mapper *mapper)
{
	return !READ_ONCE(mapper->va) && READ_ONCE(mapper->task->__state) == TASK_UNINTERRUPTIBLE &&
	       in_queue(get_pkmap_color(mapper->page));
}

static void empty_window(struct page **pages, int but)
{
	for (int i = 0; i < SLOTS; i++)
		if (i != but)
			kunmap(pages[i]);
}

/* T1 of A3: one page more than there are slots waits; any slot will do, and is taken at once. */
static void a_full_window_makes_wait(struct kunit *test)
{
	struct page **pages = fill_window(test, 1);
	static const int which[] = {0, SLOTS / 2, SLOTS - 1};
	struct mapper mapper;

	for (unsigned int i = 0; i < ARRAY_SIZE(which); i++) {
		struct page *freed = pages[which[i]];
		void *va = page_address(freed);

		begin_mapper(test, &mapper, pages[SLOTS]);
		KUNIT_EXPECT_TRUE(test, wait_until(blocked(&mapper)));
		kunmap(freed);
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(mapper.va)));
		KUNIT_EXPECT_PTR_EQ(test, mapper.va, va);
		KUNIT_EXPECT_NULL(test, page_address(freed));
		end_mappers(&mapper, 1);
		kmap(freed);
	}
	empty_window(pages, -1);
}

static struct page *nmi_page;
static void *nmi_va; /* what it got, while it has a reference */
static unsigned long nmi_wakes;

/* Takes a reference in one NMI, and gives it back in the next. */
static bool map_in_nmi(struct pt_regs *regs)
{
	unsigned long before = this_cpu_read(pkmap_counters.wakes);

	if (nmi_va) {
		kunmap_high(nmi_page);
		nmi_va = NULL;
	} else {
		nmi_va = kmap_high_get(nmi_page);
	}
	nmi_wakes += this_cpu_read(pkmap_counters.wakes) - before;
	return true;
}

static void raise_nmi(void)
{
	nmi_hook = map_in_nmi;
	raise_vector(X86_TRAP_NMI);
	nmi_hook = NULL;
}

/* An NMI may have the last reference. It wakes nobody itself: it may have interrupted a waker. */
static void nmis_give_slots_back(struct kunit *test)
{
	struct page **pages = fill_window(test, 1);
	struct mapper mapper;

	nmi_page = pages[0];
	nmi_va = NULL;
	nmi_wakes = 0;
	begin_mapper(test, &mapper, pages[SLOTS]);
	KUNIT_EXPECT_TRUE(test, wait_until(blocked(&mapper)));
	raise_nmi();
	KUNIT_EXPECT_PTR_EQ(test, nmi_va, page_address(nmi_page));
	kunmap(nmi_page);
	KUNIT_EXPECT_TRUE(test, blocked(&mapper));
	raise_nmi();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(mapper.va)));
	KUNIT_EXPECT_EQ(test, nmi_wakes, 0ul);
	end_mappers(&mapper, 1);
	empty_window(pages, 0);
}

/* T2: two tasks that wait for the same page get the same slot. */
static void waiters_of_one_page_share_a_slot(struct kunit *test)
{
	struct page **pages = fill_window(test, 1);
	struct mapper mappers[2], *a = &mappers[0], *b = &mappers[1];
	const int last = SLOTS - 1;
	unsigned int nr;

	begin_mapper(test, a, pages[SLOTS]);
	begin_mapper(test, b, pages[SLOTS]);
	KUNIT_EXPECT_TRUE(test, wait_until(blocked(a) && blocked(b)));
	nr = kmap_slot_of(pages[last]);
	kunmap(pages[last]);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(a->va) && READ_ONCE(b->va)));
	KUNIT_EXPECT_PTR_EQ(test, a->va, b->va);
	KUNIT_EXPECT_EQ(test, kmap_slot_of(pages[SLOTS]), nr);
	KUNIT_EXPECT_EQ(test, pkmap_count_of(nr), 3);
	end_mappers(mappers, 2);
	KUNIT_EXPECT_EQ(test, pkmap_count_of(nr), 1);
	empty_window(pages, last);
}

/* The same page mapped by others while we wait, in a slot that a third one gave back. */
static void the_page_is_looked_for_after_sleep(struct kunit *test)
{
	struct page **pages = fill_window(test, 2);
	struct mapper mappers[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		begin_mapper(test, &mappers[i], pages[SLOTS + i / 2]);
	KUNIT_EXPECT_TRUE(test, wait_until(blocked(&mappers[0]) && blocked(&mappers[1]) &&
					   blocked(&mappers[2]) && blocked(&mappers[3])));
	kunmap(pages[0]);
	kunmap(pages[1]);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(mappers[0].va) && READ_ONCE(mappers[1].va) &&
					   READ_ONCE(mappers[2].va) && READ_ONCE(mappers[3].va)));
	KUNIT_EXPECT_PTR_EQ(test, mappers[0].va, mappers[1].va);
	KUNIT_EXPECT_PTR_EQ(test, mappers[2].va, mappers[3].va);
	end_mappers(mappers, 4);
	kmap(pages[0]);
	kmap(pages[1]);
	empty_window(pages, -1);
}

/* kmap_high_get() never waits, full window or not. */
static void get_does_not_wait(struct kunit *test)
{
	struct page **pages = fill_window(test, 1);

	KUNIT_EXPECT_NULL(test, kmap_high_get(pages[SLOTS]));
	KUNIT_EXPECT_PTR_EQ(test, kmap_high_get(pages[0]), page_address(pages[0]));
	kunmap_high(pages[0]);
	empty_window(pages, -1);
}

/* An entry of our own in the queue: was it called, and did anybody hold the lock meanwhile? */
static unsigned int calls, calls_with_lock;

static int note_call(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	calls++;
	calls_with_lock += spin_is_locked(&kmap_lock);
	return 0;
}

/*
 * Wake-ups: by whoever makes a slot idle, and by a flush that set slots free; kmap_lock is not held
 * then. Nobody in the queue: no wake-up.
 */
static void wake_ups_come_without_the_lock(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, 0)[0];
	struct wait_queue_head *queue = get_pkmap_wait_queue_head(0);
	struct pkmap_counters before;
	struct wait_queue_entry entry;

	before = pkmap_counters_sum();
	kmap(page);
	kunmap(page);
	kmap_flush_unused();
	KUNIT_EXPECT_EQ(test, pkmap_counters_sum().wakes, before.wakes);

	calls = calls_with_lock = 0;
	init_waitqueue_func_entry(&entry, note_call);
	add_wait_queue(queue, &entry);
	kmap(page);
	KUNIT_EXPECT_EQ(test, calls, 0u);
	kunmap(page);
	KUNIT_EXPECT_EQ(test, calls, 1u);
	kmap_flush_unused();
	KUNIT_EXPECT_EQ(test, calls, 2u);
	kmap(page);
	*(u32 *)page_address(page) = 1; /* now the flush waits for other CPUs */
	kunmap(page);
	kmap_flush_unused();
	KUNIT_EXPECT_EQ(test, calls, 4u);
	remove_wait_queue(queue, &entry);
	KUNIT_EXPECT_EQ(test, calls_with_lock, 0u);
	KUNIT_EXPECT_EQ(test, pkmap_counters_sum().wakes, before.wakes + 4);
}

/* A slot of another colour is of no use, and wakes nobody. */
static void colours_wait_apart(struct kunit *test)
{
	struct page **pages, *other;
	struct pkmap_counters before;
	struct mapper mapper;

	if (PKMAP_COLORS == 1)
		kunit_skip(test, "one colour");
	pages = fill_window(test, 1);
	other = kmap_test_pages(test, 1, 1)[0];
	begin_mapper(test, &mapper, pages[SLOTS]);
	KUNIT_EXPECT_TRUE(test, wait_until(blocked(&mapper)));
	before = pkmap_counters_sum();
	kmap(other);
	KUNIT_EXPECT_EQ(test, kmap_slot_of(other) % PKMAP_COLORS, 1u);
	kunmap(other);
	KUNIT_EXPECT_EQ(test, pkmap_counters_sum().wakes, before.wakes);
	KUNIT_EXPECT_TRUE(test, blocked(&mapper));
	kunmap(pages[0]);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(mapper.va)));
	end_mappers(&mapper, 1);
	empty_window(pages, 0);
}

/* A task that holds slots and asks for one more. */
struct hoarder {
	struct page **pages; /* @nr of them, and one more */
	unsigned int nr;
	bool has_all, may_ask, done;
	bool lost_first; /* somebody else has unmapped the first one */
};

static int hoard(void *data)
{
	struct hoarder *hoarder = data;
	unsigned int i;

	for (i = 0; i < hoarder->nr; i++)
		kmap(hoarder->pages[i]);
	WRITE_ONCE(hoarder->has_all, true);
	while (!READ_ONCE(hoarder->may_ask))
		schedule_timeout_uninterruptible(1);
	kmap(hoarder->pages[i]);
	kunmap(hoarder->pages[i]);
	while (i-- > hoarder->lost_first)
		kunmap(hoarder->pages[i]);
	WRITE_ONCE(hoarder->done, true);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* All slots held by two tasks that wait for one: a debug build says so, once, and names them. */
static void tasks_that_are_stuck_are_named(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, SLOTS + 2, 0);
	struct hoarder a = {.pages = pages, .nr = SLOTS / 2},
		       b = {.pages = pages + SLOTS / 2 + 1, .nr = SLOTS - SLOTS / 2};
	struct task_struct *task_a, *task_b;

	if (!PKMAP_DEBUG)
		kunit_skip(test, "only debug builds know who holds a slot");
	task_a = kthread_run(hoard, &a, "hoarder-a");
	task_b = kthread_run(hoard, &b, "hoarder-b");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(a.has_all) && READ_ONCE(b.has_all)));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*slots are held by tasks that wait for one*", {
		WRITE_ONCE(a.may_ask, true);
		WRITE_ONCE(b.may_ask, true);
		wait_until(pkmap_waiters[0] == 2);
		schedule_timeout_uninterruptible(2);
	});
	KUNIT_EXPECT_FALSE(test, a.done || b.done);
	a.lost_first = true;
	kunmap(pages[0]); /* somebody else unmaps a page: the way out */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(a.done) && READ_ONCE(b.done)));
	kthread_stop(task_a);
	kthread_stop(task_b);
}

/*
 * The same with more tasks that share all slots than a debug build knows by name; and as long as
 * one of them does not wait, nobody is stuck.
 */
#define SHARERS 4

static void stuck_tasks_are_counted(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, SLOTS + 1, 0);
	struct hoarder sharers[SHARERS];
	struct task_struct *tasks[SHARERS];
	unsigned int i;

	if (!PKMAP_DEBUG)
		kunit_skip(test, "only debug builds know who holds a slot");
	for (i = 0; i < SHARERS; i++) {
		sharers[i] = (struct hoarder){.pages = pages, .nr = SLOTS, .lost_first = true};
		tasks[i] = kthread_run(hoard, &sharers[i], "sharer-%u", i);
		KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(sharers[i].has_all)));
	}
	for (i = 0; i < SHARERS - 1; i++)
		WRITE_ONCE(sharers[i].may_ask, true);
	wait_until_sleeping(READ_ONCE(pkmap_waiters[0]) == SHARERS - 1);
	schedule_timeout_uninterruptible(2); /* a report now would be the one that is missed then */
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*slots are held by tasks that wait for one*", {
		WRITE_ONCE(sharers[i].may_ask, true);
		wait_until_sleeping(READ_ONCE(pkmap_waiters[0]) == SHARERS);
		schedule_timeout_uninterruptible(2);
	});
	for (i = 0; i < SHARERS; i++) /* somebody else unmaps a page: the way out */
		kunmap(pages[0]);
	for (i = 0; i < SHARERS; i++) {
		KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(sharers[i].done)));
		kthread_stop(tasks[i]);
	}
}

static struct kunit_case kmap_block_cases[] = {
	KUNIT_CASE(a_full_window_makes_wait),
	KUNIT_CASE(nmis_give_slots_back),
	KUNIT_CASE(waiters_of_one_page_share_a_slot),
	KUNIT_CASE(the_page_is_looked_for_after_sleep),
	KUNIT_CASE(get_does_not_wait),
	KUNIT_CASE(wake_ups_come_without_the_lock),
	KUNIT_CASE(colours_wait_apart),
	KUNIT_CASE(tasks_that_are_stuck_are_named),
	KUNIT_CASE(stuck_tasks_are_counted),
	{},
};

static struct kunit_suite kmap_block_suite = {
	.name = "kmap_block",
	.init = kmap_test_init,
	.test_cases = kmap_block_cases,
};
kunit_test_suite(kmap_block_suite);
