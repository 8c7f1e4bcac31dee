/* SPDX-License-Identifier: MIT */
/*
 * I/O APICs [82093AA].
 *
 * Each has up to 240 inputs and, for each input, a redirection entry: the vector, the CPU, how the
 * line is wired, and a mask bit. Registers are reached through a window: the index goes to one
 * address, the value comes through another.
 *
 *	line n (ISA IRQ, or above 15 a global number)
 *	   |  the firmware's overrides: the PC's timer, IRQ 0, is usually input 2
 *	   v
 *	global system interrupt  --- minus its APIC's gsi_base --->  input
 *
 * A line whose input another line was given to (2, the 8259s' cascade) does not exist here.
 *
 * ISA lines are edge-triggered and active high unless the firmware says otherwise, PCI's (16 and
 * on) level-triggered and active low. A level-triggered entry is open for the next interrupt when
 * the local APIC's end of interrupt comes along; nothing is to be done here for it.
 *
 * The mask lies in the low half of an entry and the CPU in the high one: the high half is written
 * first.
 */
#define pr_fmt(fmt) "ioapic: " fmt
#include "kernel/cpu/ioapic.h"
#include "boot/pgentry.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/fixmap.h"
#include "kernel/cpu/smp_config.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/printf.h"

/* Offsets in the page, and indices behind them. */
#define IO_INDEX    0x00
#define IO_WINDOW   0x10
#define REG_VERSION 0x01
#define REG_ENTRY   0x10 /* two a line */

#define VERSION_INPUTS(v) (((v) >> 16 & 0xff) + 1)
#define NO_ANSWER         0xffffffffu

#define ENTRY_LOW    0x00002000u /* active low */
#define ENTRY_LEVEL  0x00008000u
#define ENTRY_MASKED 0x00010000u
#define ENTRY_CPU(n) ((u32)(n) << 24)

/* The interrupt-mode configuration register: some boards' 8259s bypass the APICs until told. */
#define IMCR_INDEX 0x22
#define IMCR_DATA  0x23
#define IMCR       0x70
#define IMCR_APIC  0x01

static_assert(MAX_IO_APICS <= FIX_IO_APIC_NR, "a page each");

struct io_apic {
	bool works;
	u32 gsi_base, inputs;
};

static struct io_apic apics[MAX_IO_APICS];

/* Where a line arrives. */
static struct {
	bool there;
	u8 apic, input;
	u32 low; /* the low half of its entry, unmasked */
	bool masked;
} routes[NR_IRQS];

static volatile u32 *reg(unsigned int apic, unsigned int offset)
{
	phys_addr_t address = smp_config.ioapic[apic].address;

	return (volatile u32 *)(FIX_TO_VIRT(FIX_IO_APIC_BASE_0 + apic) +
				(u32)(address & ~PAGE_MASK) + offset);
}

static u32 io_read(unsigned int apic, unsigned int index)
{
	*reg(apic, IO_INDEX) = index;
	return *reg(apic, IO_WINDOW);
}

static void io_write(unsigned int apic, unsigned int index, u32 value)
{
	*reg(apic, IO_INDEX) = index;
	*reg(apic, IO_WINDOW) = value;
}

static void write_low(unsigned int irq)
{
	io_write(routes[irq].apic, REG_ENTRY + 2u * routes[irq].input,
		 routes[irq].low | (routes[irq].masked ? ENTRY_MASKED : 0));
}

static bool open_apic(unsigned int i)
{
	const struct smp_config_ioapic *told = &smp_config.ioapic[i];
	u32 version;

	if (told->address >= PT_PHYS_LIMIT) {
		pr_warn("%u cannot be at 0x%llx\n", told->id, told->address);
		return false;
	}
	__set_fixmap(FIX_IO_APIC_BASE_0 + i, told->address & PAGE_MASK, PAGE_KERNEL_NOCACHE);
	version = io_read(i, REG_VERSION);
	if (version == NO_ANSWER || version == 0) {
		pr_warn("nothing answers at 0x%llx\n", told->address);
		__clear_fixmap(FIX_IO_APIC_BASE_0 + i);
		return false;
	}
	apics[i] = (struct io_apic){true, told->gsi_base, VERSION_INPUTS(version)};
	for (unsigned int n = 0; n < apics[i].inputs; n++)
		io_write(i, REG_ENTRY + 2 * n, ENTRY_MASKED);
	pr_info("%u at 0x%llx, interrupts %u to %u\n", told->id, told->address, told->gsi_base,
		told->gsi_base + apics[i].inputs - 1);
	return true;
}

/* FLAGS in the firmware's words (smp_config.h), to the entry's bits. */
static u32 wiring(u32 flags, bool isa)
{
	bool low = !isa, level = !isa;

	if ((flags & INTI_POLARITY) != 0)
		low = (flags & INTI_POLARITY) == INTI_ACTIVE_LOW;
	if ((flags & INTI_TRIGGER) != 0)
		level = (flags & INTI_TRIGGER) == INTI_TRIGGER_LEVEL;
	return (low ? ENTRY_LOW : 0) | (level ? ENTRY_LEVEL : 0);
}

static void route(unsigned int irq, u32 gsi, u32 flags)
{
	for (unsigned int i = 0; i < MAX_IO_APICS; i++) {
		if (!apics[i].works || gsi - apics[i].gsi_base >= apics[i].inputs)
			continue;
		routes[irq].there = true;
		routes[irq].apic = (u8)i;
		routes[irq].input = (u8)(gsi - apics[i].gsi_base);
		routes[irq].low = wiring(flags, irq < NR_ISA_IRQS) | (FIRST_IRQ_VECTOR + irq);
		routes[irq].masked = true;
		return;
	}
}

/* Has the firmware given input GSI to an ISA interrupt of another number? */
static bool taken(u32 gsi)
{
	for (unsigned int irq = 0; irq < NR_ISA_IRQS; irq++)
		if (irq != gsi && smp_config.isa_irq[irq].given &&
		    smp_config.isa_irq[irq].gsi == gsi)
			return true;
	return false;
}

bool ioapic_init(void)
{
	bool any = false;

	for (unsigned int i = 0; i < smp_config.nr_ioapics; i++)
		any |= open_apic(i);
	if (!any) {
		pr_info("none: device interrupts by the 8259s\n");
		return false;
	}
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		const struct smp_config_irq *isa =
			irq < NR_ISA_IRQS ? &smp_config.isa_irq[irq] : NULL;

		if (isa && isa->given && !control(irq_overrides_ignored))
			route(irq, isa->gsi, isa->flags);
		else if (!taken(irq) || control(irq_overrides_ignored))
			route(irq, irq, 0);
	}
	if (smp_config.imcr) {
		outb(IMCR, IMCR_INDEX);
		outb(IMCR_APIC, IMCR_DATA);
	}
	return true;
}

static bool ioapic_has(unsigned int irq)
{
	return routes[irq].there;
}

static void ioapic_mask(unsigned int irq)
{
	routes[irq].masked = true;
	write_low(irq);
}

static void ioapic_unmask(unsigned int irq)
{
	if (control(ioapic_deaf))
		return;
	routes[irq].masked = false;
	write_low(irq);
}

static bool ioapic_masked(unsigned int irq)
{
	return routes[irq].masked;
}

static void ioapic_eoi(unsigned int irq)
{
	apic_eoi();
}

/* Masked meanwhile: the two halves must not be seen in disagreement. */
static void ioapic_route(unsigned int irq, unsigned int cpu)
{
	bool masked = routes[irq].masked;

	ioapic_mask(irq);
	io_write(routes[irq].apic, REG_ENTRY + 2u * routes[irq].input + 1,
		 ENTRY_CPU(cpu_apic_id[control(irq_stays_on_the_boot_cpu) ? 0 : cpu]));
	routes[irq].masked = masked;
	write_low(irq);
}

static void ioapic_describe(unsigned int irq, char *buf, size_t size)
{
	snprintf(buf, size, "%3u-%-8s", routes[irq].input,
		 routes[irq].low & ENTRY_LEVEL ? "fasteoi" : "edge");
}

const struct irq_chip ioapic_chip = {
	.name = "IO-APIC",
	.has = ioapic_has,
	.mask = ioapic_mask,
	.unmask = ioapic_unmask,
	.masked = ioapic_masked,
	.eoi = ioapic_eoi,
	.route = ioapic_route,
	.describe = ioapic_describe,
};
