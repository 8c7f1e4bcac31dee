/* SPDX-License-Identifier: MIT */
/*
 * The counts of preempt.h, and the report of a sleep that must not be.
 */
#include "kernel/sync/preempt.h"
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/sched.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/printf.h"

#define REPORT_INTERVAL HZ /* of one place, in jiffies */

DEFINE_PER_CPU(unsigned int, __preempt_count) = PREEMPT_NO_RESCHED;
DEFINE_PER_CPU(unsigned int, __pagefault_disabled);
DEFINE_PER_CPU(unsigned long, __preempt_site) __maybe_unused; /* debug builds write it */

static unsigned int report_period = 1; /* what was reported in earlier ones does not count */

void might_sleep_forget(void)
{
	WRITE_ONCE(report_period, report_period + 1 ?: 1);
}

bool sleep_place_due(struct sleep_place *place, unsigned long now)
{
	unsigned int period = READ_ONCE(report_period);

	if (place->period == period && now - place->last < REPORT_INTERVAL &&
	    !control(sleep_reports_flood))
		return false;
	place->period = period;
	place->last = now;
	return true;
}

void might_sleep_report(const char *file, int line, struct sleep_place *place)
{
	const void *since = in_atomic() ? preempt_disable_site() : NULL;
	char site[80];

	if ((in_atomic() ? control(atomic_sleep_silent) : control(irqs_off_sleep_silent)) ||
	    !sleep_place_due(place, jiffies))
		return;
	snprintf(site, sizeof(site), "%pS", since);
	warn_at(file, line, "might_sleep",
		"BUG: sleeping function called from invalid context at %s:%d%s%s; in_atomic(): %d, "
		"irqs_disabled(): %d, preempt_count: 0x%x, pid: %d, name: %s",
		file, line, since ? "; atomic since " : "", since ? site : "", in_atomic(),
		irqs_disabled(), preempt_count(), current->pid, current->comm);
}
