/* SPDX-License-Identifier: MIT */
/*
 * One clock out of two counters.
 *
 * With a TSC, time is (TSC - its value at boot) scaled to nanoseconds. Its rate is measured against
 * the PIT in several rounds; a round counts only if both its ends could be read without an
 * interruption by the host, and the rounds must agree, or we do without the TSC. So a slow or busy
 * host makes the measurement longer, not wrong; and under an emulator that counts instructions the
 * rate comes out as its rate of instructions.
 *
 * Without a TSC (a 486), time is the sum of the PIT's counts between two looks at it. Each look
 * must come before the counter has gone round once (kernel/cpu/pit.h); the tick sees to that.
 *
 * The sum is kept under a lock, which all CPUs take; its readers see no half of it, on a 486
 * either. The other 64-bit state is written once, before there is a second CPU.
 */
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/pit.h"
#include "kernel/cpu/tsc.h"
#include "kernel/cpu/tsc_sync.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/div64.h"

#define PIT_STUCK_LOOKS 1000
#define LOCK_SPINS      1000000

const char *clock_name = "none";
u32 tsc_khz;

static u64 tsc_boot; /* TSC value that is time 0; 0: not taken yet */

/* PIT counts between looks at it so far, and where the counter stood at the last look. */
static u64 pit_total;
static u16 pit_last;
static u64 pit_boot;    /* pit_total that is time pit_boot_ns */
static u64 pit_boot_ns; /* 0, unless the TSC was the clock before */
static bool tsc_is_clock;
static bool pit_is_clock;
static DEFINE_SPINLOCK(sum_lock);

/* Look at the PIT now; also every busy wait does, so waits with interrupts off lose no time. */
static u64 pit_look(void)
{
	unsigned int spins = 0;
	unsigned long flags;
	bool locked;
	u64 total;
	u16 now;

	local_irq_save(flags);
	while (!(locked = spin_trylock(&sum_lock)) && ++spins < LOCK_SPINS)
		cpu_relax(); /* not for ever: this may be a panic on top of its holder */
	now = pit_count();
	pit_total += (u16)(now - pit_last);
	pit_last = now;
	total = pit_total;
	if (locked)
		spin_unlock(&sum_lock);
	local_irq_restore(flags);
	return total;
}

static u64 disturbed(u64 ns)
{
	static unsigned int calls;

	return control(clock_jumps_back) && ++calls % 1024 == 0 ? ns - 1000000 : ns;
}

u64 clock_ns(void)
{
	if (tsc_is_clock)
		return disturbed(tsc_to_ns(tsc_synced() - tsc_boot));
	if (pit_is_clock)
		return disturbed(pit_boot_ns +
				 mul_u64_u32_div(pit_look() - pit_boot, 1000000000, PIT_HZ));
	if (!tsc_boot && cpu_has(X86_FEATURE_TSC))
		tsc_boot = tsc_read();
	return 0;
}

/* The PIT goes on where the TSC was; the boot CPU's is the one that counts. */
void clock_give_up_tsc(void)
{
	unsigned long flags;

	if (!tsc_is_clock)
		return;
	local_irq_save(flags);
	pit_boot = pit_look();
	pit_boot_ns = clock_ns();
	WRITE_ONCE(pit_is_clock, true);
	WRITE_ONCE(tsc_is_clock, false);
	clock_name = "pit";
	local_irq_restore(flags);
}

void clock_ticked(void)
{
	pit_ticked();
	if (pit_is_clock)
		pit_look();
}

void clock_calibrate(void)
{
	clock_ns(); /* takes tsc_boot if nobody has asked for the time yet */
	tsc_khz = tsc_calibrate();
	if (tsc_khz) {
		tsc_is_clock = true;
		clock_name = "tsc";
		pr_info("clock: TSC at %u.%03u MHz, measured against the PIT\n", tsc_khz / 1000,
			tsc_khz % 1000);
	} else {
		pit_boot = pit_look();
		pit_is_clock = true;
		clock_name = "pit";
		pr_info("clock: PIT\n");
	}
}

/*
 * Waits are measured in PIT clocks where there is no calibrated TSC: correct at any time. A PIT
 * that stands still is no reason to hang.
 */
static void pit_wait(unsigned long us)
{
	u64 need = div_u64((u64)us * PIT_HZ, 1000000) + 2;
	u64 start = pit_look(), last = start;
	unsigned int stuck = 0;

	while (last - start < need && stuck < PIT_STUCK_LOOKS) {
		u64 now = pit_look();

		stuck = now == last ? stuck + 1 : 0;
		last = now;
		cpu_relax();
	}
}

static void tsc_wait(unsigned long us)
{
	u64 start = tsc_synced();
	u64 need = div_u64((u64)us * tsc_khz, 1000) + 1;

	while (tsc_synced() - start < need)
		cpu_relax();
}

void udelay(unsigned long us)
{
	if (tsc_is_clock)
		tsc_wait(us);
	else
		pit_wait(us);
}

void mdelay(unsigned long ms)
{
	while (ms--)
		udelay(1000);
}
