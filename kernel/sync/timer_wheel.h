/* SPDX-License-Identifier: MIT */
/*
 * A wheel of timers: the order in which they are due, apart from locks and interrupts.
 *
 *	level 0   64 slots of 1 tick each         due within 64 ticks
 *	level 1   64 slots of 64 ticks            ... 64^2
 *	...                                       ...
 *	level 5   64 slots of 64^5 ticks          ... for ever
 *
 * A wheel stands at `clk`, the next tick that it has to look at. A timer goes to the lowest level
 * that reaches as far as it needs, into the slot that its time names in that level's 6 bits. Each
 * tick takes the slot of level 0; each 64th tick first spreads the slot of level 1 that has come
 * near over level 0, each 64th of these a slot of level 2, and so on. A timer is spread at most
 * five times in its life; arming and disarming touch one list. Nothing is ever early, and nothing
 * is rounded.
 *
 * An empty wheel does not turn: when a timer comes, it is set to now, however long it stood still.
 */
#ifndef KERNEL_SYNC_TIMER_WHEEL_H
#define KERNEL_SYNC_TIMER_WHEEL_H

#include "kernel/sync/timer.h"

#define WHEEL_BITS   6
#define WHEEL_SLOTS  (1u << WHEEL_BITS)
#define WHEEL_LEVELS 6

struct timer_wheel {
	unsigned long clk;  /* the next tick to be looked at */
	unsigned int count; /* timers in it, those that wheel_turn() gave out included */
	struct hlist_head slots[WHEEL_LEVELS * WHEEL_SLOTS];
};

/* wheel_insert() - TIMER, which is in no wheel, at timer->expires; @now: the tick that it is. */
void wheel_insert(struct timer_wheel *wheel, struct timer_list *timer, unsigned long now);

/*
 * wheel_remove() - TIMER is no longer pending. wheel_unlink(): it is about to go to another slot,
 * and stays pending to whoever looks without the lock.
 */
void wheel_remove(struct timer_wheel *wheel, struct timer_list *timer);
void wheel_unlink(struct timer_wheel *wheel, struct timer_list *timer);

/*
 * wheel_turn() - one tick further, if that is not later than @now: its timers are put on @due, from
 * where they are to be removed one by one. False: there was nothing left to turn for.
 */
bool wheel_turn(struct timer_wheel *wheel, unsigned long now, struct hlist_head *due);

#endif
