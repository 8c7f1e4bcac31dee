/* SPDX-License-Identifier: MIT */
/*
 * Watchers: how a test of shootdowns makes sure that a stale translation would be seen.
 *
 * A CPU drops translations for many reasons: it switches tasks, an interrupt handler touches many
 * pages, the cache is small. So a watcher is a thread that stays on its CPU with interrupts off and
 * spins with `pause` on a word of its own. Between its look that fills the cache and the one that
 * judges it executes no flush but one that was sent to it, which it finds by looking into its
 * queue of calls: the code of a shootdown then runs as ever, only that no interrupt brings it.
 */
#include "tests/watcher.h"
#include "boot/x86.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/smp.h"
#include "lib/atomic.h"
#include "lib/bug.h"
#include "proc/kthread.h"
#include "tests/kunit.h"

struct watcher watchers[NR_CPUS];
unsigned int nr_watchers;

static void look(struct watcher *watcher)
{
	u32 word = 0;

	watcher->faulted = copy_from_kernel_nofault(&word, (const void *)watcher->va, sizeof(word));
	watcher->seen = word;
}

static int watch(void *arg)
{
	struct watcher *watcher = arg;
	unsigned long flags;
	u32 order;

	local_irq_save(flags);
	smp_store_release(&watcher->done, 1);
	for (;;) {
		order = smp_load_acquire(&watcher->order);
		if (READ_ONCE(watcher->quit))
			break;
		if (order != watcher->done) {
			look(watcher);
			smp_store_release(&watcher->done, order);
		}
		if (READ_ONCE(watcher->serves) ||
		    (watcher->serve_when && READ_ONCE(*watcher->serve_when) != watcher->serve_not))
			smp_flush_calls();
		cpu_relax();
	}
	local_irq_restore(flags);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void wait_done(struct watcher *watcher)
{
	while (smp_load_acquire(&watcher->done) != watcher->order)
		cpu_relax();
}

unsigned int watchers_start(struct kunit *test, unsigned int most)
{
	unsigned int cpu;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	migrate_disable();
	nr_watchers = 0;
	for_each_online_cpu(cpu)
	{
		struct watcher *watcher = &watchers[nr_watchers];
		struct task_struct *task;

		if (cpu == smp_processor_id() || nr_watchers == most)
			continue;
		*watcher = (struct watcher){.cpu = cpu, .order = 1, .serves = true};
		task = kthread_create_on_cpu(watch, watcher, cpu, "watcher/%u");
		if (IS_ERR(task)) {
			watchers_stop();
			kunit_error(test, "no memory for a watcher");
		}
		watcher->task = task;
		nr_watchers++;
		wake_up_process(task);
	}
	for (unsigned int i = 0; i < nr_watchers; i++)
		wait_done(&watchers[i]);
	return nr_watchers;
}

void watchers_stop(void)
{
	for (unsigned int i = 0; i < nr_watchers; i++)
		WRITE_ONCE(watchers[i].quit, true);
	for (unsigned int i = 0; i < nr_watchers; i++)
		kthread_stop(watchers[i].task);
	if (nr_watchers)
		migrate_enable();
	nr_watchers = 0;
}

u32 watcher_look(struct watcher *watcher, const volatile void *va)
{
	watcher->va = va;
	smp_store_release(&watcher->order, watcher->order + 1);
	wait_done(watcher);
	return watcher->seen;
}

unsigned int watchers_seeing(const volatile void *va, u32 value)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < nr_watchers; i++)
		n += watcher_look(&watchers[i], va) == value && !watchers[i].faulted;
	return n;
}

void watchers_serve(bool on)
{
	for (unsigned int i = 0; i < nr_watchers; i++)
		WRITE_ONCE(watchers[i].serves, on);
	if (on)
		return;
	/* One may have made up its mind before: when it has obeyed the next order it has read that.
	 */
	for (unsigned int i = 0; i < nr_watchers; i++)
		watcher_look(&watchers[i], &watchers[i].order);
}
