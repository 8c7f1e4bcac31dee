/* SPDX-License-Identifier: MIT */
/*
 * The tick: each CPU is interrupted HZ times a second, to look after what is due there.
 *
 * Time does not come from counting ticks: a CPU may lose some (interrupts off for long, a host that
 * sleeps), another one may be too fast. jiffies follows the clock instead: any CPU whose tick finds
 * that 1/HZ s and more have passed since jiffies last moved moves it on, by as many as fit. So it
 * does not matter which CPU ticks, nor how many do, and jiffies neither drifts away from clock_ns()
 * nor runs ahead of it.
 *
 * A CPU's tick comes from its local APIC's timer. Where that cannot be used, the PIT goes on
 * ringing for whom its line leads to, and he passes the tick on to all others, in the timer's
 * place.
 *
 * jiffies has 64 bits inside, which not every CPU reads at once: a sequence number, odd while they
 * change, tells readers to look again.
 */
#include "kernel/sync/tick.h"
#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/apic_timer.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/pit.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/softirq.h"
#include "kernel/sync/spinlock.h"
#include "kernel/sync/timer.h"
#include "kernel/sync/watchdog.h"
#include "lib/bug.h"
#include "lib/control.h"

#define TIMER_IRQ 0

volatile unsigned long jiffies = INITIAL_JIFFIES;

static DEFINE_SPINLOCK(time_lock); /* whoever moves time on */
static u64 jiffies_64 = INITIAL_JIFFIES;
static u64 moved_at; /* clock_ns() of the tick that jiffies stands for */
static u32 sequence;

static DEFINE_PER_CPU(unsigned long, ticks);
static bool apic_ticks;  /* every CPU has its own timer; */
static bool pit_for_all; /* or gets the PIT's tick from whom that interrupts. Neither: one CPU */
static bool refused;     /* nolapic_timer */

static int set_nolapic_timer(const char *value)
{
	refused = true;
	return 0;
}
BOOT_PARAM("nolapic_timer", set_nolapic_timer,
	   "do not use the local APICs' timers: the PIT ticks, and CPUs pass it on");

/* N ticks have passed; under time_lock. */
static void move_on(u64 n)
{
	WRITE_ONCE(sequence, sequence + 1);
	smp_wmb();
	moved_at += n * TICK_NSEC;
	jiffies_64 += n;
	smp_wmb();
	WRITE_ONCE(sequence, sequence + 1);
	jiffies = (unsigned long)jiffies_64;
}

u64 get_jiffies_64(void)
{
	u32 before;
	u64 value;

	do {
		while ((before = READ_ONCE(sequence)) & 1)
			cpu_relax();
		smp_rmb();
		value = *(volatile u64 *)&jiffies_64;
		smp_rmb();
	} while (READ_ONCE(sequence) != before);
	return value;
}

u64 tick_time_ns(unsigned long j)
{
	u32 before;
	s64 ahead;
	u64 at;

	do {
		while ((before = READ_ONCE(sequence)) & 1)
			cpu_relax();
		smp_rmb();
		ahead = (long)(j - (unsigned long)*(volatile u64 *)&jiffies_64);
		at = *(volatile u64 *)&moved_at;
		smp_rmb();
	} while (READ_ONCE(sequence) != before);
	return at + (u64)(ahead * TICK_NSEC);
}

static void follow_clock(void)
{
	u64 now;

	/* Who holds it does just this, and many CPUs that tick at once need not wait for each
	 * other. */
	if (!spin_trylock(&time_lock))
		return;
	now = clock_ns();
	if ((s64)(now - moved_at) >= TICK_NSEC)
		move_on(now - moved_at < 2 * TICK_NSEC ? 1 : div_u64(now - moved_at, TICK_NSEC));
	else if (control(jiffies_by_every_cpu))
		move_on(1);
	spin_unlock(&time_lock);
}

void tick_interrupt(void)
{
	/* Was what we interrupted preemptible? Then it is no reader of RCU, and holds no lock. */
	bool quiescent = preempt_count() == HARDIRQ_OFFSET;

	this_cpu_inc(ticks);
	follow_clock();
	smp_calls_tick();
	softirq_tick();
	timers_tick();
	rcu_tick(quiescent);
	watchdog_tick(quiescent);
	scheduler_tick();
}

unsigned long tick_count(unsigned int cpu)
{
	return READ_ONCE(per_cpu(ticks, cpu));
}

/* To those who run, but for this CPU: it has its tick. */
static void pass_on(void)
{
	struct cpumask others;

	cpumask_copy(&others, cpu_online_mask);
	__cpumask_clear_cpu(smp_processor_id(), &others);
	apic_send_ipi_mask(&others, LOCAL_TIMER_VECTOR);
}

static void pit_tick(unsigned int irq, void *arg)
{
	clock_ticked();
	if (pit_for_all)
		pass_on();
	tick_interrupt();
}

void tick_init(void)
{
	int err;

	timers_init();
	rcu_init();
	watchdog_init();
	moved_at = clock_ns();
	err = request_irq(TIMER_IRQ, pit_tick, "timer", NULL);
	BUG_ON(err);
	pit_start_tick(HZ);
}

/* Does it ring at all? Not every machine has wired what it says. */
static bool apic_rings(void)
{
	unsigned long before = apic_timer_count(0);

	return happens_soon(apic_timer_count(0) != before);
}

/* kHz of a local APIC's timer that rings, and goes on ringing; or 0, and the reason was said. */
static u32 start_apic_tick(void)
{
	u32 khz = apic_timer_calibrate(HZ);

	if (!khz)
		return 0;
	apic_timer_start();
	if (apic_rings())
		return khz;
	apic_timer_stop();
	pr_warn("tick: the local APIC's timer does not ring\n");
	return 0;
}

void tick_use_apic(void)
{
	u32 khz;

	if (!apic_present())
		return;
	apic_timer_handle(tick_interrupt);
	khz = refused ? 0 : start_apic_tick();
	if (khz) {
		apic_ticks = true;
		pit_stop_tick();
		pr_info("tick: local APIC at %u.%03u MHz, %d Hz\n", khz / 1000, khz % 1000, HZ);
	} else {
		pit_for_all = true;
		pr_info("tick: PIT, passed on to all CPUs, %d Hz\n", HZ);
	}
}

void tick_cpu_start(void)
{
	if (apic_ticks)
		apic_timer_start();
}
