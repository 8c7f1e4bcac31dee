/* SPDX-License-Identifier: MIT */
/*
 * Time: nanoseconds since boot, ticks, and short busy waits. See clock.c and pit.c.
 */
#ifndef KERNEL_CPU_CLOCK_H
#define KERNEL_CPU_CLOCK_H

#include "lib/compiler.h"
#include "lib/types.h"

#define HZ 250 /* ticks a second */

/*
 * Ticks of the clock, from INITIAL_JIFFIES at boot on; wraps, for the first time after five
 * minutes. Compare with time_after() of kernel/sync/jiffies.h. Written by kernel/sync/tick.c only.
 */
extern volatile unsigned long jiffies;
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))

/* What clock_ns() reads: "tsc", "pit", or "none" before clock_calibrate(). */
extern const char *clock_name;

/* TSC rate in kHz as measured at boot; 0 if there is no usable TSC. */
extern u32 tsc_khz;

/*
 * clock_calibrate() - measure and choose the clock. Once, early: after cpu_identify(), interrupts
 * off. Takes about 10 ms where there is a TSC.
 * clock_ticked() - at each tick of the PIT, before anybody asks for the time. Interrupts off.
 */
void clock_calibrate(void);
void clock_ticked(void);

/*
 * clock_give_up_tsc() - the TSCs of several CPUs cannot be made one clock: go on with the PIT. On
 * the boot CPU, while no other one asks for the time.
 */
void clock_give_up_tsc(void);

/*
 * clock_ns() - nanoseconds since boot: since the first call if the CPU has a TSC (calls before
 * clock_calibrate() return 0, and the time up to then is counted), else since clock_calibrate().
 * Monotonic, over all CPUs. Any context. With the PIT as clock it or udelay() must be called, or
 * the tick must run, at least every 50 ms, or time is lost.
 */
u64 clock_ns(void);

/*
 * udelay(), mdelay() - wait at least so long, spinning; interrupts as they are. Any context and
 * any time from the first C instruction on. At most a second a call is sensible.
 */
void udelay(unsigned long us);
void mdelay(unsigned long ms);

#define SOON_NS 1000000000ll

/*
 * happens_soon() - spins until COND, which an interrupt makes true, and is false after two seconds.
 * COND is looked at once more when the time is up, and then waited for all over again: after a long
 * sleep of the host, the clock may be seen to have moved on before the interrupt arrives. Needs a
 * clock; interrupts on.
 */
#define happens_soon(cond)                                                                         \
	__extension__({                                                                            \
		bool __happened = false;                                                           \
		for (unsigned int __round = 0; __round < 2 && !__happened; __round++) {            \
			u64 __start = clock_ns();                                                  \
			bool __late = false;                                                       \
			while (!(__happened = (cond)) && !__late) {                                \
				cpu_relax();                                                       \
				__late = (s64)(clock_ns() - __start) > SOON_NS;                    \
			}                                                                          \
		}                                                                                  \
		__happened;                                                                        \
	})

#endif
