/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a spin lock: see spinlock.h.
 *
 * A CPU that must wait takes a node of its own, exchanges the lock's tail for the node's number,
 * and links its node behind the one that was the tail. Each spins on its own node, so a lock that
 * many wait for costs one cache line a CPU and not all of them a line. Who comes to the front
 * watches the byte `locked`, takes the lock when it is free, and tells the next one.
 *
 *	word: tail ------------------------------+
 *	      locked                             v
 *	CPU 2 holds    CPU 0: node  ->  CPU 3: node
 *	               watches `locked`  watches its own node
 *
 * A CPU can wait in four contexts at once, each interrupting the one before: task, softirq,
 * hardirq, NMI. So it has four nodes. Should there be a fifth (a trap inside of an NMI), it spins
 * for the word without queueing.
 */
#include "kernel/sync/spinlock.h"
#include "kernel/console/panic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/sched.h"
#include "lib/control.h"
#include "lib/div64.h"
#include "lib/printf.h"

#define CONTEXTS     4
#define CLOCK_SPINS  1024 /* looks between two looks at the clock */
#define NSEC_PER_SEC 1000000000ull

struct spin_node {
	struct spin_node *next;
	u32 at_front; /* set by the one before */
};

struct spin_nodes {
	struct spin_node node[CONTEXTS];
};

static DEFINE_PER_CPU(struct spin_nodes, spin_nodes);
static DEFINE_PER_CPU(unsigned int, spin_depth); /* nodes in use */

u64 spin_report_ns = 10 * NSEC_PER_SEC;

static u16 node_number(unsigned int cpu, unsigned int context)
{
	return (u16)((cpu + 1) * CONTEXTS + context);
}

static struct spin_node *numbered_node(u16 number)
{
	return &per_cpu(spin_nodes, number / CONTEXTS - 1).node[number % CONTEXTS];
}

/* ---- reports ---- */

static const char *task_name(unsigned int cpu)
{
	struct task_struct *task = per_cpu(current_task, cpu);

	return task ? task->comm : "?";
}

const char *lock_place(char *buf, const void *site)
{
	snprintf(buf, LOCK_PLACE_SIZE, site ? "%pS" : "?", site);
	return buf;
}

static void report_slow(spinlock_t *lock, u8 holder, unsigned long site)
{
	char place[LOCK_PLACE_SIZE], taken[LOCK_PLACE_SIZE];

	WARN(true,
	     "spin lock %s (0x%08lx): CPU %u (task %s) waits for it at %s since %u ms; "
	     "holder: CPU %d (task %s), taken at %s",
	     lock_name(lock), (unsigned long)lock, smp_processor_id(),
	     task_name(smp_processor_id()), lock_place(place, (void *)site),
	     (unsigned int)div_u64(spin_report_ns, 1000000), holder - 1, task_name(holder - 1u),
	     lock_place(taken, lock_site(lock)));
}

void spin_unlock_unheld(spinlock_t *lock)
{
	char place[LOCK_PLACE_SIZE];

	WARN(!control(unlock_unheld_silent),
	     "spin lock %s (0x%08lx): unlocked at %s, but nobody holds it", lock_name(lock),
	     (unsigned long)lock, lock_place(place, __builtin_return_address(0)));
	preempt_count_add(PREEMPT_OFFSET);
}

void spin_deadlock(spinlock_t *lock, unsigned long site)
{
	char place[LOCK_PLACE_SIZE], taken[LOCK_PLACE_SIZE];

	panic("spin lock %s (0x%08lx): deadlock: CPU %u (task %s) takes it at %s, and holds it "
	      "already; first taken at %s",
	      lock_name(lock), (unsigned long)lock, smp_processor_id(),
	      task_name(smp_processor_id()), lock_place(place, (void *)site),
	      lock_place(taken, lock_site(lock)));
}

/* ---- the wait ---- */

/* A wait that may be too long. */
struct patience {
	unsigned int spins;
	u64 since; /* clock_ns() when it was first looked at */
	bool reported;
};

/* Between two looks. The lock itself is only looked at where there may be something to say. */
static void spin_once(spinlock_t *lock, struct patience *p, unsigned long site)
{
	u8 seen;

	if (p->spins % PAUSE_SPINS == 0)
		cpu_relax();
	if (++p->spins % CLOCK_SPINS || p->reported)
		return;
	if (!p->since) {
		p->since = clock_ns() | 1;
	} else if (clock_ns() - p->since > READ_ONCE(spin_report_ns) &&
		   (seen = READ_ONCE(lock->locked)) != 0 && !control(spin_wait_silent)) {
		p->reported = true;
		report_slow(lock, seen, site);
	}
}

/* Without the queue: whoever is quickest. */
static void spin_unqueued(spinlock_t *lock, unsigned long site)
{
	struct patience patience = {0};

	while (!arch_spin_trylock(lock))
		spin_once(lock, &patience, site);
}

/*
 * At the front of the queue: takes the lock when it is free, and the queue's end with it if that is
 * @mine. True if there is nobody behind.
 */
static bool take_at_front(spinlock_t *lock, u16 mine, struct patience *patience, unsigned long site)
{
	u32 alone = (u32)mine << 16;

	while (__atomic_load_n(&lock->locked, __ATOMIC_ACQUIRE))
		spin_once(lock, patience, site);
	if (__atomic_compare_exchange_n(&lock->word, &alone, this_cpu_read(cpu_token), false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return true;
	/* Others queue, so the word is not 0 and only we may take it. */
	__atomic_store_n(&lock->locked, (u8)this_cpu_read(cpu_token), __ATOMIC_RELAXED);
	return false;
}

void spin_lock_wait(spinlock_t *lock)
{
	unsigned long site = (unsigned long)__builtin_return_address(0);
	unsigned int depth = this_cpu_read(spin_depth);
	struct spin_node *node, *next;
	struct patience patience = {0};
	u16 mine, before;

	if (READ_ONCE(lock->locked) == this_cpu_read(cpu_token)) {
		if (control(spin_deadlock_silent))
			return;
		spin_deadlock(lock, site);
	}
	if (depth >= CONTEXTS || control(spin_lock_unfair)) {
		spin_unqueued(lock, site);
		return;
	}
	this_cpu_write(spin_depth, depth + 1);
	barrier(); /* an interrupt from here on takes the next node */
	mine = node_number(smp_processor_id(), depth);
	node = numbered_node(mine);
	node->next = NULL;
	node->at_front = 0;
	before = __atomic_exchange_n(&lock->tail, mine, __ATOMIC_ACQ_REL);
	if (before) {
		__atomic_store_n(&numbered_node(before)->next, node, __ATOMIC_RELEASE);
		patience.reported = control(spin_queue_silent);
		while (!__atomic_load_n(&node->at_front, __ATOMIC_ACQUIRE))
			spin_once(lock, &patience, site);
	}
	if (!take_at_front(lock, mine, &patience, site)) {
		while (!(next = __atomic_load_n(&node->next, __ATOMIC_ACQUIRE)))
			cpu_relax(); /* it has exchanged the tail, and is about to link itself */
		__atomic_store_n(&next->at_front, 1, __ATOMIC_RELEASE);
	}
	barrier();
	this_cpu_write(spin_depth, depth);
}
