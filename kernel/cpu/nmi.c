/* SPDX-License-Identifier: MIT */
/*
 * Non-maskable interrupts.
 *
 * On a PC an NMI is the chipset crying for help, and port 0x61 says why: bit 7, a system error on
 * the PCI bus or a parity error (SERR); bit 6, an expansion card's error (IOCHK). Anything else is
 * a button, a watchdog or an emulator's "nmi" command. We report it and go on: memory that is
 * really bad will be found out. The reported source is turned off, since it would only ring again.
 *
 * An NMI can hit anywhere, also inside printk; the console bears that by not waiting for anybody.
 * Further NMIs are blocked by the CPU until the IRET [SDM3 6.7.1].
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"

#define PORT_B           0x61
#define PORT_B_WRITABLE  0x0f
#define PORT_B_SERR      0x80
#define PORT_B_IOCHK     0x40
#define PORT_B_SERR_OFF  0x04
#define PORT_B_IOCHK_OFF 0x08

unsigned long nmi_count;

const char *nmi_reason(u8 status)
{
	if (status & PORT_B_SERR)
		return "system error or memory parity (SERR)";
	if (status & PORT_B_IOCHK)
		return "I/O channel check (IOCHK)";
	return "unknown reason";
}

void nmi_handler(struct pt_regs *regs)
{
	u8 status = inb(PORT_B);
	u8 off = 0;

	nmi_count++;
	this_cpu_inc(irq_stat.nmis);
	pr_emerg("NMI: %s, port 0x61 = 0x%02x, at %pS\n", nmi_reason(status), status,
		 (void *)regs->eip);
	if (status & PORT_B_SERR)
		off |= PORT_B_SERR_OFF;
	if (status & PORT_B_IOCHK)
		off |= PORT_B_IOCHK_OFF;
	if (off)
		outb((status & PORT_B_WRITABLE) | off, PORT_B);
}
