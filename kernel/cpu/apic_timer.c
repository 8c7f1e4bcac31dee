/* SPDX-License-Identifier: MIT */
/*
 * The local APIC's timer [SDM3 10.5.4].
 *
 * It counts down at the rate of some bus, which is nowhere written down, and interrupts its own CPU
 * at 0; in periodic mode it starts again by itself. The rate is measured once, with the boot CPU's
 * timer: two looks at its count, some milliseconds apart, each between two looks at the clock. Of
 * several tries of a look the one with the least time around it counts, so a host that comes
 * between makes the measurement longer, not wrong; two rounds in a row must agree, or the timer is
 * not used. A small error does no harm: the tick says when to look at the clock, not what time it
 * is (kernel/sync/tick.c).
 */
#define pr_fmt(fmt) "apic: " fmt
#include "kernel/cpu/apic_timer.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/traps.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/preempt.h"
#include "lib/control.h"
#include "lib/div64.h"

#define DIVIDE_BY_16 0x3
#define ROUND_NS     3000000u
#define MAX_ROUNDS   20
#define LOOKS        8
#define TOLERANCE    100     /* rounds agree within 1/TOLERANCE */
#define MAX_SPINS    5000000 /* of a clock that stands still */
#define COUNT_MIN    16      /* a period of fewer counts would be none */

static u32 period; /* counts between two ticks */
static void (*tick_function)(void);
static DEFINE_PER_CPU(unsigned long, interrupts);

struct look {
	u64 ns;
	u32 left;
};

static struct look look(void)
{
	struct look best = {0};
	u64 best_width = ~0ull;

	for (int i = 0; i < LOOKS; i++) {
		u64 before = clock_ns();
		u32 left = apic_read(APIC_TIMER_CCR);
		u64 width = clock_ns() - before;

		if (width < best_width) {
			best_width = width;
			best = (struct look){before + width / 2, left};
		}
	}
	return best;
}

/* kHz, or 0: the timer or the clock stands still. */
static u32 measure_round(void)
{
	struct look start, end;
	u32 spins = 0;

	apic_write(APIC_TIMER_ICR, ~0u);
	start = look();
	do {
		end = look();
		if (++spins > MAX_SPINS)
			return 0;
	} while (end.ns - start.ns < ROUND_NS);
	return (u32)div64_u64((u64)(start.left - end.left) * 1000000, end.ns - start.ns);
}

/* kHz, on which two rounds in a row agree; 0, said: they do not, or nothing counts. */
static u32 measure(void)
{
	u32 khz = 0, last = 0;

	for (int round = 0; round < MAX_ROUNDS; round++) {
		last = khz;
		khz = measure_round() << (control(apic_rounds_differ) ? round % 2 : 0);
		if (khz == 0)
			break;
		if (max(khz, last) - min(khz, last) <= khz / TOLERANCE)
			return khz;
	}
	if (khz)
		pr_warn("no two of %d rounds agree on the timer's kHz (%u, %u): not used\n",
			MAX_ROUNDS, last, khz);
	else
		pr_warn("the timer or the clock stands still: not used\n");
	return 0;
}

u32 apic_timer_calibrate(unsigned int hz)
{
	unsigned long flags;
	u32 khz;

	local_irq_save(flags);
	apic_write(APIC_TIMER_DCR, DIVIDE_BY_16);
	apic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | LOCAL_TIMER_VECTOR);
	khz = measure();
	apic_write(APIC_TIMER_ICR, 0);
	local_irq_restore(flags);
	period = (u32)div_u64((u64)khz * 1000, hz);
	if (khz && period < COUNT_MIN) {
		pr_warn("the timer counts at %u kHz: not used\n", khz);
		return 0;
	}
	return khz * 16;
}

static void interrupt(struct pt_regs *regs)
{
	irq_enter();
	apic_eoi();
	this_cpu_inc(interrupts);
	tick_function();
	irq_exit();
}

void apic_timer_handle(void (*tick)(void))
{
	tick_function = tick;
	trap_set_handler(LOCAL_TIMER_VECTOR, interrupt);
}

void apic_timer_start(void)
{
	apic_write(APIC_TIMER_DCR, DIVIDE_BY_16);
	apic_write(APIC_LVT_TIMER, APIC_LVT_PERIODIC | LOCAL_TIMER_VECTOR |
					   (control(apic_timer_silent) ? APIC_LVT_MASKED : 0));
	apic_write(APIC_TIMER_ICR, period);
}

void apic_timer_stop(void)
{
	apic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | LOCAL_TIMER_VECTOR);
	apic_write(APIC_TIMER_ICR, 0);
}

unsigned long apic_timer_count(unsigned int cpu)
{
	return READ_ONCE(per_cpu(interrupts, cpu));
}
