/* SPDX-License-Identifier: MIT */
/*
 * Shootdown: making all CPUs forget translations [SDM3 4.10.4, 4.10.5].
 *
 * Kernel addresses are in every address space, so every CPU may have any of them cached, whether it
 * ever asked for the mapping or was only handed the address. All CPUs that run are told, at once,
 * and the caller waits for them. Two reasons allow less:
 *
 * - nothing is cached anywhere: tlb.h tells how the Accessed bit proves it;
 * - a CPU that is not online yet: it flushes everything after it has appeared in cpu_online_mask
 *   (ap_main()). Either it is seen there, or its flush comes after the change.
 *
 * The caller's CPU flushes while the others do. Large ranges and large batches cost a flush of
 * everything on each CPU, so the price of a shootdown is bounded.
 */
#include "mm/tlb.h"
#include "boot/layout.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/preempt.h"
#include "lib/compiler.h"

DEFINE_PER_CPU(struct tlb_counters, tlb_counters);
DEFINE_PER_CPU(unsigned int, tlb_mapped_here);

/* What each CPU is to forget: a batch, or a range. */
struct flush {
	const struct tlb_batch *batch; /* NULL: the range */
	unsigned long start, end;
	unsigned int from; /* the CPU that asks */
};

static void flush_all_here(void)
{
	this_cpu_inc(tlb_counters.full);
	local_flush_tlb_all();
}

void local_flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	unsigned long nr;

	if (start >= end)
		return;
	start &= PAGE_MASK;
	nr = ((end - 1 - start) >> PAGE_SHIFT) + 1; /* no sum here can wrap */
	if (nr >= TLB_FULL_FLUSH_PAGES) {
		flush_all_here();
		return;
	}
	this_cpu_inc(tlb_counters.ranged);
	for (; nr > 0; nr--, start += PAGE_SIZE)
		local_flush_tlb_one(start);
}

static void flush_batch_here(const struct tlb_batch *batch)
{
	if (batch->nr > TLB_BATCH_PAGES) {
		flush_all_here();
		return;
	}
	this_cpu_inc(tlb_counters.ranged);
	for (unsigned int i = 0; i < batch->nr; i++)
		local_flush_tlb_one(batch->va[i]);
}

/* On every CPU. Preemption off. */
static void flush_here(void *info)
{
	const struct flush *flush = info;

	if (flush->from != smp_processor_id()) {
		this_cpu_add(tlb_counters.received, !control(tlb_flushes_uncounted));
		this_cpu_inc(irq_stat.shootdowns);
	}
	if (flush->batch)
		flush_batch_here(flush->batch);
	else
		local_flush_tlb_kernel_range(flush->start, flush->end);
}

/* Who must be told. The two controls are the two ways to get this wrong. */
static void whom_to_tell(struct cpumask *mask)
{
	unsigned int cpu;

	smp_mb(); /* the change is seen before the mask is read; ap_main() does it the other way
		     round */
	cpumask_copy(mask, cpu_online_mask);
	if (control(no_shootdown))
		cpumask_copy(mask, cpumask_of(smp_processor_id()));
	if (control(shootdown_to_mappers))
		for_each_online_cpu(cpu) if (cpu != smp_processor_id() &&
					     !per_cpu(tlb_mapped_here, cpu))
			__cpumask_clear_cpu(cpu, mask);
}

static void shoot_down(struct flush *flush)
{
	struct cpumask mask;

	preempt_disable();
	flush->from = smp_processor_id();
	whom_to_tell(&mask);
	this_cpu_inc(tlb_counters.rounds);
	this_cpu_add(tlb_counters.sent, cpumask_weight(&mask) - 1);
	if (cpumask_equal(&mask, cpumask_of(flush->from)))
		flush_here(flush);
	else
		on_each_cpu_mask(&mask, flush_here, flush, true);
	preempt_enable();
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	struct flush flush = {.start = start, .end = end};

	smp_check_wait(__func__, __builtin_return_address(0));
	if (start < end)
		shoot_down(&flush);
}

void flush_tlb_all(void)
{
	struct flush flush = {.end = (unsigned long)PAGE_MASK};

	smp_check_wait(__func__, __builtin_return_address(0));
	shoot_down(&flush);
}

void tlb_batch_flush(struct tlb_batch *batch)
{
	struct flush flush = {.batch = batch};

	/* Whether or not there turns out to be something to tell. */
	smp_check_wait(__func__, __builtin_return_address(0));
	if (batch->nr != 0) {
		shoot_down(&flush);
	} else if (batch->clean != 0) {
		preempt_disable();
		this_cpu_add(tlb_counters.skipped, num_online_cpus());
		preempt_enable();
	}
	tlb_batch_init(batch);
}

struct tlb_counters tlb_counters_sum(void)
{
	struct tlb_counters sum = {};
	unsigned int cpu;

	for_each_possible_cpu(cpu)
	{
		const struct tlb_counters *one = per_cpu_ptr(&tlb_counters, cpu);

		sum.sent += READ_ONCE(one->sent);
		sum.received += READ_ONCE(one->received);
		sum.skipped += READ_ONCE(one->skipped);
		sum.ranged += READ_ONCE(one->ranged);
		sum.full += READ_ONCE(one->full);
		sum.rounds += READ_ONCE(one->rounds);
	}
	return sum;
}
