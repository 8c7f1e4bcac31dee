/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs, with Linux's names. NR_CPUS is 32, so a set is one word, and nearly every operation
 * one or two instructions.
 *
 * cpumask_set_cpu(), cpumask_clear_cpu() and the cpumask_test_and_ forms are atomic against other
 * CPUs; those with two underscores and those that write a whole set are not. Searches return
 * nr_cpu_ids (or more) when they find nothing.
 *
 *   possible   CPUs that the firmware has told us about; their numbers are 0 .. nr_cpu_ids - 1.
 *              Before it was asked, all NR_CPUS of them.
 *   present    those that were asked to start: possible, as maxcpus= and nosmp leave them
 *   online     those that run
 *
 * The boot CPU is CPU 0, in all three from the first instruction on.
 */
#ifndef KERNEL_CPU_CPUMASK_H
#define KERNEL_CPU_CPUMASK_H

#include "boot/layout.h"
#include "lib/bitops.h"
#include "lib/compiler.h"
#include "lib/types.h"

typedef struct cpumask {
	unsigned long bits[1];
} cpumask_t;
typedef struct cpumask cpumask_var_t[1];

static_assert(NR_CPUS == BITS_PER_LONG, "a set of CPUs is one word, all of whose bits are CPUs");

extern unsigned int nr_cpu_ids;
extern struct cpumask __cpu_possible_mask, __cpu_present_mask, __cpu_online_mask;
extern const struct cpumask cpu_bit_masks[NR_CPUS]; /* one CPU each */
extern const struct cpumask cpu_all_bits, cpu_no_bits;

#define cpu_possible_mask ((const struct cpumask *)&__cpu_possible_mask)
#define cpu_present_mask  ((const struct cpumask *)&__cpu_present_mask)
#define cpu_online_mask   ((const struct cpumask *)&__cpu_online_mask)
#define cpu_all_mask      (&cpu_all_bits)
#define cpu_none_mask     (&cpu_no_bits)

#define cpumask_of(cpu)    (&cpu_bit_masks[cpu])
#define cpumask_bits(mask) ((mask)->bits)

/* An initialiser of one whole set. */
#define CPUMASK_OF_BITS(word)                                                                      \
	{                                                                                          \
		.bits = {(word) }                                                                  \
	}
#define CPU_MASK_ALL  CPUMASK_OF_BITS(~0UL)
#define CPU_MASK_NONE CPUMASK_OF_BITS(0)

/* --- one CPU --- */

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *mask)
{
	set_bit(cpu, mask->bits);
}

static inline void cpumask_clear_cpu(unsigned int cpu, struct cpumask *mask)
{
	clear_bit(cpu, mask->bits);
}

static inline void __cpumask_set_cpu(unsigned int cpu, struct cpumask *mask)
{
	mask->bits[0] |= 1ul << cpu;
}

static inline void __cpumask_clear_cpu(unsigned int cpu, struct cpumask *mask)
{
	mask->bits[0] &= ~(1ul << cpu);
}

static inline bool cpumask_test_cpu(unsigned int cpu, const struct cpumask *mask)
{
	return READ_ONCE(mask->bits[0]) >> cpu & 1;
}

static inline bool cpumask_test_and_set_cpu(unsigned int cpu, struct cpumask *mask)
{
	return test_and_set_bit(cpu, mask->bits);
}

static inline bool cpumask_test_and_clear_cpu(unsigned int cpu, struct cpumask *mask)
{
	return test_and_clear_bit(cpu, mask->bits);
}

/* --- whole sets --- */

static inline void cpumask_copy(struct cpumask *to, const struct cpumask *from)
{
	to->bits[0] = READ_ONCE(from->bits[0]);
}

static inline void cpumask_clear(struct cpumask *mask)
{
	mask->bits[0] = 0;
}

static inline void cpumask_setall(struct cpumask *mask)
{
	mask->bits[0] = ~0UL;
}

/* These two return whether the result has any CPU. */
static inline bool cpumask_and(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
	return (to->bits[0] = READ_ONCE(a->bits[0]) & READ_ONCE(b->bits[0])) != 0;
}

static inline bool cpumask_andnot(struct cpumask *to, const struct cpumask *a,
				  const struct cpumask *b)
{
	return (to->bits[0] = READ_ONCE(a->bits[0]) & ~READ_ONCE(b->bits[0])) != 0;
}

static inline void cpumask_or(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
	to->bits[0] = READ_ONCE(a->bits[0]) | READ_ONCE(b->bits[0]);
}

static inline void cpumask_xor(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
	to->bits[0] = READ_ONCE(a->bits[0]) ^ READ_ONCE(b->bits[0]);
}

static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b)
{
	return READ_ONCE(a->bits[0]) == READ_ONCE(b->bits[0]);
}

static inline bool cpumask_intersects(const struct cpumask *a, const struct cpumask *b)
{
	return (READ_ONCE(a->bits[0]) & READ_ONCE(b->bits[0])) != 0;
}

static inline bool cpumask_subset(const struct cpumask *part, const struct cpumask *whole)
{
	return (READ_ONCE(part->bits[0]) & ~READ_ONCE(whole->bits[0])) == 0;
}

static inline bool cpumask_empty(const struct cpumask *mask)
{
	return READ_ONCE(mask->bits[0]) == 0;
}

static inline unsigned int cpumask_weight(const struct cpumask *mask)
{
	return hweight32((u32)READ_ONCE(mask->bits[0]));
}

/* --- searches --- */

/* The lowest CPU of the word BITS; NR_CPUS if it is empty. */
static inline unsigned int cpu_bits_first(unsigned long bits)
{
	return bits ? (unsigned int)__ffs(bits) : NR_CPUS;
}

static inline unsigned int cpumask_first(const struct cpumask *mask)
{
	return cpu_bits_first(READ_ONCE(mask->bits[0]));
}

/* The next CPU after @n; -1 begins. */
static inline unsigned int cpumask_next(int n, const struct cpumask *mask)
{
	return n >= NR_CPUS - 1 ? (unsigned int)NR_CPUS
				: cpu_bits_first(READ_ONCE(mask->bits[0]) & ~0UL << (n + 1));
}

static inline unsigned int cpumask_last(const struct cpumask *mask)
{
	unsigned long bits = READ_ONCE(mask->bits[0]);

	return bits ? (unsigned int)__fls(bits) : NR_CPUS;
}

static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
	return cpu_bits_first(READ_ONCE(a->bits[0]) & READ_ONCE(b->bits[0]));
}

static inline unsigned int cpumask_any_but(const struct cpumask *mask, unsigned int cpu)
{
	return cpu_bits_first(READ_ONCE(mask->bits[0]) & ~(1UL << cpu));
}

#define cpumask_any(mask)     cpumask_first(mask)
#define cpumask_any_and(a, b) cpumask_first_and(a, b)

/* The mask is read again for each step: a CPU that comes or goes meanwhile may be seen or not. */
#define for_each_cpu(cpu, mask)                                                                    \
	for ((cpu) = cpumask_first(mask); (cpu) < NR_CPUS; (cpu) = cpumask_next((int)(cpu), (mask)))
#define for_each_cpu_and(cpu, a, b) for_each_cpu(cpu, a) if (cpumask_test_cpu(cpu, b))
#define for_each_possible_cpu(cpu)  for_each_cpu(cpu, cpu_possible_mask)
#define for_each_present_cpu(cpu)   for_each_cpu(cpu, cpu_present_mask)
#define for_each_online_cpu(cpu)    for_each_cpu(cpu, cpu_online_mask)

static inline bool cpu_online(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, cpu_online_mask);
}

static inline bool cpu_present(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, cpu_present_mask);
}

static inline bool cpu_possible(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, cpu_possible_mask);
}

#define num_online_cpus()   cpumask_weight(cpu_online_mask)
#define num_present_cpus()  cpumask_weight(cpu_present_mask)
#define num_possible_cpus() cpumask_weight(cpu_possible_mask)

/* For those who start CPUs (kernel/cpu/smp_boot.c). */
void set_cpu_online(unsigned int cpu, bool online);
void set_cpu_present(unsigned int cpu, bool present);

/* set_nr_cpus() - the firmware has told: the possible CPUs are 0 .. @n - 1. Once, at boot. */
void set_nr_cpus(unsigned int n);

#endif
