/* SPDX-License-Identifier: MIT */
/*
 * preempt_count: one word a CPU that says what the code running there may do.
 *
 *	 31  30     24 23  20 19   16 15       8 7        0
 *	+---+---------+------+-------+----------+---------+
 *	| N | atomic  | NMI  |hardirq| softirq  | preempt |    nesting depth of each
 *	|   |  maps   |      |       |          |         |
 *	+---+---------+------+-------+----------+---------+
 *
 * 0: ordinary thread code; it may sleep and be preempted. Anything else: atomic context. A softirq
 * count of 1 means that a softirq runs; local_bh_disable() adds 2, so that the two can be told
 * apart. Bits and meanings are Linux's.
 *
 * N is apart from the counts: set while there is NO need to reschedule. So the word is 0 exactly
 * when somebody else should run and nothing stands against it, and preempt_enable() is one
 * subtraction and one branch on its result. preempt_count() does not show N.
 *
 * kmap_atomic() turns off preemption and page faults at once: it adds to "preempt" and to "atomic
 * maps" with one instruction. Both go back to 0 together, so the latter are 0 wherever preempt is,
 * and preempt_count() does not show them either.
 *
 * The word belongs to the CPU, not to the task: every switch between tasks happens at a count of
 * exactly 1, on both sides of it (kernel/sync/sched.c checks it).
 *
 * Any context; each operation is one instruction and needs no lock, since only its own CPU changes
 * the word, and an interrupt leaves it as it found it, except for N.
 */
#ifndef KERNEL_SYNC_PREEMPT_H
#define KERNEL_SYNC_PREEMPT_H

#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "lib/control.h"

#define PREEMPT_MASK 0x000000ff
#define SOFTIRQ_MASK 0x0000ff00
#define HARDIRQ_MASK 0x000f0000
#define NMI_MASK     0x00f00000

#define PREEMPT_OFFSET         0x00000001
#define SOFTIRQ_OFFSET         0x00000100
#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)
#define HARDIRQ_OFFSET         0x00010000
#define NMI_OFFSET             0x00100000

#define ATOMIC_MAP_MASK   0x7f000000
#define ATOMIC_MAP_OFFSET 0x01000000

/* Bit N above. */
#define PREEMPT_NO_RESCHED 0x80000000u
#define PREEMPT_COUNT_MASK (PREEMPT_MASK | SOFTIRQ_MASK | HARDIRQ_MASK | NMI_MASK)

DECLARE_PER_CPU(unsigned int, __preempt_count);
DECLARE_PER_CPU(unsigned int, __pagefault_disabled);

static inline unsigned int preempt_count(void)
{
	return this_cpu_read(__preempt_count) & PREEMPT_COUNT_MASK;
}

/*
 * preempt_count_all() - with the atomic maps. preempt_count_set() - back to what that was, for
 * those who put a count right (recovery from a failure, a handler that leaks): interrupts off. N
 * stays as it is.
 */
static inline unsigned int preempt_count_all(void)
{
	return this_cpu_read(__preempt_count) & ~PREEMPT_NO_RESCHED;
}

static inline void preempt_count_set(unsigned int count)
{
	this_cpu_and(__preempt_count, PREEMPT_NO_RESCHED);
	this_cpu_or(__preempt_count, count);
}

static inline void preempt_count_add(unsigned int n)
{
	this_cpu_add(__preempt_count, n);
	barrier();
}

/* Does not look whether somebody else should run now: see preempt_check_resched(). */
static inline void preempt_count_sub(unsigned int n)
{
	barrier();
	this_cpu_sub(__preempt_count, n);
}

/*
 * need_resched() - another task should run on this CPU as soon as that is possible.
 * set_need_resched() - so it is from now on; interrupts or preemption off.
 */
static inline bool need_resched(void)
{
	return !this_cpu_test(__preempt_count, PREEMPT_NO_RESCHED);
}

static inline void set_need_resched(void)
{
	this_cpu_and(__preempt_count, ~PREEMPT_NO_RESCHED);
}

static inline void clear_need_resched(void)
{
	this_cpu_or(__preempt_count, PREEMPT_NO_RESCHED);
}

/* preempt_schedule() - let others run if interrupts are on; what the macros below come down to. */
void preempt_schedule(void);

/*
 * preempt_schedule_irq() - the same at the end of an interrupt, in trap_dispatch(): interrupts off,
 * those of the interrupted code on, and the word 0.
 */
void preempt_schedule_irq(void);

/* For who has brought the count down to 0 by preempt_count_sub(). */
#define preempt_check_resched()                                                                    \
	do {                                                                                       \
		if (unlikely(!this_cpu_nonzero(__preempt_count)))                                  \
			preempt_schedule();                                                        \
	} while (0)

/*
 * in_irq(): in an interrupt handler, the NMI handler included. in_nmi(): in the NMI handler.
 * in_softirq(): softirqs run or are disabled. in_interrupt(): any of the three. in_atomic(): not
 * allowed to sleep, as far as the count tells (interrupts may be off besides).
 */
#define in_nmi()             (preempt_count() & NMI_MASK)
#define in_irq()             (preempt_count() & HARDIRQ_MASK)
#define in_hardirq()         in_irq()
#define in_softirq()         (preempt_count() & SOFTIRQ_MASK)
#define in_serving_softirq() (preempt_count() & SOFTIRQ_OFFSET)
#define in_interrupt()       (preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_task()            (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic()          this_cpu_test(__preempt_count, PREEMPT_COUNT_MASK)
#define preemptible()        (!in_atomic() && !irqs_disabled())

/*
 * Debug builds remember where a context became atomic: the place that took the count from 0; in an
 * interrupt or a softirq that came at 0, what calls the handler. The report of a sleep in atomic
 * context names it. preempt_disable_site() is NULL in other builds.
 *
 * note_preempt_site() - @n has just been added. Only then is the word this context's: before,
 * another task or an interrupt may come in between, and note a place of its own.
 */
#ifdef CONFIG_DEBUG
DECLARE_PER_CPU(unsigned long, __preempt_site);
#define preempt_disable_site() ((void *)this_cpu_read(__preempt_site))
#define note_preempt_site(n)                                                                       \
	do {                                                                                       \
		if (preempt_count_all() == (n))                                                    \
			this_cpu_write(__preempt_site, current_ip());                              \
	} while (0)
#else
#define preempt_disable_site() NULL
#define note_preempt_site(n)                                                                       \
	do {                                                                                       \
	} while (0)
#endif

static __always_inline void preempt_disable(void)
{
	preempt_count_add(PREEMPT_OFFSET);
	note_preempt_site(PREEMPT_OFFSET);
}

static __always_inline void preempt_enable_no_resched(void)
{
	preempt_count_sub(PREEMPT_OFFSET);
}

static __always_inline void preempt_enable(void)
{
	barrier();
	if (unlikely(this_cpu_sub_and_test(__preempt_count, PREEMPT_OFFSET)))
		preempt_schedule();
}

static __always_inline void local_bh_disable(void)
{
	preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
	if (!control(bh_place_unnoted))
		note_preempt_site(SOFTIRQ_DISABLE_OFFSET);
}

/* Runs what was raised meanwhile: kernel/sync/softirq.c. */
void local_bh_enable(void);

/*
 * Around every interrupt handler, by kernel/cpu/irq.c; around the NMI handler. The end of the
 * outermost handler runs the softirqs, with interrupts on for a while, so the controller must have
 * been told the end of the interrupt before. Interrupts off (kernel/sync/softirq.c). Whoever should
 * run instead of the interrupted code does so when the interrupt is over: kernel/cpu/traps.c.
 */
static __always_inline void irq_enter(void)
{
	preempt_count_add(HARDIRQ_OFFSET);
	if (!control(irq_place_unnoted))
		note_preempt_site(HARDIRQ_OFFSET);
}

void irq_exit(void);

static __always_inline void nmi_enter(void)
{
	preempt_count_add(control(nmi_uncounted) ? 0 : NMI_OFFSET + HARDIRQ_OFFSET);
	note_preempt_site(NMI_OFFSET + HARDIRQ_OFFSET);
}

static inline void nmi_exit(void)
{
	preempt_count_sub(control(nmi_uncounted) ? 0 : NMI_OFFSET + HARDIRQ_OFFSET);
}

/*
 * pagefault_disable() - a fault on a user address from here on is not served: the exception table's
 * fixup is taken at once. Nests. Does not change preempt_count by itself. The count belongs to the
 * task: a switch saves and restores it.
 */
static inline void pagefault_disable(void)
{
	this_cpu_inc(__pagefault_disabled);
	barrier();
}

static inline void pagefault_enable(void)
{
	barrier();
	this_cpu_dec(__pagefault_disabled);
}

static inline bool pagefault_disabled(void)
{
	return this_cpu_read(__pagefault_disabled) != 0 ||
	       this_cpu_test(__preempt_count, ATOMIC_MAP_MASK);
}

/*
 * For kmap_atomic() and kunmap_atomic(): preemption and page faults off, and on again, in one
 * instruction (and a branch).
 */
static __always_inline void atomic_map_begin(void)
{
	preempt_count_add(ATOMIC_MAP_OFFSET + PREEMPT_OFFSET);
	note_preempt_site(ATOMIC_MAP_OFFSET + PREEMPT_OFFSET);
}

static __always_inline void atomic_map_end(void)
{
	barrier();
	if (unlikely(this_cpu_sub_and_test(__preempt_count, ATOMIC_MAP_OFFSET + PREEMPT_OFFSET)))
		preempt_schedule();
}

#define faulthandler_disabled() (pagefault_disabled() || in_atomic())

/* What a place that may sleep remembers, to ration its reports. */
struct sleep_place {
	unsigned long last;  /* report, in jiffies */
	unsigned int period; /* of might_sleep_forget(), in which that was; 0: none yet */
};

/*
 * might_sleep() - the caller may sleep in the lines that follow, so neither may the context be
 * atomic nor may interrupts be off. Reports where it is: file and line, the counts, interrupts, and
 * the place that made it atomic (debug builds). Each place reports its first time for certain,
 * later ones at most once a second. Where all is well it costs a per-CPU load, a look at the flags
 * and a branch for each: 6 instructions. What is called often is a macro around the function of its
 * name for this line alone (kmap(), vmalloc(), alloc_pages(), kmalloc()): the place is its caller's
 * then.
 *
 * might_sleep_hot() - only the counts, 2 instructions, for what is done in so few that the flags
 * would be felt: kmap() of a low page, kmalloc() and kmem_cache_alloc() of an object at hand. None
 * of them waits; might_sleep_cold(), the other half, stands where they may have to: in kmap() of a
 * high page, and where the allocation finds no object at hand. In debug builds the first half looks
 * at both, and the second at nothing.
 */
#define __might_sleep(wrong)                                                                       \
	do {                                                                                       \
		static struct sleep_place __sleep_place;                                           \
		if (wrong)                                                                         \
			might_sleep_report(__FILE__, __LINE__, &__sleep_place);                    \
	} while (0)
#define might_sleep() __might_sleep(unlikely(in_atomic()) || unlikely(irqs_disabled()))
#define might_sleep_if(cond)                                                                       \
	do {                                                                                       \
		if (cond)                                                                          \
			might_sleep();                                                             \
	} while (0)

#ifdef CONFIG_DEBUG
#define might_sleep_hot()  might_sleep()
#define might_sleep_cold() ((void)0)
#else
#define might_sleep_hot()  __might_sleep(unlikely(in_atomic()))
#define might_sleep_cold() __might_sleep(unlikely(irqs_disabled()) && !in_atomic())
#endif

/* might_sleep_then() - for such a macro: what @call, a call that may sleep, returns. */
#define might_sleep_then(call)                                                                     \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		call;                                                                              \
	})

void might_sleep_report(const char *file, int line, struct sleep_place *place) __cold;

/* sleep_place_due() - is a report of @place due at tick @now? Then it has been made. For tests. */
bool sleep_place_due(struct sleep_place *place, unsigned long now);

/* might_sleep_forget() - each place's next report is its first again: for tests. */
void might_sleep_forget(void);

#endif
