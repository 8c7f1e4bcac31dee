/* SPDX-License-Identifier: MIT */
/*
 * Stacks of threads, from the vmalloc window, so that each lies above an unmapped page: a push
 * below its lower end double-faults and is reported by the thread's name.
 *
 *	| area before: ... | its guard page | THREAD_SIZE of stack | our guard page |
 *
 * An area of the window ends in a page that is never mapped, so below each stack lies the one of
 * the area before, or nothing at all.
 *
 * A thread's last act is on its own stack, and who runs next finds it where memory cannot be given
 * back: so stacks come back to a list, and are handed out from it again. Beyond KEEP_STACKS they go
 * back to memory when threads are made, and by a work.
 */
#include "proc/kstack.h"
#include "kernel/sync/spinlock.h"
#include "kernel/sync/workqueue.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "mm/vmalloc.h"

#define KEEP_STACKS 8

/* Free stacks are linked through their lowest words. */
struct free_stack {
	struct free_stack *next;
};

static DEFINE_SPINLOCK(free_lock);
static struct free_stack *free_stacks;
static unsigned int nr_free;

static void trim_later(struct work_struct *work)
{
	kstack_trim(KEEP_STACKS);
}
static DECLARE_WORK(trim_work, trim_later);

/* A free stack if more than @keep lie ready, else NULL. */
static void *take_free(unsigned int keep)
{
	struct free_stack *stack = NULL;
	unsigned long flags;

	spin_lock_irqsave(&free_lock, flags);
	if (nr_free > keep) {
		stack = free_stacks;
		free_stacks = stack->next;
		nr_free--;
	}
	spin_unlock_irqrestore(&free_lock, flags);
	return stack;
}

/* How much below a stack is there to be written to by mistake. */
static unsigned long mapped_below(void)
{
	return control(kstack_guard_mapped) ? PAGE_SIZE : 0;
}

int kstack_alloc(struct kernel_stack *stack)
{
	char *base = take_free(0);

	kstack_trim(KEEP_STACKS);
	if (!base) {
		base = vmalloc(THREAD_SIZE + mapped_below());
		if (!base)
			return -ENOMEM;
		base += mapped_below();
	}
	stack->base = (unsigned long)base;
	stack->guard = stack->base - PAGE_SIZE;
	stack->top = stack->base + THREAD_SIZE;
	return 0;
}

void kstack_free(const struct kernel_stack *stack)
{
	struct free_stack *free = (struct free_stack *)stack->base;
	unsigned long flags;
	bool many;

	if (control(kstack_leaked))
		return;
	spin_lock_irqsave(&free_lock, flags);
	free->next = free_stacks;
	free_stacks = free;
	many = ++nr_free > 2 * KEEP_STACKS;
	spin_unlock_irqrestore(&free_lock, flags);
	if (many)
		schedule_work(&trim_work);
}

unsigned int kstack_trim(unsigned int keep)
{
	unsigned int n = 0;
	char *base;

	while ((base = take_free(keep)) != NULL) {
		vfree(base - mapped_below());
		n++;
	}
	return n;
}
