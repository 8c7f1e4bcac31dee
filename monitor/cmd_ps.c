/* SPDX-License-Identifier: MIT */
/*
 * Monitor command ps: all tasks.
 *
 * References are taken under the list's lock and looked at afterwards: printing takes its time.
 */
#include "kernel/console/printk.h"
#include "kernel/console/symbols.h"
#include "kernel/sync/sched.h"
#include "lib/div64.h"
#include "lib/printf.h"
#include "mm/kmalloc.h"
#include "monitor/command.h"

struct list_of_tasks {
	struct task_struct **tasks; /* NULL: only counts */
	unsigned int room, n;
};

static bool add_task(struct task_struct *task, void *arg)
{
	struct list_of_tasks *list = arg;

	if (!list->tasks)
		list->n++;
	else if (list->n < list->room && atomic_inc_not_zero(&task->usage))
		list->tasks[list->n++] = task;
	return true;
}

/* Linux's letter, and: < FIFO or higher than normal, N lower, I stays on its CPU. */
static void print_task(struct task_struct *task)
{
	unsigned long wchan = get_wchan(task);
	char where[40] = "-", prio[8], state[4];
	u64 ms = div_u64(task_cputime_ns(task), 1000000);
	u32 rest_ms;
	u64 s = div_u64_rem(ms, 1000, &rest_ms);

	if (wchan)
		snprintf(where, sizeof(where), "%ps", (void *)(wchan - 1));
	if (task->rt_prio)
		snprintf(prio, sizeof(prio), "F%u", task->rt_prio);
	else
		snprintf(prio, sizeof(prio), "%d", task->nice);
	snprintf(state, sizeof(state), "%c%s", task_state_char(task),
		 is_idle_task(task) ? "i"
		 : task->rt_prio    ? "<"
		 : task->nice < 0   ? "<"
		 : task->nice > 0   ? "N"
				    : "");
	console_line("%5d %-4s %3u %3s %6llu.%03u %-24s %s", task->pid, state, task_cpu(task), prio,
		     s, rest_ms, where, task->comm);
}

static int cmd_ps(int argc, char **argv)
{
	struct list_of_tasks list = {0};
	unsigned int i;

	for_each_task(add_task, &list);
	list.room = list.n + 8; /* some may come in between */
	list.n = 0;
	list.tasks = kmalloc_array(list.room, sizeof(*list.tasks), GFP_KERNEL);
	if (!list.tasks) {
		console_line("ps: no memory for a list of %u tasks", list.room);
		return 1;
	}
	for_each_task(add_task, &list);
	console_line("%5s %-4s %3s %3s %10s %-24s %s", "PID", "STAT", "CPU", "NI", "TIME", "WCHAN",
		     "COMMAND");
	for (i = 0; i < list.n; i++) {
		print_task(list.tasks[i]);
		put_task_struct(list.tasks[i]);
	}
	kfree(list.tasks);
	return 0;
}
MONITOR_COMMAND(ps, cmd_ps, "",
		"all tasks: state, CPU, nice value (F: FIFO priority), run time, where they wait");
