/* SPDX-License-Identifier: MIT */
/*
 * Proves that no wake-up of who waits for a slot is lost. Each case makes the moment happen in
 * which it would be: a function is run one instruction at a time, and between two of them the hook
 * gives a reference back, as an interrupt, or another CPU, could.
 */
#include "boot/x86.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/wait.h"
#include "tests/kmap_mapper.h"
#include "tests/wait_until.h"

static void empty_window(struct page **pages, unsigned int from)
{
	for (unsigned int i = from; i < SLOTS; i++)
		kunmap(pages[i]);
}

static bool in_queue(void)
{
	return waitqueue_active(get_pkmap_wait_queue_head(0));
}

/* What is stepped through, and the page whose last reference goes meanwhile. */
static struct {
	struct page *given, *wanted;
	unsigned int steps, at; /* how many instructions; after which one it goes at the earliest */
	bool gone, last;
} stepped;

static void give_back(struct pt_regs *regs)
{
	trap_step_stop(regs);
	kunmap_high(stepped.given);
	stepped.gone = true;
}

static void step(void (*fn)(void *arg), void (*hook)(struct pt_regs *regs))
{
	stepped.steps = 0;
	stepped.gone = false;
	trap_step(fn, NULL, hook);
}

/* --- between the look for a slot and the sleep --- */

/* It stands in the queue and has let go of the lock: later than this, it may be asleep. */
static void give_back_at(struct pt_regs *regs)
{
	stepped.steps++;
	if (!(regs->eflags & EFLAGS_IF))
		return;
	stepped.last = in_queue() && !spin_is_locked(&kmap_lock);
	if (stepped.last || stepped.steps >= stepped.at)
		give_back(regs);
}

static void wait_for_slot(void *unused)
{
	lock_kmap();
	pkmap_wait_for_slot(stepped.wanted, 0);
	unlock_kmap();
}

static unsigned int waits; /* waits that came to an end */
static bool all_waited, enough;

/* The window is full: a slot becomes idle after each of the function's instructions in turn. */
static int wait_again_and_again(void *unused)
{
	stepped.last = false;
	for (stepped.at = 1; !stepped.last && !READ_ONCE(enough);
	     stepped.at += 1 + stepped.at / 16) {
		step(wait_for_slot, give_back_at);
		kmap(stepped.given);
		kmap_flush_unused(); /* takes nothing but the hint */
		WRITE_ONCE(waits, waits + 1);
	}
	WRITE_ONCE(all_waited, true);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* Who gave a slot back before somebody stood in the queue woke nobody: his hint is to be seen. */
static void hints_keep_from_sleep(struct kunit *test)
{
	struct page **pages = fill_window(test, 1);
	struct task_struct *task;
	unsigned int before;

	stepped.given = pages[0];
	stepped.wanted = pages[SLOTS];
	waits = 0;
	all_waited = enough = false;
	task = thread_go(test, kthread_create(wait_again_and_again, NULL, "waits"));
	do
		before = READ_ONCE(waits);
	while (wait_until_sleeping(READ_ONCE(waits) != before || READ_ONCE(all_waited)) &&
	       !READ_ONCE(all_waited));
	KUNIT_EXPECT_TRUE_MSG(test, all_waited, "a slot is idle, and who wants one sleeps");
	KUNIT_EXPECT_GE(test, waits, 10u);
	WRITE_ONCE(enough, true);
	kunmap(pages[1]); /* the way out for one that does sleep */
	wait_until_sleeping(READ_ONCE(all_waited));
	thread_end(task);
	kunmap(pages[0]);
	empty_window(pages, 2);
}

/* --- woken for nothing --- */

#define SHARERS 3

/* They wait for slots, in this order, and run on this CPU only. */
static void begin_waiters(struct kunit *test, struct mapper *mappers, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct mapper *mapper = &mappers[i];

		mapper->task = thread_go(
			test, kthread_create_on_cpu(map_page, mapper, smp_processor_id(), "maps"));
		KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(pkmap_waiters[0]) == i + 1 &&
							    !task_is_running(mapper->task)));
	}
}

static unsigned int nr_mapped(const struct mapper *mappers, unsigned int n)
{
	unsigned int mapped = 0;

	for (unsigned int i = 0; i < n; i++)
		mapped += !!READ_ONCE(mappers[i].va);
	return mapped;
}

static void map_wanted(void *unused)
{
	kmap_high(stepped.wanted);
}

/* The page has its slot, and who waits for it is not woken yet: the lock is still held. */
static void give_back_when_mapped(struct pt_regs *regs)
{
	if (regs->eflags & EFLAGS_IF && page_address(stepped.wanted) && spin_is_locked(&kmap_lock))
		give_back(regs);
}

/*
 * Three wait for one page, and behind them one for another. We take a first slot for the first
 * page: that it was given back, and then taken back, wakes two of the three. A second slot wakes
 * the third, who does not need it.
 */
static void who_needs_no_slot_wakes_the_next(struct kunit *test)
{
	struct page **pages = fill_window(test, 2);
	struct mapper mappers[SHARERS + 1] = {0};

	for (unsigned int i = 0; i <= SHARERS; i++)
		mappers[i].page = pages[SLOTS + (i == SHARERS)];
	stepped.given = pages[1];
	stepped.wanted = pages[SLOTS];
	migrate_disable();
	begin_waiters(test, mappers, SHARERS + 1);
	preempt_disable(); /* who is woken runs later */
	kunmap(pages[0]);
	step(map_wanted, give_back_when_mapped);
	KUNIT_EXPECT_EQ(test, nr_mapped(mappers, SHARERS + 1), 0u);
	preempt_enable();
	migrate_enable();
	KUNIT_EXPECT_TRUE(test, stepped.gone);
	KUNIT_EXPECT_TRUE(test,
			  wait_until_sleeping(nr_mapped(mappers, SHARERS + 1) == SHARERS + 1));
	KUNIT_EXPECT_PTR_NE(test, mappers[SHARERS].va, mappers[0].va);
	kunmap(pages[SLOTS]);
	end_mappers(mappers, SHARERS + 1);
	if (!stepped.gone)
		kunmap(pages[1]);
	empty_window(pages, 2);
}

/* An entry of our own in the queue: how often it was called for a page, and for a slot. */
static unsigned int for_page, for_slot;

static int note_call(struct wait_queue_entry *entry, unsigned int mode, int flags, void *page)
{
	if (page)
		for_page++;
	else
		for_slot++;
	return 0;
}

/* A slot that this CPU had at hand and did not need is said to be there. */
static void slots_left_at_hand_are_offered(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, 0)[0];
	struct wait_queue_head *queue = get_pkmap_wait_queue_head(0);
	struct wait_queue_entry entry;

	for_page = for_slot = 0;
	init_waitqueue_func_entry(&entry, note_call);
	add_wait_queue(queue, &entry);
	lock_kmap();
	pkmap_take_back(0);
	pkmap_share_with_waiters(page, 0);
	KUNIT_EXPECT_EQ(test, for_page, 1u);
	KUNIT_EXPECT_EQ(test, for_slot, 0u);
	pkmap_refill(pkmap_next_free(0, 0), 0);
	pkmap_share_with_waiters(page, 0);
	KUNIT_EXPECT_EQ(test, for_page, 2u);
	KUNIT_EXPECT_EQ(test, for_slot, 1u);
	unlock_kmap();
	remove_wait_queue(queue, &entry);
}

static struct kunit_case kmap_wake_cases[] = {
	KUNIT_CASE(hints_keep_from_sleep),
	KUNIT_CASE(who_needs_no_slot_wakes_the_next),
	KUNIT_CASE(slots_left_at_hand_are_offered),
	{},
};

static struct kunit_suite kmap_wake_suite = {
	.name = "kmap_wake",
	.init = kmap_test_init,
	.test_cases = kmap_wake_cases,
};
kunit_test_suite(kmap_wake_suite);
