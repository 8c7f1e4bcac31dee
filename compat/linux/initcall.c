/* SPDX-License-Identifier: MIT */
/*
 * Runs the modules' init functions: see compat/linux/initcall.h. There is no dependency between
 * modules to respect, so the order is that of the linker: by path. A module whose init fails stays
 * in the image, of course, but nothing has to be undone for it; like insmod, the run says that it
 * failed.
 */
#include "compat/linux/initcall.h"

#include "kernel/console/printk.h"
#include "kernel/cpu/power.h"

extern const struct initcall __initcalls_start[], __initcalls_end[];

void initcalls_run(void)
{
	const struct initcall *call;
	int error;

	for (call = __initcalls_start; call < __initcalls_end; call++) {
		error = call->fn();
		if (!error)
			continue;
		pr_err("%s: %s() failed with error %d\n", call->module, call->name, error);
		verdict_fail();
	}
}
