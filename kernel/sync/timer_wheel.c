/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel, which timer_wheel.h draws. Its lock, if it has one, is the caller's business.
 */
#include "kernel/sync/timer_wheel.h"
#include "lib/control.h"

/* Counts what is in the wheel already as it is: also for timers that only change slots. */
static void place(struct timer_wheel *wheel, struct timer_list *timer)
{
	unsigned long at = timer->expires, delta = at - wheel->clk;
	unsigned int level = 0;

	if ((long)delta < 0) { /* late already: with the next tick */
		at = wheel->clk;
		delta = 0;
	}
	while (level < WHEEL_LEVELS - 1 && delta >> (WHEEL_BITS * (level + 1)))
		level++;
	at = at >> (WHEEL_BITS * level) & (WHEEL_SLOTS - 1);
	if (control(timer_early) && level > 0 && timer->expires % 8 == 0) {
		at = (wheel->clk + 1) & (WHEEL_SLOTS - 1);
		level = 0;
	}
	hlist_add_head(&timer->entry, &wheel->slots[level * WHEEL_SLOTS + at]);
}

/* Does it stand at this tick, or at the next one because this one was looked at? */
static bool is_current(const struct timer_wheel *wheel, unsigned long now)
{
	if (control(idle_wheel_seems_ahead))
		return !time_before(wheel->clk, now);
	return wheel->clk - now <= 1;
}

void wheel_insert(struct timer_wheel *wheel, struct timer_list *timer, unsigned long now)
{
	/* An empty one may have stood still for so long that its time seems to lie ahead. */
	if (wheel->count++ == 0 && !is_current(wheel, now))
		wheel->clk = now;
	place(wheel, timer);
}

void wheel_unlink(struct timer_wheel *wheel, struct timer_list *timer)
{
	__hlist_unlink(&timer->entry);
	wheel->count--;
}

void wheel_remove(struct timer_wheel *wheel, struct timer_list *timer)
{
	hlist_del_init(&timer->entry);
	wheel->count--;
}

/* Spreads the slot of LEVEL that has come near; true if that level has come round. */
static bool spread(struct timer_wheel *wheel, unsigned int level)
{
	unsigned int index = wheel->clk >> (WHEEL_BITS * level) & (WHEEL_SLOTS - 1);
	struct hlist_head *slot = &wheel->slots[level * WHEEL_SLOTS + index];
	struct hlist_node *node = slot->first, *next;

	/* None of them is unhashed on the way: all are pending to whoever looks. */
	for (slot->first = NULL; node; node = next) {
		next = node->next;
		place(wheel, hlist_entry(node, struct timer_list, entry));
	}
	return index == 0;
}

bool wheel_turn(struct timer_wheel *wheel, unsigned long now, struct hlist_head *due)
{
	unsigned int index = wheel->clk & (WHEEL_SLOTS - 1);

	if (!wheel->count || time_before(now, wheel->clk))
		return false;
	for (unsigned int level = 1; index == 0 && level < WHEEL_LEVELS; level++)
		if (!spread(wheel, level))
			break;
	hlist_move_list(&wheel->slots[index], due);
	wheel->clk++;
	return true;
}
