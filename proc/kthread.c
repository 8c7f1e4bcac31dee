/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads: tasks with a function of their own.
 *
 * A thread holds one reference to itself, which goes with the switch away from it for the last
 * time; who stops it holds another while he waits. The last one to go gives back stack and task,
 * wherever that is: so neither may need to sleep (proc/kstack.c).
 *
 * At its end a thread must hold nothing. What can be seen is looked at, reported by the thread's
 * name and put right, so that the CPU stays usable: preempt_count, the interrupt flag, pagefault
 * and migration counts, expected failures, temporary mappings; in debug builds also locks and
 * fragment caches.
 */
#include "proc/kthread.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/cpu/switch.h"
#include "kernel/sync/lockdep.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page_frag.h"
#include "proc/kstack.h"

struct thread {
	struct task_struct task;
	int (*fn)(void *data);
	void *data;
	bool should_stop;
	bool ended;
	int result;
	struct task_struct *waiter; /* in kthread_stop(), with a reference; or NOBODY_ANY_MORE */
};

#define NOBODY_ANY_MORE ((struct task_struct *)1)

#define SETTLE_TICKS 500

static atomic_t nr_threads;
static atomic_t nr_ending; /* of these, in kthread_exit() or ended */

static struct thread *thread_of(struct task_struct *task)
{
	return container_of(task, struct thread, task);
}

static void release_thread(struct task_struct *task)
{
	struct thread *thread = thread_of(task);

	kstack_free(&task->stack);
	kfree(thread);
	atomic_dec(&nr_threads);
	atomic_dec(&nr_ending);
}

/* Debug builds know all fragment caches: one on this stack has a block that nobody will free. */
static void look_at_cache(const struct page_frag_cache *cache, const struct page *page, void *arg)
{
	struct task_struct *task = arg;
	unsigned long address = (unsigned long)cache;

	WARN(address >= task->stack.base && address < task->stack.top,
	     "thread %s/%d ends with an undrained page_frag cache on its stack, at 0x%08lx: the "
	     "block at pfn %lu is lost",
	     task->comm, task->pid, address, page_to_pfn(page));
}

/* What the thread was to give back and did not. */
static void check_exit(struct task_struct *task)
{
	unsigned int count = preempt_count_all();

	if (unlikely(count)) {
		char site[80] = "";

		if (preempt_disable_site())
			snprintf(site, sizeof(site), "; atomic since %pS", preempt_disable_site());
		local_irq_disable();
		preempt_count_set(0);
		lockdep_restore(0, lockdep_task_depth()); /* what spins is this CPU's */
		local_irq_enable();
		WARN(!control(exit_imbalance_unseen), "thread %s/%d ends with preempt_count 0x%x%s",
		     task->comm, task->pid, count, site);
	}
	if (unlikely(irqs_disabled())) {
		local_irq_enable();
		WARN(true, "thread %s/%d ends with interrupts off", task->comm, task->pid);
	}
	if (unlikely(pagefault_disabled())) {
		this_cpu_write(__pagefault_disabled, 0);
		WARN(true, "thread %s/%d ends with page faults disabled", task->comm, task->pid);
	}
	if (unlikely(task->migration_disabled)) {
		task->migration_disabled = 0;
		WARN(true, "thread %s/%d ends with migration disabled", task->comm, task->pid);
	}
	lockdep_task_exit();
	kmap_exit_check();
	page_frag_held(look_at_cache, task);
	task->recover = NULL;
}

void kthread_exit(long result)
{
	struct thread *thread = thread_of(current);
	struct task_struct *waiter;

	BUG_ON(current->release != release_thread);
	__set_current_state(TASK_RUNNING);
	check_exit(current);
	sched_unregister_task(current);
	atomic_inc(&nr_ending);
	thread->result = (int)result;
	WRITE_ONCE(thread->ended, true);
	waiter = __atomic_exchange_n(&thread->waiter, NOBODY_ANY_MORE, __ATOMIC_SEQ_CST);
	if (waiter) {
		wake_up_process(waiter);
		put_task_struct(waiter);
	}
	sched_exit();
}

static void thread_main(void *arg)
{
	struct thread *thread = arg;
	int result = -EINTR;

	if (!READ_ONCE(thread->should_stop))
		result = thread->fn(thread->data);
	kthread_exit(result);
}

static struct thread *make_thread(int (*fn)(void *data), void *data, const char *name)
{
	struct thread *thread = kzalloc(sizeof(*thread), GFP_KERNEL);
	struct task_struct *task;

	if (!thread)
		return NULL;
	task = &thread->task;
	sched_init_task(task, name);
	if (kstack_alloc(&task->stack)) {
		kfree(thread);
		return NULL;
	}
	thread->fn = fn;
	thread->data = data;
	task->flags = PF_KTHREAD;
	task->release = release_thread;
	task->esp = task_stack_init(task->stack.top, thread_main, thread);
	task->__state = TASK_UNINTERRUPTIBLE;
	task->cpu = smp_processor_id();
	atomic_inc(&nr_threads);
	return thread;
}

static struct task_struct *create(int (*fn)(void *data), void *data, const char *name)
{
	struct thread *thread = make_thread(fn, data, name);

	if (!thread)
		return ERR_PTR(-ENOMEM);
	thread->task.pid = sched_new_pid();
	sched_register_task(&thread->task);
	return &thread->task;
}

struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data, int node,
					   const char *namefmt, ...)
{
	char name[TASK_COMM_LEN];
	va_list args;

	might_sleep();
	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	return create(fn, data, name);
}

struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data, unsigned int cpu,
					  const char *namefmt)
{
	struct task_struct *task;
	char name[TASK_COMM_LEN];

	might_sleep();
	snprintf(name, sizeof(name), namefmt, cpu);
	task = create(fn, data, name);
	if (!IS_ERR(task))
		kthread_bind(task, cpu);
	return task;
}

void kthread_bind_mask(struct task_struct *task, const struct cpumask *mask)
{
	if (WARN(READ_ONCE(task->__state) != TASK_UNINTERRUPTIBLE || task->nvcsw || task->on_rq,
		 "kthread_bind(%s): it runs already", task->comm))
		return;
	cpumask_copy(&task->cpus_mask, mask);
	task->flags |= PF_NO_SETAFFINITY;
	task->cpu = cpumask_first(mask);
}

void kthread_bind(struct task_struct *task, unsigned int cpu)
{
	kthread_bind_mask(task, cpumask_of(cpu));
}

int kthread_stop(struct task_struct *task)
{
	struct thread *thread = thread_of(task);
	struct task_struct *nobody = NULL;
	int result;

	might_sleep();
	get_task_struct(task);
	WRITE_ONCE(thread->should_stop, true);
	get_task_struct(current);
	if (!__atomic_compare_exchange_n(&thread->waiter, &nobody, current, false, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST)) {
		WARN(nobody != NOBODY_ANY_MORE, "kthread_stop(%s): twice", task->comm);
		put_task_struct(current);
	}
	wake_up_process(task);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(thread->ended) || control(kthread_stop_hurries))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	result = thread->result;
	put_task_struct(task);
	return result;
}

bool kthread_should_stop(void)
{
	return current->release == release_thread && READ_ONCE(thread_of(current)->should_stop);
}

void *kthread_data(struct task_struct *task)
{
	return thread_of(task)->data;
}

unsigned int kthread_count(void)
{
	return (unsigned int)atomic_read(&nr_threads);
}

void kthreads_settle(void)
{
	/* The last steps of a thread that is ending; bounded, as somebody may hold a reference. */
	for (unsigned int i = 0; i < SETTLE_TICKS && atomic_read(&nr_ending); i++) {
		yield();
		if (atomic_read(&nr_ending))
			schedule_timeout_uninterruptible(1);
	}
	kstack_trim(0);
}

/* An idle task's first step, when its CPU came here by a switch; others start it themselves. */
static int idle_thread(void *data)
{
	cpu_idle_loop();
}

struct task_struct *idle_task_create(unsigned int cpu)
{
	struct thread *thread = make_thread(idle_thread, NULL, "swapper");

	if (!thread)
		return ERR_PTR(-ENOMEM);
	atomic_dec(&nr_threads);
	thread->task.release = NULL;
	init_idle(&thread->task, cpu);
	return &thread->task;
}
