/* SPDX-License-Identifier: MIT */
/*
 * Time-stamp counters of several CPUs.
 *
 * Nothing promises that they are in step: a CPU that was reset later may count from later on. So
 * each that starts is compared with the boot CPU, which asks it for its counter's value and reads
 * its own before and after:
 *
 *	boot CPU   t0 ---ask-->            --answer--> t1
 *	other CPU             s (its counter)
 *
 * If the other one is D ahead, s - D lies between t0 and t1: D >= s - t1 and D <= s - t0. Many
 * rounds give the largest lower and the smallest upper bound. If 0 lies between the bounds, no
 * message from one CPU to the other, in all these rounds, was older by the receiver's counter than
 * by the sender's: they are in step as far as anybody can tell, and nothing is added. Otherwise
 * the middle of the bounds is taken off on that CPU from then on: by the same argument no message
 * could tell.
 *
 * If the lower bound is above the upper one, the two do not count at the same rate, and no offset
 * helps; nor is one known if the bounds stay far apart: then the PIT becomes the clock
 * (kernel/cpu/clock.c). A counter that starts to drift later is not noticed here.
 */
#define pr_fmt(fmt) "clock: " fmt
#include "kernel/cpu/tsc_sync.h"
#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/smp_boot.h"
#include "kernel/cpu/tsc.h"
#include "lib/atomic.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"

#define ROUNDS 300    /* so many in a row have not made the bounds closer: as close as they get */
#define NARROW 100000 /* cycles: bounds so far apart tell what there is to tell */

/*
 * Where the host runs one CPU after the other, a round takes long. Counters that may be in step
 * need no more than that; those that are not need close bounds: their middle is only as good.
 */
#define ENOUGH_NS   5000000   /* then narrow bounds with 0 between them will do */
#define PATIENCE_NS 200000000 /* then any with 0 between them */
#define LIMIT_NS    5000000000ull

#define ANSWER_NS    1000000000ull /* no answer for so long: interrupts on, and start again */
#define SPINS_A_LOOK 4096          /* between two looks at the clock meanwhile */

enum step { NOT_THERE, WAITING, ASKED, ANSWERED, DONE };

/*
 * Between the boot CPU and one other, whose it is: a CPU that was given up may still be here when
 * the next one comes.
 */
struct meeting {
	unsigned int step; /* enum step */
	u64 answer;
};

static DEFINE_PER_CPU(struct meeting, meeting);

/* Whether any counter needs something added: then it is per CPU, and two words. */
static bool corrected;
static DEFINE_PER_CPU(s64, offset);
static u32 pretended; /* tsc_skew= */

static int set_tsc_skew(const char *value)
{
	return value ? kstrtouint(value, 0, &pretended) : -EINVAL;
}
BOOT_PARAM("tsc_skew", set_tsc_skew,
	   "pretend that CPU n's TSC is n times so many cycles ahead, to test the correction");

u64 tsc_unsynced(void)
{
	return tsc_read() + (u64)pretended * smp_processor_id();
}

static u64 raw_counter(void)
{
	if (control(tsc_offset_ignored))
		return tsc_read() + 1000000000ull * smp_processor_id();
	return tsc_unsynced();
}

bool tsc_pretends(void)
{
	return pretended;
}

u64 tsc_synced(void)
{
	unsigned long flags;
	u64 now;

	if (likely(!READ_ONCE(corrected)))
		return tsc_read();
	local_irq_save(flags); /* counter and offset of the same CPU */
	now = raw_counter();
	if (!control(tsc_offset_ignored))
		now += (u64)*this_cpu_ptr(&offset);
	local_irq_restore(flags);
	return now;
}

s64 tsc_offset(unsigned int cpu)
{
	return per_cpu(offset, cpu);
}

static void set_step(struct meeting *m, enum step step)
{
	smp_store_release(&m->step, (unsigned int)step);
}

void tsc_sync_ap(void)
{
	unsigned int cpu = smp_processor_id();
	struct meeting *m = per_cpu_ptr(&meeting, cpu);

	if (!tsc_khz)
		return;
	set_step(m, WAITING);
	for (;;) {
		unsigned int step = smp_load_acquire(&m->step);

		if (step == ASKED && !control(tsc_unanswered)) {
			m->answer = raw_counter();
			set_step(m, ANSWERED);
		} else if (step == DONE || cpu_given_up(cpu)) {
			return;
		}
		cpu_relax();
	}
}

/* One round: what it says of how far the other one is ahead narrows the bounds. False: silence. */
static bool meet(struct meeting *m, s64 *low, s64 *high)
{
	u64 before = raw_counter(), after, since = 0;
	unsigned int spins = 0;

	set_step(m, ASKED);
	while (smp_load_acquire(&m->step) != ANSWERED) {
		cpu_relax();
		if (likely(++spins % SPINS_A_LOOK))
			continue;
		if (since == 0)
			since = clock_ns();
		else if (clock_ns() - since > ANSWER_NS)
			return false;
	}
	after = raw_counter();
	*low = max(*low, (s64)(m->answer - after));
	*high = min(*high, (s64)(m->answer - before));
	return true;
}

/* Bounds of how far the other one is ahead, in cycles. False: it does not answer. */
static bool compare(struct meeting *m, s64 *low, s64 *high)
{
	unsigned int fruitless = 0;
	u64 start = clock_ns();

	*low = S64_MIN / 2;
	*high = S64_MAX / 2;
	for (;;) {
		s64 width = *high - *low;
		bool in_step = *low <= 0 && *high >= 0, narrow = width <= NARROW;
		u64 ns = clock_ns() - start;

		if (narrow && (fruitless >= ROUNDS || (in_step && ns > ENOUGH_NS)))
			return true;
		if (ns > (in_step ? PATIENCE_NS : LIMIT_NS))
			return true;
		if (!meet(m, low, high))
			return false;
		fruitless = *high - *low < width - width / 8 ? 0 : fruitless + 1;
	}
}

static void judge(unsigned int cpu, s64 low, s64 high)
{
	if (pretended || control(tsc_offset_ignored))
		WRITE_ONCE(corrected, true);
	if ((low <= 0 && high >= 0) || control(tsc_offset_ignored))
		return;
	if (low > high || high - low > NARROW) {
		pr_warn("TSC of CPU %u %s: between %lld and %lld cycles ahead; not used\n", cpu,
			low > high ? "does not keep step" : "cannot be compared", low, high);
		clock_give_up_tsc();
		return;
	}
	per_cpu(offset, cpu) = -(low + (high - low) / 2);
	pr_info("TSC of CPU %u is %lld cycles ahead, give or take %lld: corrected\n", cpu,
		low + (high - low) / 2, (high - low) / 2);
	WRITE_ONCE(corrected, true);
}

/*
 * A CPU that answers only when nobody listens any more, since it or the host has slept, is asked
 * all over again.
 */
void tsc_sync_boot(unsigned int cpu)
{
	struct meeting *m = per_cpu_ptr(&meeting, cpu);
	unsigned int step = smp_load_acquire(&m->step);
	unsigned long flags;
	s64 low, high;
	bool met;

	if (step != WAITING && step != ANSWERED)
		return;
	local_irq_save(flags);
	met = compare(m, &low, &high);
	if (met)
		judge(cpu, low, high);
	local_irq_restore(flags);
	if (met)
		set_step(m, DONE);
}
