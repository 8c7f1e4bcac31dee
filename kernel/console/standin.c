/* SPDX-License-Identifier: MIT */
/*
 * Weak stand-ins for kernel/cpu/, so that the console links before it is there.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/power.h"
#include "kernel/cpu/recover.h"
#include "lib/errno.h"
#include "lib/string.h"

__weak struct cpu_info boot_cpu;
__weak void (*exit_hook)(void);

__weak u64 clock_ns(void)
{
	return 0;
}

__weak void mdelay(unsigned long ms)
{
}

__weak long copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	memcpy(dst, src, size);
	return 0;
}

__weak int request_irq(unsigned int irq, irq_handler_t fn, const char *name, void *arg)
{
	return -EINVAL;
}

__weak bool recover_take(enum recovered kind, struct pt_regs *regs, const char *msg)
{
	return false;
}

__weak void machine_exit_try(enum exit_code code)
{
	outl(code, DEBUG_EXIT_PORT);
}

__weak void machine_halt(void)
{
	for (;;)
		halt();
}

__weak void machine_reboot(void)
{
	machine_halt();
}
