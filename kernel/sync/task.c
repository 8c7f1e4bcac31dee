/* SPDX-License-Identifier: MIT */
/*
 * Tasks as objects: the list of all of them, their names, numbers and references. What makes them
 * run is sched.c.
 *
 * Locking: task_list_lock, interrupts off, guards the list and is held while it is walked, so a
 * task seen there is there; its fields may change meanwhile.
 */
#include "kernel/console/panic.h"
#include "kernel/cpu/switch.h"
#include "kernel/sync/rq.h"
#include "kernel/sync/sched.h"
#include "lib/bug.h"
#include "lib/string.h"

#define NICE_0_INVERSE (0xffffffffu / NICE_0_LOAD + 1)

/* The boot, as a task. */
struct task_struct init_task = {
	.weight = NICE_0_LOAD,
	.inverse = NICE_0_INVERSE,
	.on_rq = 1,
	.cpus_mask = CPU_MASK_ALL,
	.pid = 1,
	.comm = "init",
	.flags = PF_KTHREAD,
	.usage = ATOMIC_INIT(2), /* it never ends */
	.stack =
		{
			.name = init_task.comm,
			.guard = (unsigned long)boot_stack_guard,
			.base = (unsigned long)boot_stack,
			.top = (unsigned long)boot_stack_top,
		},
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.fifo = LIST_HEAD_INIT(init_task.fifo),
};

DEFINE_PER_CPU(struct task_struct *, current_task) = &init_task;

/* The list's head is init_task, its first member. */
static DEFINE_SPINLOCK(task_list_lock);
static atomic_t last_pid = ATOMIC_INIT(1);

int sched_new_pid(void)
{
	return atomic_inc_return(&last_pid);
}

void sched_register_task(struct task_struct *task)
{
	unsigned long flags;

	spin_lock_irqsave(&task_list_lock, flags);
	list_add_tail(&task->tasks, &init_task.tasks);
	spin_unlock_irqrestore(&task_list_lock, flags);
}

void sched_unregister_task(struct task_struct *task)
{
	unsigned long flags;

	spin_lock_irqsave(&task_list_lock, flags);
	list_del_init(&task->tasks);
	spin_unlock_irqrestore(&task_list_lock, flags);
}

void for_each_task(bool (*fn)(struct task_struct *task, void *arg), void *arg)
{
	struct task_struct *task;
	unsigned long flags;

	spin_lock_irqsave(&task_list_lock, flags);
	if (fn(&init_task, arg))
		list_for_each_entry(task, &init_task.tasks, tasks)
			if (!fn(task, arg))
				break;
	spin_unlock_irqrestore(&task_list_lock, flags);
}

struct wanted {
	int pid;
	struct task_struct *found;
};

static bool is_wanted(struct task_struct *task, void *arg)
{
	struct wanted *wanted = arg;

	if (task->pid != wanted->pid || is_idle_task(task))
		return true;
	if (atomic_inc_not_zero(&task->usage))
		wanted->found = task;
	return false;
}

struct task_struct *find_get_task(int pid)
{
	struct wanted wanted = {.pid = pid};

	for_each_task(is_wanted, &wanted);
	return wanted.found;
}

void put_task_struct(struct task_struct *task)
{
	if (!atomic_dec_and_test(&task->usage))
		return;
	BUG_ON(!task->release);
	task->release(task);
}

void sched_init_task(struct task_struct *task, const char *name)
{
	task->weight = NICE_0_LOAD;
	task->inverse = NICE_0_INVERSE;
	task->adrift = true;
	cpumask_setall(&task->cpus_mask);
	atomic_set(&task->usage, 1);
	INIT_LIST_HEAD(&task->tasks);
	INIT_LIST_HEAD(&task->fifo);
	set_task_comm(task, name);
	task->stack.name = task->comm;
}

void set_task_comm(struct task_struct *task, const char *name)
{
	strscpy(task->comm, name, sizeof(task->comm));
}

char task_state_char(const struct task_struct *task)
{
	unsigned int state = READ_ONCE(task->__state);

	if (state == TASK_RUNNING)
		return 'R';
	if (state & TASK_DEAD)
		return 'Z';
	if (state & TASK_NOLOAD)
		return 'I';
	return state & TASK_UNINTERRUPTIBLE ? 'D' : 'S';
}

/* --- where it waits --- */

extern const char __sched_text_start[], __sched_text_end[]; /* linker.ld */

static bool outside_scheduler(unsigned long address, void *arg)
{
	unsigned long *found = arg;

	if (address >= (unsigned long)__sched_text_start &&
	    address < (unsigned long)__sched_text_end)
		return true;
	*found = address;
	return false;
}

unsigned long get_wchan(struct task_struct *task)
{
	unsigned long flags, found = 0;
	struct rq *rq = rq_lock_task(task, &flags);

	if (task->on_rq == RQ_NONE && task->__state != TASK_RUNNING && task->esp)
		walk_stack(task_frame_pointer(task->esp), outside_scheduler, &found);
	rq_unlock_irqrestore(rq, flags);
	return found;
}

struct stack_trace {
	unsigned long *trace;
	unsigned int n, max;
};

static bool note_address(unsigned long address, void *arg)
{
	struct stack_trace *t = arg;

	if (t->n < t->max)
		t->trace[t->n++] = address;
	return t->n < t->max;
}

unsigned int sched_stack_trace(struct task_struct *task, unsigned long *trace, unsigned int n)
{
	struct stack_trace t = {trace, 0, n};
	unsigned long flags;
	struct rq *rq = rq_lock_task(task, &flags);

	if (task->on_rq == RQ_NONE && task->esp)
		walk_stack(task_frame_pointer(task->esp), note_address, &t);
	rq_unlock_irqrestore(rq, flags);
	return t.n;
}
