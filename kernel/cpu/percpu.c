/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU areas: see percpu.h. All of them are static, so that starting a CPU allocates nothing.
 */
#include "kernel/cpu/percpu.h"
#include "kernel/sync/kmap_ctrl.h"
#include "lib/string.h"

unsigned long percpu_offset[NR_CPUS];

DEFINE_PER_CPU(unsigned long, this_cpu_offset);
DEFINE_PER_CPU(unsigned int, cpu_number);
DEFINE_PER_CPU(unsigned int, cpu_token) = 1;

/* The copies of CPU 1 and on, one behind the other (linker.ld). */
extern char __percpu_areas[];

void percpu_init(void)
{
	size_t size = percpu_unit_size();

	for (unsigned int cpu = 1; cpu < NR_CPUS; cpu++) {
		char *area = __percpu_areas + (cpu - 1) * size;

		memcpy(area, __percpu_start, size);
		percpu_offset[cpu] = cpu * size;
		per_cpu(this_cpu_offset, cpu) = percpu_offset[cpu];
		per_cpu(cpu_number, cpu) = cpu;
		per_cpu(cpu_token, cpu) = cpu + 1;
		per_cpu(kmap_slots_pcp, cpu) = KMAP_SLOTS_NONE(cpu);
	}
}
