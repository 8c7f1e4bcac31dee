/* SPDX-License-Identifier: MIT */
/*
 * The one sequence behind <linux/random.h>. Two interrupts that draw at once may get the same
 * number; nothing that compiles against these headers may care.
 */
#include "lib/random.h"

#include "compat/linux/linux/random.h"

static struct rnd_state sequence = {.state = 0x6c6f6674};

u32 get_random_u32(void)
{
	return prandom_u32_state(&sequence);
}

u64 get_random_u64(void)
{
	return prandom_u64_state(&sequence);
}

u32 get_random_u32_below(u32 ceiling)
{
	return prandom_u32_below(&sequence, ceiling);
}

void get_random_bytes(void *buffer, size_t size)
{
	prandom_bytes_state(&sequence, buffer, size);
}
