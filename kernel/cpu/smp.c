/* SPDX-License-Identifier: MIT */
/*
 * Calls from one CPU to others: a queue and an interrupt.
 *
 *	caller                                   CPU n
 *	  fill a record, push it  ---------->    call_queue (a stack without a lock)
 *	  queue was empty: interrupt  ------>    take all, run oldest first
 *	  wait for the record                    and end each record
 *
 * Whoever pushes on a queue that is not empty sends nothing: the interrupt for the one who found it
 * empty is on its way, and takes everything.
 *
 * A record is the caller's again when its LOCKED bit is clear: after the function has run if the
 * caller waits (SYNC), else as soon as its contents were read. Waiting calls of one CPU need no
 * memory but their stack; calls to many CPUs use a record for each pair of CPUs, static, so that
 * nothing is allocated. They are guarded by "preemption off and no interrupt handler".
 *
 * No deadlock: who waits, be it for an answer or for one of its own records, runs the calls in its
 * own queue meanwhile. So of any ring of CPUs that wait for each other, all go on, whether
 * interrupts come through or not. What remains is a lock that the caller holds and the called CPU
 * spins for with interrupts off; smp_check_wait() looks for that.
 *
 * An interrupt that gets lost must not hang the machine in silence: a wait that outlasts its
 * patience is reported, with the CPU and the function, and the interrupt is sent again. For calls
 * that nobody waits for, each CPU looks at its own queue at every tick.
 */
#include "kernel/cpu/smp.h"
#include "boot/x86.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/traps.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/lockdep.h"
#include "kernel/sync/sched.h"
#include "lib/atomic.h"
#include "lib/bug.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/string.h"

#define CSD_LOCKED 1 /* in a queue, or not yet read */
#define CSD_SYNC   2 /* locked until the function has run */

#define SPINS_A_LOOK 4096 /* between two looks at the clock */

struct unheard {
	unsigned int ticks;
	unsigned long run, since;
};

struct call_records {
	call_single_data_t many[NR_CPUS];
	call_single_data_t single;
};

static DEFINE_PER_CPU(struct llist_head, call_queue);
static DEFINE_PER_CPU(struct call_records, call_records);

/*
 * For how many ticks, and since when, calls have been in this CPU's queue of which none was run. A
 * host may stop the CPU for as long as it likes, but then it has not had these ticks.
 */
static DEFINE_PER_CPU(struct unheard, cpu_unheard);
#define UNHEARD_TICKS 3
DEFINE_PER_CPU(struct smp_counters, smp_counters);

unsigned int smp_call_patience_ms = 5000;
static bool checking; /* interrupts have been turned on once */

/* The last few of whom was reported. Two CPUs may meet here: then one report comes twice. */
static bool is_news(const void *func)
{
	static const void *reported[8];
	static unsigned int nr, epoch;

	if (epoch != warn_once_epoch) {
		epoch = warn_once_epoch;
		memset(reported, 0, sizeof(reported));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(reported); i++)
		if (reported[i] == func)
			return false;
	reported[nr++ % ARRAY_SIZE(reported)] = func;
	return true;
}

bool smp_check_wait(const char *what, const void *func)
{
	if (!checking || control(wait_unchecked))
		return true;
	lockdep_ipi_wait();
	if (likely(!in_interrupt() && !irqs_disabled()))
		return true;
	if (!is_news(func))
		return false;
	WARN(in_interrupt(), "smp: %s(%ps) in an interrupt: it waits for other CPUs", what, func);
	WARN(!in_interrupt(),
	     "smp: %s(%ps) with interrupts off: two that wait for each other never end", what,
	     func);
	return false;
}

/* The control loses one message in 16. */
static bool lost(unsigned int vector)
{
	static unsigned int sent;

	return control(ipi_lost) && vector == CALL_FUNCTION_VECTOR && ++sent % 16 == 0;
}

static void send(unsigned int cpu, unsigned int vector)
{
	this_cpu_inc(smp_counters.sent);
	if (!lost(vector))
		apic_send_ipi(cpu, vector);
}

void smp_flush_calls(void)
{
	struct smp_counters *counters = this_cpu_ptr(&smp_counters);
	struct llist_node *node, *next;

	node = llist_reverse_order(llist_del_all(this_cpu_ptr(&call_queue)));
	llist_for_each_safe(node, next, node)
	{
		call_single_data_t *csd = llist_entry(node, call_single_data_t, node);
		smp_call_func_t func = csd->func;
		void *info = csd->info;
		bool sync = csd->flags & CSD_SYNC;

		if (!sync)
			smp_store_release(&csd->flags, 0);
		func(info);
		if (sync)
			smp_store_release(&csd->flags, 0);
		counters->run++;
	}
}

static void call_interrupt(struct pt_regs *regs)
{
	apic_eoi(); /* a next call may ring at once: interrupts are off until this one ends */
	irq_enter();
	this_cpu_inc(smp_counters.calls);
	smp_flush_calls();
	irq_exit();
}

void smp_calls_tick(void)
{
	struct unheard *unheard = this_cpu_ptr(&cpu_unheard);
	const struct llist_node *first = READ_ONCE(this_cpu_ptr(&call_queue)->first);
	unsigned long run = this_cpu_read(smp_counters.run);
	unsigned int ms;

	if (likely(!first)) {
		unheard->ticks = 0;
		return;
	}
	if (unheard->ticks == 0 || unheard->run != run)
		*unheard = (struct unheard){.run = run, .since = jiffies};
	unheard->ticks++;
	ms = jiffies_to_msecs(jiffies - unheard->since);
	if (unheard->ticks < UNHEARD_TICKS || ms < smp_call_patience_ms)
		return;
	unheard->ticks = 0;
	while (first->next) /* the oldest; only this CPU takes any out */
		first = first->next;
	WARN(!control(lost_ipi_unreported),
	     "smp: CPU %u has not heard of a call of %ps in %u ms: interrupt lost? It is run now",
	     smp_processor_id(), llist_entry(first, const call_single_data_t, node)->func, ms);
	smp_flush_calls();
}

static void serve(void)
{
	unsigned long flags;

	if (llist_empty(this_cpu_ptr(&call_queue)) || control(ipi_wait_not_served))
		return;
	local_irq_save(flags);
	smp_flush_calls();
	local_irq_restore(flags);
}

static noinline void overdue(const call_single_data_t *csd, unsigned int ms)
{
	this_cpu_inc(smp_counters.overdue);
	WARN(!control(lost_ipi_unreported),
	     "smp: CPU %u has not run %ps for CPU %u in %u ms: interrupt lost? It is sent again",
	     csd->cpu, csd->func, smp_processor_id(), ms);
	apic_send_ipi(csd->cpu, CALL_FUNCTION_VECTOR);
}

/* CSD is ours again, wherever it went. Preemption off. */
static void wait_for(const call_single_data_t *csd)
{
	unsigned int spins = 0, patience = smp_call_patience_ms;
	u64 start = 0;

	while (smp_load_acquire(&csd->flags) & CSD_LOCKED) {
		serve();
		cpu_relax();
		if (likely(++spins % SPINS_A_LOOK))
			continue;
		if (start == 0) {
			start = clock_ns();
		} else if (clock_ns() - start > (u64)patience * 1000000) {
			overdue(csd, patience);
			patience *= 2;
		}
	}
}

/* True: CPU must be sent an interrupt. */
static bool push(unsigned int cpu, call_single_data_t *csd, smp_call_func_t func, void *info,
		 u32 flags)
{
	csd->func = func;
	csd->info = info;
	csd->cpu = (u16)cpu;
	csd->flags = (u16)(CSD_LOCKED | flags);
	return llist_add(&csd->node, per_cpu_ptr(&call_queue, cpu));
}

static void run_here(smp_call_func_t func, void *info)
{
	unsigned long flags;

	local_irq_save(flags);
	func(info);
	local_irq_restore(flags);
}

int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	call_single_data_t on_stack = {}, *csd = &on_stack;
	int err = 0;

	smp_check_wait(__func__, func);
	preempt_disable();
	if (cpu == (int)smp_processor_id()) {
		run_here(func, info);
	} else if ((unsigned int)cpu >= NR_CPUS || !cpu_online(cpu)) {
		err = -ENXIO;
	} else {
		if (!wait) {
			csd = &this_cpu_ptr(&call_records)->single;
			wait_for(csd);
		}
		if (push(cpu, csd, func, info, wait ? CSD_SYNC : 0))
			send(cpu, CALL_FUNCTION_VECTOR);
		if (wait)
			wait_for(csd);
	}
	preempt_enable();
	return err;
}

int smp_call_function_single_async(int cpu, call_single_data_t *csd)
{
	u16 idle = 0;
	int err = 0;

	if ((unsigned int)cpu >= NR_CPUS || !cpu_online(cpu))
		return -ENXIO;
	if (!__atomic_compare_exchange_n(&csd->flags, &idle, CSD_LOCKED, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return -EBUSY;
	preempt_disable();
	if (cpu == (int)smp_processor_id()) {
		smp_store_release(&csd->flags, 0);
		run_here(csd->func, csd->info);
	} else if (push(cpu, csd, csd->func, csd->info, 0)) {
		send(cpu, CALL_FUNCTION_VECTOR);
	}
	preempt_enable();
	return err;
}

/* The heart of all calls to several: others first, so that they work while this CPU does. */
static void call_many(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait,
		      bool here)
{
	struct call_records *records;
	struct cpumask others, ring;
	unsigned int self, cpu;

	preempt_disable();
	self = smp_processor_id();
	records = this_cpu_ptr(&call_records);
	cpumask_and(&others, mask, cpu_online_mask);
	here = here && cpumask_test_cpu(self, mask) && cpu_online(self);
	__cpumask_clear_cpu(self, &others);
	cpumask_clear(&ring);
	for_each_cpu(cpu, &others)
	{
		wait_for(&records->many[cpu]);
		if (push(cpu, &records->many[cpu], func, info, wait ? CSD_SYNC : 0))
			__cpumask_set_cpu(cpu, &ring);
	}
	for_each_cpu(cpu, &ring) send(cpu, CALL_FUNCTION_VECTOR);
	if (here)
		run_here(func, info);
	if (wait)
		for_each_cpu(cpu, &others) wait_for(&records->many[cpu]);
	preempt_enable();
}

void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)
{
	smp_check_wait(__func__, func);
	call_many(mask, func, info, wait, false);
}

void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	smp_check_wait(__func__, func);
	call_many(cpu_online_mask, func, info, wait, false);
}

int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait)
{
	unsigned int cpu;
	int err;

	preempt_disable();
	cpu = smp_processor_id();
	if (!cpumask_test_cpu(cpu, mask))
		cpu = cpumask_first_and(mask, cpu_online_mask);
	err = smp_call_function_single((int)cpu, func, info, wait);
	preempt_enable();
	return err;
}

void on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	smp_check_wait(__func__, func);
	call_many(cpu_online_mask, func, info, wait, true);
}

void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)
{
	smp_check_wait(__func__, func);
	call_many(mask, func, info, wait, true);
}

void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask)
{
	struct cpumask chosen;
	unsigned int cpu;

	smp_check_wait(__func__, func);
	preempt_disable();
	cpumask_clear(&chosen);
	for_each_cpu_and(cpu, mask, cpu_online_mask) if (cond((int)cpu, info))
		__cpumask_set_cpu(cpu, &chosen);
	call_many(&chosen, func, info, wait, true);
	preempt_enable();
}

void on_each_cpu_cond(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait)
{
	on_each_cpu_cond_mask(cond, func, info, wait, cpu_online_mask);
}

static void nothing(void *info)
{
}

void kick_all_cpus_sync(void)
{
	smp_mb();
	smp_call_function(nothing, NULL, 1);
}

/* The rest is done where every interrupt ends: kernel/cpu/traps.c. */
static void reschedule_interrupt(struct pt_regs *regs)
{
	apic_eoi();
	irq_enter();
	this_cpu_inc(smp_counters.reschedules);
	scheduler_ipi();
	irq_exit();
}

void smp_send_reschedule(int cpu)
{
	if (!control(resched_ipi_lost))
		send((unsigned int)cpu, RESCHEDULE_VECTOR);
}

void smp_call_init(void)
{
	checking = true;
	if (!apic_present())
		return;
	trap_set_handler(CALL_FUNCTION_VECTOR, call_interrupt);
	trap_set_handler(RESCHEDULE_VECTOR, reschedule_interrupt);
}
