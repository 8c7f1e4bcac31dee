/* SPDX-License-Identifier: MIT */
/*
 * The console's lock, and the buffers for text under way: see text.h.
 *
 * One lock guards the ring, the buffers, the devices for output and all state between them. It
 * belongs to a CPU, with its interrupts off, and whatever interrupts that CPU even so (an NMI, a
 * fault in this very code) and has something to say goes on inside it. So the uses of a buffer
 * nest like brackets, and a counter is all the bookkeeping there is. Who waits does so with
 * interrupts as they were.
 *
 * It is no spinlock_t: those are watched, and what watches them prints.
 */
#include "kernel/console/text.h"

#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "lib/compiler.h"
#include "lib/control.h"

static char texts[TEXT_DEPTH][CONSOLE_TEXT_MAX + 2];
static unsigned int depth; /* how many of them are in use */
static u32 holder;         /* number + 1 of the CPU that has the lock; 0: free */

static u32 me(void)
{
	return smp_processor_id() + 1;
}

static bool held_here(void)
{
	return READ_ONCE(holder) == me();
}

void console_lock(struct console_hold *hold)
{
	u32 nobody;

	for (;;) {
		local_irq_save(hold->flags);
		hold->outermost = !held_here();
		if (!hold->outermost)
			return;
		nobody = control(console_unlocked) ? READ_ONCE(holder) : 0;
		if (__atomic_compare_exchange_n(&holder, &nobody, me(), false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return;
		local_irq_restore(hold->flags);
		while (READ_ONCE(holder))
			cpu_relax();
	}
}

void console_unlock(const struct console_hold *hold)
{
	if (hold->outermost)
		__atomic_store_n(&holder, 0, __ATOMIC_RELEASE);
	local_irq_restore(hold->flags);
}

bool console_text_get(struct console_text *text)
{
	console_lock(&text->hold);
	if (depth == TEXT_DEPTH) {
		console_unlock(&text->hold);
		return false;
	}
	text->buffer = texts[depth++];
	text->length = 0;
	return true;
}

void console_text_put(struct console_text *text)
{
	depth--;
	console_unlock(&text->hold);
}

void text_save(struct console_state *state)
{
	state->held = held_here();
	state->depth = state->held ? depth : 0;
}

void text_restore(const struct console_state *state)
{
	depth = state->depth;
	if (!state->held)
		__atomic_store_n(&holder, 0, __ATOMIC_RELEASE);
}

bool text_held_here(void)
{
	return held_here();
}
