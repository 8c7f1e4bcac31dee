/* SPDX-License-Identifier: MIT */
/*
 * Timers: a function that is called at a later tick.
 *
 *	struct session { struct timer_list timeout; ... };
 *	static void expired(struct timer_list *t)
 *	{
 *		struct session *s = from_timer(s, t, timeout);
 *	}
 *	timer_setup(&s->timeout, expired, 0);
 *	mod_timer(&s->timeout, jiffies + msecs_to_jiffies(50));
 *	...
 *	del_timer_sync(&s->timeout);
 *
 * The function runs as a softirq (it must not sleep), on the CPU that armed the timer, never before
 * `expires`, and never twice at once. It may arm the timer again, and free what holds it. One tick
 * (1/HZ s) is as fine as they are; setting and removing one takes the same few steps however many
 * there are. Names and meanings are Linux's.
 */
#ifndef KERNEL_SYNC_TIMER_H
#define KERNEL_SYNC_TIMER_H

#include "kernel/sync/jiffies.h"
#include "lib/hlist.h"
#include "lib/types.h"

struct timer_list {
	struct hlist_node entry; /* in the wheel; hashed: pending */
	unsigned long expires;   /* in jiffies */
	void (*function)(struct timer_list *timer);
	u16 flags;
	u16 cpu; /* whose wheel it is in, or was in last; or on the way to another one */
};

/*
 * Flags. PINNED: mod_timer() leaves it on the CPU where it is. IRQSAFE: the function runs with
 * interrupts off, since before the timer was no longer pending. DEFERRABLE is accepted.
 */
#define TIMER_DEFERRABLE 0x01
#define TIMER_PINNED     0x02
#define TIMER_IRQSAFE    0x04

#define __TIMER_INITIALIZER(fn, fl)                                                                \
	{                                                                                          \
		.function = (fn), .flags = (fl)                                                    \
	}
#define DEFINE_TIMER(name, fn) struct timer_list name = __TIMER_INITIALIZER(fn, 0)

/* From the timer to the object that holds it; VAR is a pointer to that object's type. */
#define from_timer(var, timer, field) container_of(timer, __typeof__(*(var)), field)

/* timer_setup() - before all else; the timer must not be pending. */
void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *timer),
		 unsigned int flags);
#define timer_setup_on_stack(timer, function, flags) timer_setup(timer, function, flags)
#define destroy_timer_on_stack(timer)                                                              \
	do {                                                                                       \
	} while (0)

static inline bool timer_pending(const struct timer_list *timer)
{
	return READ_ONCE(timer->entry.pprev) != NULL;
}

/*
 * add_timer() - arm at timer->expires, on this CPU. It must not be pending: BUG.
 * add_timer_on() - on @cpu.
 * mod_timer() - arm at @expires, whether it is pending or not; on this CPU, unless its function is
 *	running on another one. Returns 1 if it was pending. mod_timer_pending(): only if it is.
 *	timer_reduce(): only if it is not pending, or would expire later.
 * An `expires` in the past means the next tick. Any context but NMI.
 */
void add_timer(struct timer_list *timer);
void add_timer_on(struct timer_list *timer, int cpu);
int mod_timer(struct timer_list *timer, unsigned long expires);
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
int timer_reduce(struct timer_list *timer, unsigned long expires);

/*
 * del_timer() - disarm. Returns 1 if it was pending. The function may still be running on another
 *	CPU. Any context but NMI.
 * try_to_del_timer_sync() - the same, or -1, and nothing is done, while the function runs.
 * del_timer_sync() - disarm, and wait until the function is not running anywhere. Whoever else
 *	might arm the timer must have been stopped, but the function itself may do so. Not from the
 *	timer's own function, and not holding a lock that it takes; not in a hardware interrupt:
 *	these are reported, and it does not wait.
 */
int del_timer(struct timer_list *timer);
int try_to_del_timer_sync(struct timer_list *timer);
int del_timer_sync(struct timer_list *timer);
#define del_singleshot_timer_sync(timer) del_timer_sync(timer)
#define timer_delete(timer)              del_timer(timer)
#define timer_delete_sync(timer)         del_timer_sync(timer)

/* timers_init() - the softirq. Once, at boot. timers_tick(): from each CPU's tick. */
void timers_init(void);
void timers_tick(void);

/* timers_pending() - how many are armed on @cpu. */
unsigned int timers_pending(unsigned int cpu);

#endif
