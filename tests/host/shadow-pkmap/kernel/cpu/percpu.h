/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/cpu/percpu.h where PKMAP is compiled on the host: one CPU.
 */
#ifndef TESTS_HOST_SHADOW_PERCPU_H
#define TESTS_HOST_SHADOW_PERCPU_H

#include "lib/compiler.h"
#include "lib/types.h"

#define DEFINE_PER_CPU(type, name)  __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name

#define smp_processor_id()          0u
#define this_cpu_read(name)         (name)
#define this_cpu_write(name, value) ((name) = (value))
#define this_cpu_add(name, value)   ((name) += (value))
#define this_cpu_inc(name)          ((name)++)
#define this_cpu_set_bit_locked(n, map)                                                            \
	((void)((map)[(n) / (8 * sizeof((map)[0]))] |= 1ul << (n) % (8 * sizeof((map)[0]))))
#define this_cpu_fetch_add_locked(name, value) (((name) += (value)) - (value))
#define this_cpu_test(name, mask)              (((name) & (mask)) != 0)
#define per_cpu_ptr(ptr, cpu)                  (ptr)
#define this_cpu_ptr(ptr)                      (ptr)

#endif /* TESTS_HOST_SHADOW_PERCPU_H */
