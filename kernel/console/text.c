/* SPDX-License-Identifier: MIT */
/*
 * The buffers for text under way: see text.h. Taking one also switches interrupts off, so that the
 * users of a buffer nest like brackets and a counter is all the bookkeeping there is.
 */
#include "kernel/console/text.h"

#include "boot/x86.h"
#include "kernel/console/console.h"

static char texts[TEXT_DEPTH][CONSOLE_TEXT_MAX + 2];
static unsigned int depth; /* how many of them are in use */

bool console_text_get(struct console_text *text)
{
	local_irq_save(text->flags);
	if (depth == TEXT_DEPTH) {
		local_irq_restore(text->flags);
		return false;
	}
	text->buffer = texts[depth++];
	text->length = 0;
	return true;
}

void console_text_put(struct console_text *text)
{
	depth--;
	local_irq_restore(text->flags);
}

void text_save(struct console_state *state)
{
	state->depth = depth;
}

void text_restore(const struct console_state *state)
{
	depth = state->depth;
}
