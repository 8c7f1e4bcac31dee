/* SPDX-License-Identifier: MIT */
/*
 * Tasks, and what they ask of the scheduler. Names and meanings are Linux 6.1's; sched.c says how
 * it works, rq.h what a run queue is.
 *
 * A task is a thread of control: its own stack, and struct task_struct. `current` is the one that
 * runs. The first, pid 1 ("init"), is the boot itself: it exists from the first C instruction on,
 * statically, on the boot stack. Each CPU has an idle task, pid 0 ("swapper/CPU"), for when there
 * is nothing else. All others are made in proc/kthread.c.
 *
 * To wait for something without losing its wake-up, in this order:
 *
 *	for (;;) {
 *		set_current_state(TASK_UNINTERRUPTIBLE);
 *		if (condition)
 *			break;
 *		schedule();
 *	}
 *	__set_current_state(TASK_RUNNING);
 *
 * and the other side makes the condition true first, then calls wake_up_process(). Between state
 * and condition, on both sides, lies a full memory barrier.
 */
#ifndef KERNEL_SYNC_SCHED_H
#define KERNEL_SYNC_SCHED_H

#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/stacks.h"
#include "kernel/sync/kmap_ctrl.h"
#include "kernel/sync/lockdep_types.h"
#include "kernel/sync/preempt.h"
#include "lib/atomic.h"
#include "lib/avl.h"
#include "lib/limits.h"
#include "lib/list.h"
#include "lib/types.h"

/*
 * Task states, with Linux's values: bits, so that a wake-up can name a set of them.
 *
 *   R  TASK_RUNNING          runs, or would if it had a CPU
 *   S  TASK_INTERRUPTIBLE    sleeps; also wake_up_state(TASK_INTERRUPTIBLE) wakes it
 *   D  TASK_UNINTERRUPTIBLE  sleeps until what it waits for has happened
 *   I  TASK_IDLE             the same, where that is no sign of trouble: nobody waits for it
 *   Z  TASK_DEAD             has ended; its memory is not given back yet
 */
#define TASK_RUNNING         0x0000
#define TASK_INTERRUPTIBLE   0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_DEAD            0x0080
#define TASK_WAKEKILL        0x0100
#define TASK_NOLOAD          0x0400
#define TASK_NORMAL          (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_KILLABLE        (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE            (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)

#define TASK_COMM_LEN 16

/* Priorities. FIFO: 1 .. 99, higher first, above every normal task. Nice: -20 .. 19, less is more.
 */
#define MAX_RT_PRIO 100
#define MIN_NICE    (-20)
#define MAX_NICE    19
#define NICE_0_LOAD 1024

struct recover_record;

struct task_struct {
	/* What the scheduler's hot path touches. */
	unsigned int __state;  /* TASK_*; written by its own task, and under the queue's lock */
	unsigned int cpu;      /* whose run queue it belongs to */
	unsigned long esp;     /* where its registers lie while it does not run */
	unsigned int on_rq;    /* runnable, as its CPU's queue knows: running or waiting for it */
	unsigned int rt_prio;  /* 0: normal, else FIFO 1 .. 99 */
	unsigned int weight;   /* its share, NICE_0_LOAD at nice 0 */
	unsigned int inverse;  /* 2^32 / weight */
	u64 vruntime;          /* run time, slower the heavier it is */
	u64 sum_exec_runtime;  /* run time, in sched_clock() units */
	struct avl_node fair;  /* its place among the waiting, by vruntime */
	struct list_head fifo; /* its place among those of its FIFO priority */
	bool adrift;           /* between two queues: vruntime counts from the queue's minimum */
	bool yielding;         /* puts itself behind the next one */
	unsigned int pagefault_disabled; /* the CPU's count, while it does not run */
	void *process;                   /* of user tasks: what process_switch_hook() wants */

	/* Where it may run. */
	struct cpumask cpus_mask;
	unsigned int migration_disabled; /* nesting depth of migrate_disable() */
	unsigned int bound_in_vain;      /* 1 + the CPU that it was bound to, which does not run */

	/* Who it is. */
	int pid;
	char comm[TASK_COMM_LEN];
	int nice;
	unsigned int flags;                        /* PF_* */
	atomic_t usage;                            /* references; the running task itself is one */
	struct kernel_stack stack;                 /* name: comm */
	struct list_head tasks;                    /* in the list of all */
	void (*release)(struct task_struct *task); /* its last reference is gone; may not sleep */

	/* Statistics. */
	unsigned long nvcsw, nivcsw; /* switches: by its own wish, and against it */
	unsigned long nr_migrations;
	unsigned long watched_switches; /* of both kinds, when the hung-task watch looked last */
	unsigned long watched_since;    /* the tick of that watch at which they were new */

	/* Of other parts. */
	struct kmap_ctrl kmap_ctrl;     /* its temporary maps, while it does not run */
	struct recover_record *recover; /* innermost expected failure: kernel/cpu/recover.c */
	void *blocked_on;               /* lock it waits for, if it says so */
	int pkmap_held[PKMAP_COLORS]; /* debug builds: its references to slots; its own to write */
	LOCKDEP_TASK                  /* the sleeping locks that it holds */
};

#define PF_KTHREAD        0x00200000
#define PF_NO_SETAFFINITY 0x04000000 /* stays where kthread_bind() put it */
#define PF_IDLE           0x00000002
#define PF_EXITING        0x00000004
#define PF_MEMALLOC       0x00000800 /* makes memory free: may use the reserves, does not shrink */

DECLARE_PER_CPU(struct task_struct *, current_task);
extern struct task_struct init_task;

/* The running task. */
#define current get_current()
static __always_inline struct task_struct *get_current(void)
{
	return this_cpu_read_stable(current_task);
}

/*
 * __sched - marks functions that wait on behalf of others (schedule(), mutex_lock(), ...): a
 * sleeping task's wait channel is the first function up its stack that is not one of them.
 */
#define __sched __section(".sched.text") noinline

/* set_current_state() - with a full barrier behind it: a test of the condition may follow. */
#define __set_current_state(state) WRITE_ONCE(current->__state, (state))
#define set_current_state(state)                                                                   \
	((void)__atomic_exchange_n(&current->__state, (state), __ATOMIC_SEQ_CST))
#define get_current_state() READ_ONCE(current->__state)

static inline bool task_is_running(const struct task_struct *task)
{
	return READ_ONCE(task->__state) == TASK_RUNNING;
}

static inline unsigned int task_cpu(const struct task_struct *task)
{
	return READ_ONCE(task->cpu);
}

static inline int task_pid_nr(const struct task_struct *task)
{
	return task->pid;
}

static inline bool is_idle_task(const struct task_struct *task)
{
	return task->flags & PF_IDLE;
}

/* There are no signals: nothing interrupts TASK_INTERRUPTIBLE but a wake-up. */
static inline bool signal_pending(const struct task_struct *task)
{
	return false;
}
#define signal_pending_state(state, task) signal_pending(task)

/*
 * schedule() - let others run; if the state is not TASK_RUNNING, sleep until a wake-up makes it so.
 * Thread context, interrupts on, preempt_count 0; otherwise "BUG: scheduling while atomic" with
 * the place that made it so (debug builds), and it goes on as well as it can.
 */
void schedule(void);

/*
 * wake_up_process() - make @task runnable if it sleeps (TASK_NORMAL). True if it slept, or was
 * about to. wake_up_state(): only if its state is among @state's bits. All that was written before
 * is seen by the woken. Any context but NMI.
 */
bool wake_up_process(struct task_struct *task);
bool wake_up_state(struct task_struct *task, unsigned int state);

/*
 * schedule_timeout() - sleep until a wake-up, or for @timeout ticks of jiffies; the caller has set
 * the state, else it only yields. Returns the ticks left, 0 if time ran out;
 * MAX_SCHEDULE_TIMEOUT: no limit. The other forms set the state themselves.
 */
#define MAX_SCHEDULE_TIMEOUT LONG_MAX
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);

/* yield() - behind the next runnable task of the same CPU and kind, if there is one. */
void yield(void);

/* cond_resched() - in long loops: let others run if they should. Returns 1 if it did. May sleep. */
int __cond_resched(void);
#define cond_resched()                                                                             \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		__cond_resched();                                                                  \
	})

/*
 * sched_set_fifo() - a task that comes before all normal ones and runs until it sleeps or yields,
 * at the middle priority; _low(): at the lowest. sched_set_fifo_prio(): 1 .. 99; loft's own.
 * sched_set_normal(): back among the normal, with this nice value; set_user_nice(): only that.
 */
void sched_set_fifo(struct task_struct *task);
void sched_set_fifo_low(struct task_struct *task);
void sched_set_fifo_prio(struct task_struct *task, unsigned int prio);
void sched_set_normal(struct task_struct *task, int nice);
void set_user_nice(struct task_struct *task, long nice);

static inline int task_nice(const struct task_struct *task)
{
	return task->nice;
}

/*
 * set_cpus_allowed_ptr() - let @task run on these CPUs only. When it returns the task is on none
 * but these, unless it has called migrate_disable(), which then ends first. -EINVAL: none of them
 * runs, or the task is bound for good (kthread_bind()). May sleep.
 */
int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask);

/* migrate_disable() - stay on this CPU, though it may be preempted. Nests. Thread context. */
void migrate_disable(void);
void migrate_enable(void);

/* References: a task's memory is there while somebody holds one. put may not be the last in NMI. */
static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	atomic_inc(&task->usage);
	return task;
}

void put_task_struct(struct task_struct *task);

/* The name, e.g. of a wait in a report; cut to TASK_COMM_LEN - 1. */
void set_task_comm(struct task_struct *task, const char *name);

/*
 * for_each_task() - call @fn(task, @arg) for every task, idle ones included, until it returns
 * false. Under the list's lock, interrupts off: @fn must be short. Not from NMI.
 * find_get_task(): by pid, with a reference, or NULL.
 */
void for_each_task(bool (*fn)(struct task_struct *task, void *arg), void *arg);
struct task_struct *find_get_task(int pid);

/* The letter of a task's state, as ps shows it. */
char task_state_char(const struct task_struct *task);

/* get_wchan() - where a sleeping task waits: a return address; 0 if it runs or cannot be told. */
unsigned long get_wchan(struct task_struct *task);

/* sched_stack_trace() - the return addresses on a sleeping task's stack, up to @n; how many. */
unsigned int sched_stack_trace(struct task_struct *task, unsigned long *trace, unsigned int n);

/* Run time in nanoseconds so far. */
u64 task_cputime_ns(const struct task_struct *task);

/* --- for the boot, and for timers --- */

/* sched_init() - run queues, and CPU 0's idle task. Once, CPU 0, interrupts off. */
void sched_init(void);

/*
 * init_idle() - make @task CPU @cpu's idle task; its stack is set up by the caller.
 * sched_cpu_online() - this CPU takes part from now on: runs on it, on its idle task's stack,
 * preempt_count 0 and interrupts off, before the CPU's bit in cpu_online_mask is set: a thread that
 * is bound to a CPU without this loses its binding when it is woken, with a warning.
 * cpu_idle_loop(): what an idle task does ever after.
 */
void init_idle(struct task_struct *task, unsigned int cpu);
void sched_cpu_online(unsigned int cpu);
void cpu_idle_loop(void) __noreturn;

/* scheduler_tick() - from each CPU's timer interrupt. */
void scheduler_tick(void);

/* scheduler_ipi() - another CPU has put something into this one's queue; from the interrupt. */
void scheduler_ipi(void);

/* A number that no two tasks have. */
int sched_new_pid(void);

/* Enters @task in the list of all tasks, resp. takes it out. */
void sched_register_task(struct task_struct *task);
void sched_unregister_task(struct task_struct *task);

/* Sets up what the scheduler wants of a new task; who makes it fills in stack, esp and release. */
void sched_init_task(struct task_struct *task, const char *name);

/* The very end of a task: never comes back. Preemption on, no locks. */
void sched_exit(void) __noreturn;

/*
 * Hook of the floor of processes: a switch from or to a task with ->process, inside the switch,
 * interrupts off.
 */
extern void (*process_switch_hook)(struct task_struct *prev, struct task_struct *next);

#endif
