/* SPDX-License-Identifier: MIT */
/*
 * `break=NAME` on the kernel command line: switches on every control site of that name (see
 * lib/control.h), and refuses to go on where that cannot be done, since a run that was to show a
 * broken property and silently broke nothing would prove the wrong thing. Several break= words
 * switch on several controls. Tests that wait for what a control keeps from happening wait
 * less long then.
 */
#include "lib/control.h"

#include "boot/cmdline.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/power.h"
#include "lib/atomic.h"
#include "lib/string.h"
#include "tests/wait_until.h"

u64 wait_limit_ns = WAIT_LIMIT_NS;

extern struct control_site __controls_start[], __controls_end[];

/* Says TEXT about NAME, with the names that there are, and ends the run. */
static void __noreturn refuse(const char *name, const char *text)
{
	const struct control_site *site, *earlier;

	printk_hold(false);
	console_line("break=%s: %s", name, text);
	for (site = __controls_start; site < __controls_end; site++) {
		for (earlier = __controls_start; strcmp(earlier->name, site->name) != 0; earlier++)
			;
		if (earlier == site)
			console_line("  %s", site->name);
	}
	machine_exit(EXIT_CANNOT_RUN);
}

static int set_break(const char *name)
{
	struct control_site *site;
	size_t nr_sites = __controls_end - __controls_start;
	unsigned int found = 0;

	if (!name)
		name = "";
	if (nr_sites == 0)
		refuse(name, "this image has no controls; build one with CONTROLS=1");
	for (site = __controls_start; site < __controls_end; site++) {
		if (strcmp(site->name, name) != 0)
			continue;
		site->on = true;
		found++;
	}
	if (!found)
		refuse(name, "no control has this name. There are:");
	wait_limit_ns = WAIT_LIMIT_BROKEN_NS;
	pr_warn("break=%s: broken on purpose at %u place(s)\n", name, found);
	return 0;
}
BOOT_PARAM("break", set_break, "the name of a control; only in an image built with CONTROLS=1");

/*
 * Who waits where, if anybody, and how often two have met. By this number, and not by an empty
 * place, the first one sees that it was met: the second may be back, waiting for the next meeting,
 * before the first has looked. Interrupts are off under the lock: they may meet, too.
 */
static struct {
	int lock;
	const void *place;
	unsigned int times;
} meeting;

static unsigned long meeting_lock(void)
{
	unsigned long flags;

	local_irq_save(flags);
	while (xchg(&meeting.lock, 1))
		cpu_relax();
	return flags;
}

static void meeting_unlock(unsigned long flags)
{
	WRITE_ONCE(meeting.lock, 0);
	local_irq_restore(flags);
}

void control_meet(const void *place)
{
	u64 limit = clock_ns() + wait_limit_ns / 2;
	unsigned long flags = meeting_lock();
	unsigned int times = meeting.times;
	bool first = !meeting.place;

	if (first) {
		meeting.place = place;
	} else if (meeting.place == place) {
		meeting.place = NULL;
		WRITE_ONCE(meeting.times, times + 1);
	}
	meeting_unlock(flags);
	if (!first)
		return;
	while (READ_ONCE(meeting.times) == times && clock_ns() < limit)
		cpu_relax();
	flags = meeting_lock();
	if (meeting.times == times)
		meeting.place = NULL;
	meeting_unlock(flags);
}
