/* SPDX-License-Identifier: MIT */
/*
 * Non-maskable interrupts.
 *
 * On a PC an NMI is the chipset crying for help, and port 0x61 says why: bit 7, a system error on
 * the PCI bus or a parity error (SERR); bit 6, an expansion card's error (IOCHK). Anything else is
 * a button, a watchdog or an emulator's "nmi" command. We report it and go on: memory that is
 * really bad will be found out. The reported source is turned off, since it would only ring again.
 *
 * CPUs also send each other NMIs, to ask or to stop the other (nmi_backtrace.c).
 *
 * An NMI can hit anywhere, also inside printk: the console serves who interrupts its own holder.
 * Further NMIs are blocked by the CPU until the IRET [SDM3 6.7.1].
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/nmi_backtrace.h"
#include "kernel/cpu/percpu.h"

#define PORT_B           0x61
#define PORT_B_WRITABLE  0x0f
#define PORT_B_SERR      0x80
#define PORT_B_IOCHK     0x40
#define PORT_B_SERR_OFF  0x04
#define PORT_B_IOCHK_OFF 0x08

bool (*nmi_hook)(struct pt_regs *regs);

const char *nmi_reason(u8 status)
{
	if (status & PORT_B_SERR)
		return "system error or memory parity (SERR)";
	if (status & PORT_B_IOCHK)
		return "I/O channel check (IOCHK)";
	return "unknown reason";
}

/* The chipset's NMI: say why, and silence what would only ring again. */
static void report(struct pt_regs *regs, u8 status)
{
	u8 off = 0;

	pr_emerg("NMI: %s, port 0x61 = 0x%02x, on CPU %u at %pS\n", nmi_reason(status), status,
		 smp_processor_id(), (void *)regs->eip);
	if (status & PORT_B_SERR)
		off |= PORT_B_SERR_OFF;
	if (status & PORT_B_IOCHK)
		off |= PORT_B_IOCHK_OFF;
	if (off)
		outb((status & PORT_B_WRITABLE) | off, PORT_B);
}

void nmi_handler(struct pt_regs *regs)
{
	bool asked;
	u8 status;

	nmi_enter();
	this_cpu_inc(irq_stat.nmis);
	asked = nmi_hook && nmi_hook(regs);
	if (!asked)
		asked = nmi_asked(regs);
	/* Two may have become one: a question does not hide the chipset's call. */
	status = inb(PORT_B);
	if (!asked || status & (PORT_B_SERR | PORT_B_IOCHK))
		report(regs, status);
	nmi_exit();
}
