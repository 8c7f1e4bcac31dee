/* SPDX-License-Identifier: MIT */
/*
 * Calls from one CPU to others. See smp.c. Names and meanings are Linux 6.1's.
 *
 * A function called so runs with interrupts off and must be short: it never waits for another CPU,
 * and it never sleeps.
 *
 * Who waits for another CPU needs interrupts on, thread context, and no lock that any code takes
 * with interrupts off: the other CPU may spin for that lock with its interrupts off, and would
 * never answer. Debug builds check this at every waiting call and name the lock; every build
 * checks the interrupts. So: no _function(), _many(), on_each_cpu*() and flush_tlb_*() in an
 * interrupt handler, whatever @wait says. smp_call_function_single_async() never waits, and may be
 * called anywhere but in an NMI.
 */
#ifndef KERNEL_CPU_SMP_H
#define KERNEL_CPU_SMP_H

#include "kernel/cpu/percpu.h"
#include "kernel/sync/preempt.h"
#include "lib/llist.h"
#include "lib/types.h"

struct cpumask;

typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);

/* One call under way: the caller's memory until the function has begun. All zero is idle. */
struct __call_single_data {
	struct llist_node node;
	u16 flags;
	u16 cpu; /* where it went last */
	smp_call_func_t func;
	void *info;
};
typedef struct __call_single_data call_single_data_t;

#define CSD_INIT(_func, _info)                                                                     \
	{                                                                                          \
		.func = (_func), .info = (_info)                                                   \
	}
#define INIT_CSD(_csd, _func, _info)                                                               \
	do {                                                                                       \
		*(_csd) = (call_single_data_t)CSD_INIT((_func), (_info));                          \
	} while (0)

/*
 * smp_call_function_single() - run @func(@info) on CPU @cpu, which may be this one; with @wait,
 * return when it has. 0, or -ENXIO: that CPU does not run.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait);

/*
 * smp_call_function_single_async() - the same without waiting, in @csd of the caller. -EBUSY: the
 * call before in @csd has not begun yet, and nothing was done. Any context but NMI.
 */
int smp_call_function_single_async(int cpu, call_single_data_t *csd);

/*
 * smp_call_function_many() - on all CPUs of @mask that run, but not on this one.
 * smp_call_function() - on all others. smp_call_function_any() - on one of @mask, this one if it is
 * among them; waits if @wait; -ENXIO: none of them runs.
 */
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info,
			    bool wait);
void smp_call_function(smp_call_func_t func, void *info, int wait);
int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait);

/*
 * on_each_cpu() - on all CPUs, this one included (where it runs at once, interrupts off).
 * on_each_cpu_mask() - on those of @mask. on_each_cpu_cond() - on those for which @cond(cpu, @info)
 * holds, which is asked here, preemption off; _cond_mask(): of those, on the ones in @mask.
 */
void on_each_cpu(smp_call_func_t func, void *info, int wait);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait);
void on_each_cpu_cond(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait);
void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask);

/* kick_all_cpus_sync() - every CPU has passed through its interrupt entry once since. Waits. */
void kick_all_cpus_sync(void);

/* smp_send_reschedule() - have @cpu look at its need_resched now. Any context. */
void smp_send_reschedule(int cpu);

/*
 * smp_call_init() - own the vectors above. Once, on the boot CPU, before others are started; from
 * here on waiting calls are checked.
 */
void smp_call_init(void);

/*
 * smp_flush_calls() - run the calls that wait in this CPU's queue. Interrupts off. For a CPU that
 * polls: a waiting caller, and idle before it halts.
 */
void smp_flush_calls(void);

/*
 * smp_calls_tick() - at each tick of a CPU: calls that have been in its queue for longer than
 * smp_call_patience_ms are reported, by the name of the first, and run.
 */
void smp_calls_tick(void);

/*
 * smp_check_wait() - report a waiting call of @what that must not be here, as above. True: all is
 * well. One report for each @func (of the last few).
 */
bool smp_check_wait(const char *what, const void *func);

/* Which CPU this is, and it stays so until put_cpu(). */
static inline unsigned int get_cpu(void)
{
	preempt_disable();
	return smp_processor_id();
}
#define put_cpu()              preempt_enable()
#define raw_smp_processor_id() smp_processor_id()

/* What happened on a CPU, for `interrupts` and for tests. Each CPU writes its own. */
struct smp_counters {
	unsigned long reschedules; /* RES: received */
	unsigned long calls;       /* CAL: interrupts received for calls */
	unsigned long run;         /* functions run for others */
	unsigned long sent;        /* interrupts sent */
	unsigned long overdue;     /* waits that outlasted smp_call_patience_ms */
};
DECLARE_PER_CPU(struct smp_counters, smp_counters);

/*
 * A CPU that has not answered for so long is reported, with the function that it did not run, and
 * is sent its interrupt again.
 */
extern unsigned int smp_call_patience_ms;

#endif
