/* SPDX-License-Identifier: MIT */
/*
 * Init functions of modules: every module_init() below M=DIR, found through a linker section.
 */
#ifndef COMPAT_LINUX_INITCALL_H
#define COMPAT_LINUX_INITCALL_H

#include "lib/compiler.h"

struct initcall {
	int (*fn)(void);
	const char *name;
	const char *module; /* the file's name without .c */
};

#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "loft"
#endif

/* Has FN, which may be static, run at boot. Any number of them in a file. */
#define INITCALL(function)                                                                         \
	static const struct initcall __unique(__initcall_)                                         \
	__used __section(".initcalls") __aligned(sizeof(void *)) = {                               \
		.fn = (function), .name = #function, .module = KBUILD_MODNAME}

/*
 * Runs them all, in the order of linking, and says which of them return an error; that marks the
 * verdict of the run as failed, as a failed command does. Once, when the kernel is up.
 */
void initcalls_run(void);

#endif /* COMPAT_LINUX_INITCALL_H */
