/* SPDX-License-Identifier: MIT */
/*
 * Timers: a wheel a CPU, turned by the softirq that the CPU's tick raises.
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
#include "kernel/sync/timer_wheel.h"
#include "lib/bug.h"
#include "lib/control.h"

#define TIMER_MOVING 0xffff

struct cpu_timers {
	spinlock_t lock;
	struct timer_list *running; /* whose function this CPU is in */
	struct timer_wheel wheel;
};

static DEFINE_PER_CPU(struct cpu_timers, cpu_timers) = {
	.lock = __SPIN_LOCK_UNLOCKED(cpu_timers.lock),
	.wheel = {.clk = INITIAL_JIFFIES},
};

/* The wheel of TIMER, locked; interrupts are off then. */
static struct cpu_timers *lock_timers(struct timer_list *timer, unsigned long *flags)
{
	for (;;) {
		u16 cpu = READ_ONCE(timer->cpu);

		if (cpu != TIMER_MOVING) {
			struct cpu_timers *timers = per_cpu_ptr(&cpu_timers, cpu);

			spin_lock_irqsave(&timers->lock, *flags);
			if (READ_ONCE(timer->cpu) == cpu)
				return timers;
			spin_unlock_irqrestore(&timers->lock, *flags);
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
	struct cpu_timers *timers;
	bool pending;
	u16 target;

	BUG_ON(!timer->function);
	timers = lock_timers(timer, &flags);
	pending = timer_pending(timer);
	if ((how == ONLY_PENDING && !pending) ||
	    (how == ONLY_EARLIER && pending && time_before_eq(timer->expires, expires)))
		goto out;
	if (pending)
		wheel_unlink(&timers->wheel, timer);
	target = (u16)(cpu >= 0 ? (unsigned int)cpu : smp_processor_id());
	if (cpu < 0 && (timer->flags & TIMER_PINNED))
		target = timer->cpu;
	if (target != timer->cpu && timers->running != timer) {
		WRITE_ONCE(timer->cpu, (u16)TIMER_MOVING);
		spin_unlock(&timers->lock);
		timers = per_cpu_ptr(&cpu_timers, target);
		spin_lock(&timers->lock);
		WRITE_ONCE(timer->cpu, target);
	}
	timer->expires = expires;
	wheel_insert(&timers->wheel, timer, jiffies);
	if (control(timer_lost_elsewhere) && target != smp_processor_id())
		wheel_remove(&timers->wheel, timer);
out:
	spin_unlock_irqrestore(&timers->lock, flags);
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
	struct cpu_timers *timers;
	bool pending;

	if (!timer_pending(timer))
		return 0;
	timers = lock_timers(timer, &flags);
	pending = timer_pending(timer);
	if (pending)
		wheel_remove(&timers->wheel, timer);
	spin_unlock_irqrestore(&timers->lock, flags);
	return pending;
}

int try_to_del_timer_sync(struct timer_list *timer)
{
	unsigned long flags;
	struct cpu_timers *timers = lock_timers(timer, &flags);
	int result = -1;

	if (timers->running != timer || control(timer_sync_does_not_wait)) {
		result = timer_pending(timer);
		if (result)
			wheel_remove(&timers->wheel, timer);
	}
	spin_unlock_irqrestore(&timers->lock, flags);
	return result;
}

/* Would the wait never end? The function is below us on this very stack. */
static bool waits_for_itself(const struct timer_list *timer)
{
	const struct cpu_timers *timers = this_cpu_ptr(&cpu_timers);

	return in_serving_softirq() && READ_ONCE(timers->running) == timer;
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

static void call(struct cpu_timers *timers, struct timer_list *timer)
{
	bool irqs_off = timer->flags & TIMER_IRQSAFE && !control(timer_irqsafe_ignored);
	void (*function)(struct timer_list *) = timer->function;
	unsigned int before, after;

	wheel_remove(&timers->wheel, timer);
	WRITE_ONCE(timers->running, timer);
	spin_unlock(&timers->lock);
	if (!irqs_off)
		local_irq_enable();
	before = preempt_count();
	function(timer);
	after = preempt_count();
	if (unlikely(after != before)) {
		preempt_count_add(before - after);
		WARN(true, "timer %ps left preempt_count at 0x%x, it was 0x%x", function, after,
		     before);
	}
	local_irq_disable();
	spin_lock(&timers->lock);
	WRITE_ONCE(timers->running, NULL);
}

static void run_timers(void)
{
	struct cpu_timers *timers = this_cpu_ptr(&cpu_timers);
	struct hlist_head due = {NULL};

	spin_lock_irq(&timers->lock);
	while (wheel_turn(&timers->wheel, jiffies, &due))
		while (due.first)
			call(timers, hlist_entry(due.first, struct timer_list, entry));
	spin_unlock_irq(&timers->lock);
}

void timers_tick(void)
{
	const struct cpu_timers *timers = this_cpu_ptr(&cpu_timers);

	if (READ_ONCE(timers->wheel.count) && time_after_eq(jiffies, READ_ONCE(timers->wheel.clk)))
		raise_softirq_irqoff(TIMER_SOFTIRQ);
}

void timers_init(void)
{
	open_softirq(TIMER_SOFTIRQ, run_timers);
}

unsigned int timers_pending(unsigned int cpu)
{
	return READ_ONCE(per_cpu(cpu_timers, cpu).wheel.count);
}
