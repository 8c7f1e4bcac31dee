/* SPDX-License-Identifier: MIT */
/*
 * Threads for the scheduler's tests: ones that run and run, and that say what became of them.
 */
#ifndef TESTS_SCHED_THREADS_H
#define TESTS_SCHED_THREADS_H

#include "kernel/sync/jiffies.h"
#include "proc/kthread.h"
#include "tests/kunit.h"

/* A thread that does nothing but run until it is stopped. */
struct spinner {
	struct task_struct *task;
	unsigned long rounds;
	unsigned long cpus; /* a bit for each CPU that it ran on */
};

/*
 * spinner_start() - on @cpu only (NR_CPUS: anywhere), with this nice value. An ASSERT fails if it
 * cannot be. spinner_stop(): ends it; harmless if it was never started.
 */
void spinner_start(struct kunit *test, struct spinner *spinner, unsigned int cpu, int nice);
void spinner_stop(struct spinner *spinner);
int spinner_run(void *spinner);

/* Its run time so far, in ms. */
unsigned int spinner_ms(const struct spinner *spinner);

/*
 * spinners_wait() - sleeps until @n spinners have had @total ms together. @ms is what each has had
 * then; returns the sum.
 */
unsigned int spinners_wait(const struct spinner *const spinners[], unsigned int n,
			   unsigned int total, unsigned int ms[]);

/*
 * stay_here() - the test stays on the CPU it is on, until the case ends; returns which it is.
 */
unsigned int stay_here(struct kunit *test);

/* A CPU that runs, other than @cpu; NR_CPUS if there is none. */
unsigned int other_cpu(unsigned int cpu);

/* wait_ticks_for() - let others run until CONDITION, at most TICKS of jiffies. What it is then. */
#define wait_ticks_for(ticks, condition)                                                           \
	__extension__({                                                                            \
		unsigned long __end = jiffies + (ticks);                                           \
		while (!(condition) && (long)(__end - jiffies) > 0)                                \
			schedule_timeout_uninterruptible(1);                                       \
		(condition);                                                                       \
	})

#endif /* TESTS_SCHED_THREADS_H */
