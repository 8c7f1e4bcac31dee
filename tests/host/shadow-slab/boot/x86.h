/* SPDX-License-Identifier: MIT */
/*
 * In the place of boot/x86.h where the slab allocator is compiled on the host.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_X86_H
#define TESTS_HOST_SHADOW_SLAB_X86_H

#include "lib/atomic.h"
#include "lib/types.h"

static inline void rep_stosl(void *to, u32 value, size_t words)
{
	for (u32 *word = to; words > 0; words--)
		*word++ = value;
}

/* Of words as long as a pointer, downwards: they may overlap. */
static inline void rep_movsl(void *to, const void *from, size_t words)
{
	for (size_t i = 0; i < words; i++)
		((void **)to)[i] = ((void *const *)from)[i];
}

/* One less; was that the last, or none left? */
static inline bool atomic_dec_not_positive(atomic_t *v)
{
	return --v->counter <= 0;
}

static inline bool irqs_disabled(void)
{
	return false;
}

static inline void cpu_relax(void)
{
}

#endif /* TESTS_HOST_SHADOW_SLAB_X86_H */
