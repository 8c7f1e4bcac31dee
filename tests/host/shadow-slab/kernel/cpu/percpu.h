/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/cpu/percpu.h where the slab allocator is compiled on the host: a few CPUs,
 * one of which is this one until the test says otherwise.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_PERCPU_H
#define TESTS_HOST_SHADOW_SLAB_PERCPU_H

#include "boot/layout.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define HOST_CPUS 3
extern unsigned int host_cpu;

#define DEFINE_PER_CPU(type, name)  __typeof__(type) name[HOST_CPUS]
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name[HOST_CPUS]

#define this_cpu_read(name)        (name[host_cpu])
#define per_cpu(name, cpu)         (name[cpu])
#define smp_processor_id()         host_cpu
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < HOST_CPUS; (cpu)++)

#endif /* TESTS_HOST_SHADOW_SLAB_PERCPU_H */
