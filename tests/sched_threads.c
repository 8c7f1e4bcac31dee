/* SPDX-License-Identifier: MIT */
/*
 * See sched_threads.h.
 */
#include "tests/sched_threads.h"
#include "boot/x86.h"
#include "lib/bitops.h"
#include "lib/div64.h"
#include "tests/kunit_resource.h"

int spinner_run(void *data)
{
	struct spinner *spinner = data;

	while (!kthread_should_stop()) {
		WRITE_ONCE(spinner->rounds, spinner->rounds + 1);
		set_bit(smp_processor_id(), &spinner->cpus);
		cpu_relax();
	}
	return 0;
}

void spinner_start(struct kunit *test, struct spinner *spinner, unsigned int cpu, int nice)
{
	*spinner = (struct spinner){0};
	if (cpu < NR_CPUS)
		spinner->task = kthread_create_on_cpu(spinner_run, spinner, cpu, "spinner/%u");
	else
		spinner->task = kthread_create(spinner_run, spinner, "spinner");
	if (IS_ERR(spinner->task)) {
		spinner->task = NULL;
		KUNIT_ASSERT_NOT_NULL_MSG(test, spinner->task, "no memory for a thread");
	}
	set_user_nice(spinner->task, nice);
	wake_up_process(spinner->task);
}

void spinner_stop(struct spinner *spinner)
{
	if (spinner->task)
		kthread_stop(spinner->task);
	spinner->task = NULL;
}

unsigned int spinner_ms(const struct spinner *spinner)
{
	return (unsigned int)div_u64(task_cputime_ns(spinner->task), 1000000);
}

unsigned int spinners_wait(const struct spinner *const spinners[], unsigned int n,
			   unsigned int total, unsigned int ms[])
{
	unsigned int sum;

	do {
		schedule_timeout_uninterruptible(2);
		sum = 0;
		for (unsigned int i = 0; i < n; i++) {
			ms[i] = spinner_ms(spinners[i]);
			sum += ms[i];
		}
	} while (sum < total);
	return sum;
}

static void may_go(void *unused)
{
	migrate_enable();
}

unsigned int stay_here(struct kunit *test)
{
	migrate_disable();
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, may_go, NULL), 0);
	return smp_processor_id();
}

unsigned int other_cpu(unsigned int cpu)
{
	unsigned int other;

	for_each_online_cpu(other) if (other != cpu) return other;
	return NR_CPUS;
}
