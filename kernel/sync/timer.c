/* SPDX-License-Identifier: MIT */
/*
 * The timer wheels: one a CPU.
 *
 *	level 0   64 slots of 1 tick each         expires within 64 ticks
 *	level 1   64 slots of 64 ticks            ... 64^2
 *	...                                       ...
 *	level 5   64 slots of 64^5 ticks          ... for ever
 *
 * A wheel stands at `clk`, the next tick that it has to look at. A timer goes to the lowest level
 * that reaches as far as it needs, into the slot that its time names in that level's 6 bits. Each
 * tick takes the slot of level 0; each 64th tick first spreads the slot of level 1 that has come
 * near over level 0, each 64th of these a slot of level 2, and so on. A timer is spread at most
 *five times in its life; arming and disarming touch one list. Nothing is ever early, and nothing is
 * rounded.
 *
 * An empty wheel does not turn: when a timer comes, it is set forward to now.
 *
 * timer->cpu names the wheel, whose lock guards the timer; it is written only under that lock, and
 * while a timer changes wheels it says TIMER_MOVING. A timer whose function runs stays on that
 * wheel, so that the function never runs twice at once, and del_timer_sync() has one place to look.
 *
 * The locks are taken with interrupts off and never two at a time.
 */
#include "kernel/sync/timer.h"
#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/softirq.h"
#include "kernel/sync/spinlock.h"
#include "lib/bug.h"
#include "lib/control.h"

#define LEVEL_BITS   6
#define LEVEL_SLOTS  (1u << LEVEL_BITS)
#define LEVELS       6
#define TIMER_MOVING 0xffff

struct wheel {
	spinlock_t lock;
	unsigned int count;         /* timers in it, those of the tick at hand included */
	unsigned long clk;          /* the next tick to be looked at */
	struct timer_list *running; /* whose function this CPU is in */
	struct hlist_head slots[LEVELS * LEVEL_SLOTS];
};

static DEFINE_PER_CPU(struct wheel, wheels) = {.clk = INITIAL_JIFFIES};

/* --- in and out, under the wheel's lock ------------------------------------------------------- */

static void enqueue(struct wheel *wheel, struct timer_list *timer)
{
	unsigned long delta = timer->expires - wheel->clk, at = timer->expires;
	unsigned int level = 0;

	if ((long)delta < 0) { /* late already: with the next tick */
		at = wheel->clk;
		delta = 0;
	}
	while (level < LEVELS - 1 && delta >> (LEVEL_BITS * (level + 1)))
		level++;
	at = level * LEVEL_SLOTS + ((at >> (LEVEL_BITS * level)) & (LEVEL_SLOTS - 1));
	hlist_add_head(&timer->entry, &wheel->slots[at]);
}

static void insert(struct wheel *wheel, struct timer_list *timer)
{
	if (wheel->count++ == 0 && time_before(wheel->clk, jiffies))
		wheel->clk = jiffies;
	enqueue(wheel, timer);
}

/* Out of its slot, for another one: to whoever looks without the lock it stays pending. */
static void unlink(struct wheel *wheel, struct timer_list *timer)
{
	__hlist_unlink(&timer->entry);
	wheel->count--;
}

static void detach(struct wheel *wheel, struct timer_list *timer)
{
	hlist_del_init(&timer->entry);
	wheel->count--;
}

/* The wheel of TIMER, locked; interrupts are off then. */
static struct wheel *lock_wheel(struct timer_list *timer, unsigned long *flags)
{
	for (;;) {
		u16 cpu = READ_ONCE(timer->cpu);

		if (cpu != TIMER_MOVING) {
			struct wheel *wheel = per_cpu_ptr(&wheels, cpu);

			spin_lock_irqsave(&wheel->lock, *flags);
			if (READ_ONCE(timer->cpu) == cpu)
				return wheel;
			spin_unlock_irqrestore(&wheel->lock, *flags);
		}
		cpu_relax();
	}
}

/* --- arming ----------------------------------------------------------------------------------- */

enum how { ARM, ONLY_PENDING, ONLY_EARLIER };

/* CPU: -1 for this one. */
static int arm(struct timer_list *timer, unsigned long expires, int cpu, enum how how)
{
	unsigned long flags;
	struct wheel *wheel;
	bool pending;
	u16 target;

	BUG_ON(!timer->function);
	wheel = lock_wheel(timer, &flags);
	pending = timer_pending(timer);
	if ((how == ONLY_PENDING && !pending) ||
	    (how == ONLY_EARLIER && pending && time_before_eq(timer->expires, expires)))
		goto out;
	if (pending)
		unlink(wheel, timer);
	target = (u16)(cpu >= 0 ? (unsigned int)cpu : smp_processor_id());
	if (cpu < 0 && (timer->flags & TIMER_PINNED))
		target = timer->cpu;
	if (target != timer->cpu && wheel->running != timer) {
		WRITE_ONCE(timer->cpu, (u16)TIMER_MOVING);
		spin_unlock(&wheel->lock);
		wheel = per_cpu_ptr(&wheels, target);
		spin_lock(&wheel->lock);
		WRITE_ONCE(timer->cpu, target);
	}
	timer->expires = expires;
	insert(wheel, timer);
out:
	spin_unlock_irqrestore(&wheel->lock, flags);
	return pending;
}

void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *timer),
		 unsigned int flags)
{
	*timer = (struct timer_list)__TIMER_INITIALIZER(function, (u16)flags);
	timer->cpu = (u16)smp_processor_id();
}

void add_timer(struct timer_list *timer)
{
	BUG_ON(timer_pending(timer));
	arm(timer, timer->expires, -1, ARM);
}

void add_timer_on(struct timer_list *timer, int cpu)
{
	BUG_ON(timer_pending(timer));
	BUG_ON(!cpu_online((unsigned int)cpu));
	arm(timer, timer->expires, cpu, ARM);
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, -1, ARM);
}

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, -1, ONLY_PENDING);
}

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return arm(timer, expires, -1, ONLY_EARLIER);
}

/* --- disarming -------------------------------------------------------------------------------- */

int del_timer(struct timer_list *timer)
{
	unsigned long flags;
	struct wheel *wheel;
	bool pending;

	if (!timer_pending(timer))
		return 0;
	wheel = lock_wheel(timer, &flags);
	pending = timer_pending(timer);
	if (pending)
		detach(wheel, timer);
	spin_unlock_irqrestore(&wheel->lock, flags);
	return pending;
}

int try_to_del_timer_sync(struct timer_list *timer)
{
	unsigned long flags;
	struct wheel *wheel = lock_wheel(timer, &flags);
	int result = -1;

	if (wheel->running != timer || control(timer_sync_does_not_wait)) {
		result = timer_pending(timer);
		if (result)
			detach(wheel, timer);
	}
	spin_unlock_irqrestore(&wheel->lock, flags);
	return result;
}

/* Would the wait never end? The function is below us on this very stack. */
static bool waits_for_itself(const struct timer_list *timer)
{
	const struct wheel *wheel = this_cpu_ptr(&wheels);

	return in_serving_softirq() && READ_ONCE(wheel->running) == timer;
}

int del_timer_sync(struct timer_list *timer)
{
	int result;

	if (WARN(in_irq(), "del_timer_sync(%ps) in an interrupt handler", timer->function) ||
	    WARN(waits_for_itself(timer), "del_timer_sync(%ps) waits for itself", timer->function))
		return del_timer(timer);
	while ((result = try_to_del_timer_sync(timer)) < 0)
		cpu_relax();
	return result;
}

/* --- turning the wheel ------------------------------------------------------------------------ */

/* Spreads the slot of LEVEL that has come near; true if that level has come round. */
static bool cascade(struct wheel *wheel, unsigned int level)
{
	unsigned int index = (wheel->clk >> (LEVEL_BITS * level)) & (LEVEL_SLOTS - 1);
	struct hlist_head *slot = &wheel->slots[level * LEVEL_SLOTS + index];
	struct hlist_node *node = slot->first, *next;

	/* None of them is unhashed on the way: all are pending to whoever looks. */
	for (slot->first = NULL; node; node = next) {
		next = node->next;
		enqueue(wheel, hlist_entry(node, struct timer_list, entry));
	}
	return index == 0;
}

static void call(struct wheel *wheel, struct timer_list *timer)
{
	void (*function)(struct timer_list *) = timer->function;
	unsigned int before, after;

	detach(wheel, timer);
	WRITE_ONCE(wheel->running, timer);
	spin_unlock_irq(&wheel->lock);
	before = preempt_count();
	function(timer);
	after = preempt_count();
	if (unlikely(after != before)) {
		preempt_count_add(before - after);
		WARN(true, "timer %ps left preempt_count at 0x%x, it was 0x%x", function, after,
		     before);
	}
	spin_lock_irq(&wheel->lock);
	WRITE_ONCE(wheel->running, NULL);
}

static void run_timers(void)
{
	struct wheel *wheel = this_cpu_ptr(&wheels);
	struct hlist_head due = {NULL};

	spin_lock_irq(&wheel->lock);
	while (wheel->count && time_after_eq(jiffies, wheel->clk)) {
		unsigned int index = wheel->clk & (LEVEL_SLOTS - 1);

		for (unsigned int level = 1; index == 0 && level < LEVELS; level++)
			if (!cascade(wheel, level))
				break;
		hlist_move_list(&wheel->slots[index], &due);
		wheel->clk++;
		while (due.first)
			call(wheel, hlist_entry(due.first, struct timer_list, entry));
	}
	spin_unlock_irq(&wheel->lock);
}

void timers_tick(void)
{
	const struct wheel *wheel = this_cpu_ptr(&wheels);

	if (READ_ONCE(wheel->count) && time_after_eq(jiffies, READ_ONCE(wheel->clk)))
		raise_softirq_irqoff(TIMER_SOFTIRQ);
}

void timers_init(void)
{
	open_softirq(TIMER_SOFTIRQ, run_timers);
}

unsigned int timers_pending(unsigned int cpu)
{
	return READ_ONCE(per_cpu(wheels, cpu).count);
}
