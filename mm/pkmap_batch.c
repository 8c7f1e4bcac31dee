/* SPDX-License-Identifier: MIT */
/*
 * Free PKMAP slots: the search for them, and the CPUs' shares. See pkmap_internal.h.
 *
 * Slots are handed out in the order of their numbers, from the one after the last. To CPUs they go
 * a word of free_slots at a time, so that CPUs that map at once work on different slots, entries
 * and cache lines, and need no common lock. Where there are few slots, a CPU's share is smaller,
 * and who finds nothing else takes everybody's shares back.
 */
#include "kernel/cpu/cpumask.h"
#include "mm/pkmap_internal.h"

unsigned long free_slots[PKMAP_WORDS];
unsigned int last_pkmap_nr[PKMAP_COLORS];
DEFINE_PER_CPU(struct pkmap_batches, pkmap_batches);
DEFINE_PER_CPU(struct pkmap_hints, idle_hints);

unsigned int pkmap_next_free(unsigned int nr, unsigned int color)
{
	unsigned long bits, mask = pkmap_color_bits(color);
	unsigned int word = nr / BITS_PER_LONG;

	if (nr >= LAST_PKMAP)
		return LAST_PKMAP;
	bits = free_slots[word] & mask & (~0ul << nr % BITS_PER_LONG);
	while (!bits) {
		if (++word == PKMAP_WORDS)
			return LAST_PKMAP;
		bits = free_slots[word] & mask;
	}
	return word * BITS_PER_LONG + (unsigned int)__ffs(bits);
}

/* How many slots a CPU may have at hand: half of all are at nobody's. */
static unsigned int share(unsigned int color)
{
	if (pkmap_waiters[color])
		return 1;
	return max(LAST_PKMAP / PKMAP_COLORS / 2 / num_online_cpus(), 1u);
}

void pkmap_refill(unsigned int nr, unsigned int color)
{
	struct pkmap_batch *batch = &this_cpu_ptr(&pkmap_batches)->of[color];
	unsigned int word = nr / BITS_PER_LONG, bit = nr % BITS_PER_LONG, n;
	unsigned long mine = pkmap_color_bits(color), taken;

	/* How far it is to the first one that is not free, or to the word's end. */
	taken = ~(free_slots[word] | ~mine) >> bit;
	n = taken ? (unsigned int)__ffs(taken) : BITS_PER_LONG - bit;
	n = min(ALIGN(n, PKMAP_COLORS), share(color) * PKMAP_COLORS);
	free_slots[word] &= ~((n < BITS_PER_LONG ? (1ul << n) - 1 : ~0ul) << bit & mine);
	batch->end = nr + n;
	last_pkmap_nr[color] = nr + n - PKMAP_COLORS;
	smp_store_release(&batch->next, nr);
	for (; control(page_address_left) && nr < batch->end; nr += PKMAP_COLORS)
		page_address_forget(&page_address_maps[nr]);
	if (control(page_address_left))
		page_address_sweep();
}

/* What one CPU has at hand is nobody's again, and the search will come across it. */
static bool take_back(struct pkmap_batch *batch, unsigned int color)
{
	unsigned int nr, end = batch->end;

	if (READ_ONCE(batch->next) >= end)
		return false;
	nr = xchg(&batch->next, end);
	if (nr >= end)
		return false;
	last_pkmap_nr[color] = min(last_pkmap_nr[color], nr - PKMAP_COLORS);
	for (; nr < end; nr += PKMAP_COLORS)
		free_slots[nr / BITS_PER_LONG] |= BIT_MASK(nr);
	return true;
}

bool pkmap_take_back(unsigned int color)
{
	bool any = false;
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		if (control(pkmap_at_hand_kept) && cpu != smp_processor_id())
			continue;
		any |= take_back(&per_cpu_ptr(&pkmap_batches, cpu)->of[color], color);
	}
	return any;
}

unsigned int get_next_pkmap_nr(unsigned int color)
{
	unsigned int nr;

	take_back(&this_cpu_ptr(&pkmap_batches)->of[color], color);
	nr = pkmap_next_free(last_pkmap_nr[color] + 1, color);
	if (nr >= LAST_PKMAP)
		nr = color;
	return last_pkmap_nr[color] = nr;
}

void pkmap_search_from(unsigned int color, unsigned int nr)
{
	pkmap_take_back(color);
	last_pkmap_nr[color] = nr;
}

unsigned int pkmap_position(unsigned int color)
{
	const struct pkmap_batch *batch = &this_cpu_ptr(&pkmap_batches)->of[color];

	return batch->next < batch->end ? batch->next - PKMAP_COLORS : last_pkmap_nr[color];
}
