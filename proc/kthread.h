/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads: made, stopped, bound. Names and meanings are Linux 6.1's. See kthread.c.
 */
#ifndef PROC_KTHREAD_H
#define PROC_KTHREAD_H

#include "kernel/sync/sched.h"
#include "lib/compiler.h"
#include "lib/err.h"

#define NUMA_NO_NODE (-1)

/*
 * kthread_create() - a thread that will run @threadfn(@data), named as printf says; it does not run
 * until wake_up_process(). @threadfn may return at any time if nobody will call kthread_stop();
 * else once kthread_should_stop(). Returns the task, or ERR_PTR(-ENOMEM). May sleep.
 * kthread_create_on_cpu() - one that runs on @cpu only; "%u" in @namefmt is that CPU.
 * kthread_run() - the same, running.
 */
#define kthread_create(threadfn, data, namefmt, ...)                                               \
	kthread_create_on_node(threadfn, data, NUMA_NO_NODE, namefmt, ##__VA_ARGS__)
struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char *namefmt, ...) __printf(4, 5);
struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu,
					  const char *namefmt);

#define kthread_run(threadfn, data, namefmt, ...)                                                  \
	__extension__({                                                                            \
		struct task_struct *__task =                                                       \
			kthread_create(threadfn, data, namefmt, ##__VA_ARGS__);                    \
		if (!IS_ERR(__task))                                                               \
			wake_up_process(__task);                                                   \
		__task;                                                                            \
	})
#define kthread_run_on_cpu(threadfn, data, cpu, namefmt)                                           \
	__extension__({                                                                            \
		struct task_struct *__task = kthread_create_on_cpu(threadfn, data, cpu, namefmt);  \
		if (!IS_ERR(__task))                                                               \
			wake_up_process(__task);                                                   \
		__task;                                                                            \
	})

/*
 * kthread_bind() - a thread that has not run yet will run on @cpu, for good. If that CPU does not
 * run when the thread is woken, it runs anywhere instead, and says so (WARN).
 */
void kthread_bind(struct task_struct *thread, unsigned int cpu);
void kthread_bind_mask(struct task_struct *thread, const struct cpumask *mask);

/*
 * kthread_stop() - make kthread_should_stop() true for @thread, wake it, wait until it has ended.
 * Returns what @threadfn returned; -EINTR: it never ran. The thread must not be gone already:
 * either it waits for kthread_should_stop(), or the caller holds a reference. Once a thread. May
 * sleep.
 */
int kthread_stop(struct task_struct *thread);
bool kthread_should_stop(void);

/* kthread_exit() - end the running thread; what kthread_stop() returns. */
void kthread_exit(long result) __noreturn;
#define kthread_complete_and_exit(completion, result)                                              \
	do {                                                                                       \
		if (completion)                                                                    \
			complete(completion);                                                      \
		kthread_exit(result);                                                              \
	} while (0)

/* kthread_data() - what @thread was made with. */
void *kthread_data(struct task_struct *thread);

/* kthreads_settle() - give back the memory of threads that have ended. Sleeps. */
void kthreads_settle(void);

/* Threads that were made and are not gone. */
unsigned int kthread_count(void);

/* idle_task_create() - the idle task of @cpu, which does not run yet; or ERR_PTR(). */
struct task_struct *idle_task_create(unsigned int cpu);

#endif
