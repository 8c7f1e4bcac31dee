/* SPDX-License-Identifier: MIT */
/*
 * Controls: the tests of the tests. A control site is one expression in the code, control(NAME),
 * that is 0; where it is not, the code there breaks one property on purpose, and the tests of that
 * property must go red.
 *
 *	if (!control(no_shootdown))
 *		send_shootdown(range);
 *
 * In every image but the controls images (CONFIG_CONTROLS) it is the constant 0 and leaves no
 * code behind. In those each site has an entry in a linker section, and `break=NAME` on the kernel
 * command line switches on all sites of that name (tests/control.c), before memory is looked at.
 * NAME is a plain identifier; the list of them with the tests that they must turn red is
 * tests/controls.cfg. No code may ask CONFIG_CONTROLS anything else.
 */
#ifndef LIB_CONTROL_H
#define LIB_CONTROL_H

#include "lib/compiler.h"

/* One site. */
struct control_site {
	const char *name;
	bool on;
};

#ifdef CONFIG_CONTROLS
#define control(id)                                                                                \
	__extension__({                                                                            \
		static struct control_site __control_site __used __section(".controls")            \
			__aligned(sizeof(void *)) = {.name = #id};                                 \
		READ_ONCE(__control_site.on);                                                      \
	})
#else
#define control(id) 0
#endif

/*
 * control_meet() - for breaks that only show when two CPUs are somewhere at once: waits until
 * another CPU calls it with the same @place, but not for ever. Any context.
 */
void control_meet(const void *place);

#endif /* LIB_CONTROL_H */
