/* SPDX-License-Identifier: MIT */
/*
 * Work of another CPU between two instructions of this one: see overtake.h.
 */
#include "tests/overtake.h"
#include "boot/x86.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "lib/string.h"
#include "proc/kthread.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

static struct {
	void (*work)(void *arg);
	void *arg;
	struct task_struct *task;
	unsigned int order, done; /* the work is done when they are equal */
	unsigned int steps, at, times;
	bool quit;
} now;

static int do_work(void *unused)
{
	while (!READ_ONCE(now.quit)) {
		if (smp_load_acquire(&now.order) == now.done) {
			cond_resched();
			cpu_relax();
			continue;
		}
		now.work(now.arg);
		smp_store_release(&now.done, now.done + 1);
	}
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void after_each(struct pt_regs *regs)
{
	if (++now.steps != now.at)
		return;
	trap_step_stop(regs);
	if (!(regs->eflags & EFLAGS_IF) || in_atomic())
		return;
	smp_store_release(&now.order, now.order + 1);
	now.times += wait_until(smp_load_acquire(&now.done) == now.order);
}

void overtake_begin(struct kunit *test, void (*work)(void *arg), void *arg)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	migrate_disable();
	memset(&now, 0, sizeof(now));
	now.work = work;
	now.arg = arg;
	now.task = kthread_run_on_cpu(
		do_work, NULL, cpumask_any_but(cpu_online_mask, smp_processor_id()), "overtake/%u");
	if (!IS_ERR(now.task))
		return;
	migrate_enable();
	kunit_error(test, "no thread");
}

void overtake_end(void)
{
	WRITE_ONCE(now.quit, true);
	kthread_stop(now.task);
	migrate_enable();
}

bool overtake(void (*fn)(void *arg), void *arg, unsigned int at)
{
	now.steps = 0;
	now.at = at;
	trap_step(fn, arg, after_each);
	return now.steps >= at;
}

unsigned int overtaken(void)
{
	return now.times;
}
