/* SPDX-License-Identifier: MIT */
/*
 * Benchmarks by two CPUs at once. See smp2.c.
 */
#ifndef BENCH_SMP2_H
#define BENCH_SMP2_H

#include "bench/bench.h"
#include "lib/types.h"

/*
 * bench_two_cpus() - @rounds of @op here and on another CPU, each with its own context; *@ns is how
 * long it took until both were done. False: no memory. There must be two CPUs. Sleeps.
 */
bool bench_two_cpus(const struct bench_operation *op, struct bench_context *one,
		    struct bench_context *two, unsigned long rounds, u64 *ns);

/*
 * bench_keep_busy() - computes for some time, so that the host of a virtual machine has seen how
 * many CPUs are needed: one that has just woken often begins on the CPU of the one that woke it.
 */
void bench_keep_busy(void);

#endif
