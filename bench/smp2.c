/* SPDX-License-Identifier: MIT */
/*
 * The same operation by two CPUs at once, each with pages of its own: smp2_NAME. The time is from
 * the common start to the moment when both are done, divided by the operations of both: half of
 * what one CPU needs alone where nothing stands in the way.
 */
#include "bench/smp2.h"
#include "kernel/console/console.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/tsc.h"
#include "kernel/sync/completion.h"
#include "lib/atomic.h"
#include "proc/kthread.h"

#define BUSY_NS 20000000ull

/* What both do. */
struct side {
	const struct bench_operation *op;
	struct bench_context *context;
	unsigned long rounds;
	atomic_t *ready; /* counts who has come: two, and once more two */
	struct completion done;
};

static void meet(atomic_t *ready, int number)
{
	atomic_inc(ready);
	while (atomic_read(ready) < number)
		cpu_relax();
}

void bench_keep_busy(void)
{
	u64 end = clock_ns() + BUSY_NS;

	while (clock_ns() < end)
		;
}

/* Once to warm up; then both begin together. */
static u64 run_side(struct side *side)
{
	u64 start;

	side->op->fn(side->context, side->op->rounds);
	meet(side->ready, 2);
	bench_keep_busy();
	meet(side->ready, 4);
	start = clock_ns();
	side->op->fn(side->context, side->rounds);
	return start;
}

static int other_side(void *data)
{
	struct side *side = data;

	run_side(side);
	complete(&side->done);
	return 0;
}

bool bench_two_cpus(const struct bench_operation *op, struct bench_context *one,
		    struct bench_context *two, unsigned long rounds, u64 *ns)
{
	atomic_t ready = ATOMIC_INIT(0);
	struct side here = {.op = op, .context = one, .rounds = rounds, .ready = &ready};
	struct side there = {.op = op, .context = two, .rounds = rounds, .ready = &ready};
	struct task_struct *task;
	u64 start;

	init_completion(&there.done);
	migrate_disable();
	task = kthread_run_on_cpu(other_side, &there,
				  cpumask_any_but(cpu_online_mask, smp_processor_id()), "bench/%u");
	if (IS_ERR(task)) {
		migrate_enable();
		return false;
	}
	start = run_side(&here);
	wait_for_completion(&there.done);
	*ns = clock_ns() - start;
	migrate_enable();
	return true;
}
