/* SPDX-License-Identifier: MIT */
/*
 * Proves: interrupt handlers may allocate and free pages at whatever point of the page allocator
 * they interrupt it.
 *
 * The real-time clock rings 8192 times a second [MC146818, periodic interrupt]. Its handler and
 * the test take and give back pages at the same time; each page that somebody holds bears a mark,
 * so that one that is handed out twice is seen. And a block whose last user but one lets go of it
 * is run instruction by instruction, with an interrupt handler as the last one after each of them.
 */
#include "kernel/cpu/clock.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/traps.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"
#include "tests/page_again.h"
#include "tests/rtc.h"

#define HELD     32
#define MARK     0x6d61726bul
#define MS       150
#define IRQS_MIN 50 /* fewer prove nothing */

struct holder {
	struct page *pages[HELD];
	unsigned int orders[HELD];
	unsigned int next;
	unsigned long rounds, twice;
};

static struct holder in_irq_handler, in_thread;
static unsigned long warnings; /* when the test began */

static void give_back(struct holder *holder, unsigned int slot)
{
	struct page *page = holder->pages[slot];

	if (!page)
		return;
	holder->pages[slot] = NULL;
	holder->twice += page->index != MARK;
	page->index = 0;
	__free_pages(page, holder->orders[slot]);
}

/* The oldest block goes, a new one comes. */
static void exchange(struct holder *holder, gfp_t gfp)
{
	unsigned int slot = holder->next++ % HELD, order = holder->next % 3;
	struct page *page;

	give_back(holder, slot);
	page = order == 0 ? alloc_pages(GFP_ATOMIC, 0) : __alloc_pages(gfp, order);
	holder->rounds++;
	if (!page)
		return;
	holder->twice += page->index == MARK || page_count(page) != 1;
	page->index = MARK;
	holder->pages[slot] = page;
	holder->orders[slot] = order;
}

static void rtc_rings(unsigned int irq, void *arg)
{
	rtc_answer();
	for (int i = 0; i < 3 && warn_count == warnings; i++)
		exchange(&in_irq_handler, GFP_ATOMIC);
}

/* Until enough was tried, or something went wrong: then nothing that follows means anything. */
static bool goes_on(u64 start)
{
	u64 passed = clock_ns() - start;

	if (warn_count != warnings || in_thread.twice + in_irq_handler.twice != 0)
		return false;
	return passed < MS * 1000000ull ||
	       (in_irq_handler.rounds < 3 * IRQS_MIN && passed < 20 * MS * 1000000ull);
}

static void interrupts_allocate_too(struct kunit *test)
{
	u64 start;

	in_irq_handler = in_thread = (struct holder){};
	warnings = warn_count;
	KUNIT_ASSERT_EQ(test, request_irq(RTC_IRQ, rtc_rings, "rtc", NULL), 0);
	rtc_ring(RTC_8192_HZ);
	start = clock_ns();
	while (goes_on(start))
		for (int i = 0; i < 50; i++)
			exchange(&in_thread, GFP_KERNEL);
	rtc_ring(RTC_SILENT);
	free_irq(RTC_IRQ);
	for (unsigned int i = 0; i < HELD; i++) {
		give_back(&in_thread, i);
		give_back(&in_irq_handler, i);
	}
	kunit_info(test, "%lu rounds, %lu in interrupts", in_thread.rounds, in_irq_handler.rounds);
	KUNIT_EXPECT_EQ(test, in_thread.twice + in_irq_handler.twice, 0ul);
	if (in_irq_handler.rounds < 3 * IRQS_MIN)
		kunit_error(test, "the clock rang only %lu times", in_irq_handler.rounds / 3);
}

/* --- two users let go of a compound page at once --- */

#define ORDER     2
#define STEPS_MAX 400

static struct {
	struct page *page;
	unsigned int step, at; /* after which instruction the handler comes */
	bool done;
} last;

static void let_go(struct pt_regs *regs)
{
	if (++last.step < last.at || !(regs->eflags & EFLAGS_IF))
		return;
	trap_step_stop(regs);
	last.done = true;
	put_page(last.page);
}

static void free_stepped(void *page)
{
	__free_pages(page, ORDER);
}

/*
 * PAGE was freed as one block, in perfect order: does a smaller one that this CPU gets lie in it,
 * too? What is handed out twice is nobody's then, so that the free lists are as they should be.
 */
static bool freed_twice(struct page *page, gfp_t gfp)
{
	struct page *got[ORDER + 1];
	bool twice = false;

	for (unsigned int order = ORDER + 1; order-- > 0;)
		got[order] = __alloc_pages(gfp, order);
	for (unsigned int order = 0; order <= ORDER; order++) {
		if (order < ORDER && got[order] && got[ORDER] == page && got[order] > page &&
		    got[order] < page + (1ul << ORDER)) {
			set_page_count(got[order], 0);
			twice = true;
		} else if (got[order]) {
			__free_pages(got[order], order);
		}
	}
	return twice;
}

/* True if the handler came before the end of the free. */
static bool last_user_at(struct kunit *test, unsigned int at)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, ORDER);
	bool twice;
	gfp_t gfp;

	KUNIT_ASSERT_NOT_NULL(test, page);
	gfp = gfp_for_again(page) & ~__GFP_DIRECT_RECLAIM;
	get_page(page);
	last.page = page;
	last.step = 0;
	last.at = at;
	last.done = false;
	preempt_disable();
	trap_step(free_stepped, page, let_go);
	if (!last.done)
		put_page(page);
	twice = freed_twice(page, gfp);
	preempt_enable();
	KUNIT_ASSERT_FALSE_MSG(test, twice, "the last user came after instruction %u", at);
	return last.done;
}

static void last_users_come_at_any_point(struct kunit *test)
{
	unsigned int at = 1;

	drain_all_pages(NULL); /* so that the CPU's lists have room for all of the block */
	while (at < STEPS_MAX && last_user_at(test, at))
		at++;
	KUNIT_EXPECT_GT(test, at, 10u);
	KUNIT_EXPECT_LT(test, at, (unsigned int)STEPS_MAX);
}

static struct kunit_case page_irq_cases[] = {
	KUNIT_CASE_SLOW(interrupts_allocate_too),
	KUNIT_CASE(last_users_come_at_any_point),
	{},
};

static struct kunit_suite page_irq_suite = {
	.name = "page_irq",
	.test_cases = page_irq_cases,
};
kunit_test_suite(page_irq_suite);
