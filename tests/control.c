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

void control_meet(const void *place)
{
	static const void *waiting_at; /* NULL: nobody waits */
	u64 limit = clock_ns() + wait_limit_ns / 2;
	const void *none = NULL;

	/* The second one takes the first one's word away, which lets both go on. */
	if (cmpxchg(&waiting_at, place, NULL) == place)
		return;
	if (cmpxchg(&waiting_at, none, place) != none)
		return;
	while (READ_ONCE(waiting_at) == place && clock_ns() < limit)
		cpu_relax();
	cmpxchg(&waiting_at, place, NULL);
}
