/* SPDX-License-Identifier: MIT */
/*
 * Who runs where.
 *
 * A task that wakes goes back to where it ran last, if that CPU idles; else to one that does; else
 * back all the same, and waits. A CPU that runs out of work fetches a waiting task from the
 * fullest queue; one that idles looks again at each tick; and each CPU now and then compares its
 * load with the highest and evens out a difference that is worth a move. Three words, a bit a CPU,
 * say who idles and who has tasks waiting, so none of this looks at CPUs that are neither.
 *
 * All of it is advice read without locks, except that a task is moved with both queues locked: its
 * own by the caller, the other one only tried for, since two CPUs may want the opposite at once.
 * What fails is tried again at the next tick.
 *
 * Between queues a task moves if that makes the difference of the loads smaller. Where equals do
 * not come out even, it never does: of four on three CPUs, two would have a CPU each for ever, and
 * two share the third. So a CPU that has met such a difference UNEVEN_ROUNDS times in a row takes
 * a task that only turns it round, and over time all have the same.
 */
#include "kernel/cpu/clock.h"
#include "kernel/sync/rq.h"
#include "lib/control.h"

#define BALANCE_TICKS 8  /* between two comparisons of loads */
#define UNEVEN_ROUNDS 4  /* comparisons until equals take turns */
#define LOOK_AT_MOST  32 /* waiting tasks, for one that may move */

unsigned long sched_cpus = 1;
unsigned long sched_idle_cpus;
atomic_t sched_busy;

/* The CPU of @candidates with the fewest runnable tasks. */
static unsigned int least_loaded(unsigned long candidates)
{
	unsigned int best = (unsigned int)__ffs(candidates), least = ~0u, cpu;

	for (cpu = best; cpu < NR_CPUS; cpu++) {
		unsigned int n;

		if (!(candidates >> cpu & 1))
			continue;
		n = READ_ONCE(cpu_rq(cpu)->nr_running);
		if (n < least) {
			least = n;
			best = cpu;
		}
	}
	return best;
}

/*
 * Does @rq run something lower than @prio? Without FIFO tasks it does; else its lock is tried for,
 * since a task that runs elsewhere may end and be freed while we look. Not had: no.
 */
static bool runs_lower(struct rq *rq, unsigned int prio)
{
	bool lower;

	if (!READ_ONCE(rq->nr_fifo))
		return true;
	if (!rq_trylock(rq))
		return false;
	lower = rq->curr->rt_prio < prio;
	rq_unlock(rq);
	return lower;
}

/* A CPU where @prio would run at once, or CPU @otherwise. */
static unsigned int where_lower(unsigned long candidates, unsigned int prio, unsigned int otherwise)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		if (candidates >> cpu & 1 && runs_lower(cpu_rq(cpu), prio))
			return cpu;
	return otherwise;
}

__in_registers unsigned int sched_choose_cpu(struct task_struct *task, bool spread)
{
	unsigned int last = task->cpu;
	unsigned long allowed, idle;

	if (task->migration_disabled)
		return last;
	allowed = task->cpus_mask.bits[0] & READ_ONCE(sched_cpus);
	if (unlikely(!allowed)) {
		/* Bound to a CPU that does not run: better anywhere than nowhere. The queue's lock
		 * is held, so the task says it itself when it starts: nobody is bound later. */
		if (!control(lost_binding_unseen))
			task->bound_in_vain = (unsigned int)cpumask_first(&task->cpus_mask) + 1;
		cpumask_setall(&task->cpus_mask);
		allowed = READ_ONCE(sched_cpus);
	}
	if (allowed >> last & 1 && (allowed == 1ul << last || rq_is_idle(cpu_rq(last))))
		return last;
	idle = READ_ONCE(sched_idle_cpus) & allowed;
	if (idle && !control(sched_no_balance)) {
		unsigned int cpu = (unsigned int)__ffs(idle);

		/* The next one who looks finds another; that CPU's tick corrects us if need be. */
		clear_bit(cpu, &sched_idle_cpus);
		return cpu;
	}
	if (spread || !(allowed >> last & 1))
		return least_loaded(allowed);
	if (task->rt_prio && READ_ONCE(cpu_rq(last)->curr)->rt_prio >= task->rt_prio)
		return where_lower(allowed, task->rt_prio, last);
	return last;
}

/* A waiting FIFO task of @from that may run on @cpu, or NULL. */
static struct task_struct *movable_fifo(struct rq *from, unsigned int cpu)
{
	struct task_struct *task;
	unsigned int prio, looks = 0;

	for (prio = MAX_RT_PRIO - 1; prio && from->nr_fifo; prio--) {
		if (!test_bit(prio, from->fifo_bits))
			continue;
		list_for_each_entry(task, &from->fifo[prio], fifo) {
			if (task_allowed_on(task, cpu) && !task->migration_disabled)
				return task;
			if (++looks > LOOK_AT_MOST)
				return NULL;
		}
	}
	return NULL;
}

/* A waiting normal task of @from, weighing at most @most, that may run on @cpu, or NULL. */
static struct task_struct *movable_fair(struct rq *from, unsigned int cpu, unsigned long most)
{
	struct avl_node *node;
	unsigned int looks = 0;

	for (node = from->first; node && looks < LOOK_AT_MOST; node = avl_next(node), looks++) {
		struct task_struct *task = container_of(node, struct task_struct, fair);

		if (task->weight <= most &&
		    (task_allowed_on(task, cpu) || control(sched_pin_ignored)) &&
		    !task->migration_disabled)
			return task;
	}
	return NULL;
}

static void move(struct task_struct *task, struct rq *from, struct rq *to)
{
	rq_detach(from, task, RQ_MOVING);
	task->adrift = true;
	task->vruntime -= from->min_vruntime;
	task->cpu = to->cpu;
	task->nr_migrations++;
	rq_attach(to, task);
}

/* From @from to @to, which has the load @mine; both locked. @turn: also what turns it round. */
static bool pull_from(struct rq *to, struct rq *from, unsigned long mine, bool turn)
{
	unsigned long most = to->nr_running ? from->load - mine - !turn : ~0ul;
	struct task_struct *task = NULL;

	if (!to->nr_fifo)
		task = movable_fifo(from, to->cpu);
	if (!task && from->load > mine)
		task = movable_fair(from, to->cpu, most);
	if (!task)
		return false;
	move(task, from, to);
	return true;
}

__in_registers bool sched_pull(struct rq *rq)
{
	unsigned long busy = sched_busy_cpus & ~(1ul << rq->cpu);

	if (likely(!busy) || !(READ_ONCE(sched_cpus) >> rq->cpu & 1) || control(sched_no_balance))
		return false;
	/* The fullest first, then whoever else has somebody that may come. */
	while (busy) {
		unsigned int cpu = 0, most = 0;
		bool done;

		for (unsigned int n = 0; n < NR_CPUS; n++) {
			unsigned int running;

			if (!(busy >> n & 1))
				continue;
			running = READ_ONCE(cpu_rq(n)->nr_running);
			if (running >= most) {
				most = running;
				cpu = n;
			}
		}
		busy &= ~(1ul << cpu);
		if (!rq_trylock(cpu_rq(cpu)))
			continue;
		done = pull_from(rq, cpu_rq(cpu), rq->load, false);
		rq_unlock(cpu_rq(cpu));
		if (done)
			return true;
	}
	return false;
}

/* Evens out with the CPU that has the highest load. */
static void even_out(struct rq *rq)
{
	unsigned long busy = sched_busy_cpus & ~(1ul << rq->cpu);
	unsigned long highest = rq->load;
	struct rq *from = NULL;

	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		if (!(busy >> cpu & 1) || READ_ONCE(cpu_rq(cpu)->load) <= highest)
			continue;
		from = cpu_rq(cpu);
		highest = READ_ONCE(from->load);
	}
	if (!from)
		rq->uneven = 0;
	if (!from || !rq_trylock(from))
		return;
	if (pull_from(rq, from, rq->load, rq->uneven >= UNEVEN_ROUNDS)) {
		rq->uneven = 0;
		set_need_resched();
	} else if (!control(sched_equals_never_turn)) {
		rq->uneven++;
	}
	rq_unlock(from);
}

void sched_balance_tick(struct rq *rq)
{
	if (control(sched_no_balance))
		return;
	if (rq->curr == rq->idle && !rq->nr_running) {
		if (!test_bit(rq->cpu, &sched_idle_cpus))
			set_bit(rq->cpu, &sched_idle_cpus);
		if (sched_busy_cpus)
			set_need_resched();
		return;
	}
	if (rq->balance_in-- != 0)
		return;
	rq->balance_in = BALANCE_TICKS + rq->cpu % BALANCE_TICKS;
	if (sched_busy_cpus)
		even_out(rq);
}
