/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/cpu/cpumask.h where PKMAP is compiled on the host: one CPU.
 */
#ifndef TESTS_HOST_SHADOW_CPUMASK_H
#define TESTS_HOST_SHADOW_CPUMASK_H

#define num_online_cpus()        1u
#define for_each_online_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)

#endif /* TESTS_HOST_SHADOW_CPUMASK_H */
