/* SPDX-License-Identifier: MIT */
/*
 * The three sets that everyone asks about, and one set for each single CPU. See cpumask.h.
 */
#include "kernel/cpu/cpumask.h"

unsigned int nr_cpu_ids = NR_CPUS;
struct cpumask __cpu_possible_mask = CPU_MASK_ALL;
struct cpumask __cpu_present_mask = CPUMASK_OF_BITS(1);
struct cpumask __cpu_online_mask = CPUMASK_OF_BITS(1);

const struct cpumask cpu_all_bits = CPU_MASK_ALL;
const struct cpumask cpu_no_bits = CPU_MASK_NONE;

#define ONE(n)   CPUMASK_OF_BITS(1UL << (n))
#define FOUR(n)  ONE(n), ONE((n) + 1), ONE((n) + 2), ONE((n) + 3)
#define EIGHT(n) FOUR(n), FOUR((n) + 4)

const struct cpumask cpu_bit_masks[NR_CPUS] = {EIGHT(0), EIGHT(8), EIGHT(16), EIGHT(24)};

static void set_in(struct cpumask *mask, unsigned int cpu, bool in)
{
	if (in)
		cpumask_set_cpu(cpu, mask);
	else
		cpumask_clear_cpu(cpu, mask);
}

void set_cpu_online(unsigned int cpu, bool online)
{
	set_in(&__cpu_online_mask, cpu, online);
}

void set_cpu_present(unsigned int cpu, bool present)
{
	set_in(&__cpu_present_mask, cpu, present);
}

void set_nr_cpus(unsigned int n)
{
	nr_cpu_ids = n;
	__cpu_possible_mask.bits[0] = ~0UL >> (NR_CPUS - n);
}
