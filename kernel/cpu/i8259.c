/* SPDX-License-Identifier: MIT */
/*
 * Two 8259s in cascade, as every PC since the AT [8259A].
 *
 * The firmware leaves lines 0..7 at vectors 8..15, on top of the CPU's exceptions: we move them.
 * Fully nested mode, edge triggered (what level-triggered lines need is in the chipset's ELCR),
 * normal end of interrupt.
 *
 * Spurious interrupts: if a line drops between the CPU's notice and its acknowledge, the
 * controller has nothing to report but must name a line, and names its lowest, 7. Then the
 * in-service bit of that line is clear, and an EOI would end some other, real interrupt. If it was
 * the second controller that had nothing to say (15), the first did see a real cascade interrupt
 * and wants its own EOI.
 */
#include "boot/x86.h"
#include "kernel/cpu/i8259.h"
#include "lib/control.h"
#include "lib/printf.h"

#define MASTER_CMD  0x20
#define MASTER_DATA 0x21
#define SLAVE_CMD   0xa0
#define SLAVE_DATA  0xa1

#define ICW1_INIT     0x11 /* edge triggered, cascade, ICW4 follows */
#define ICW4_8086     0x01
#define OCW2_EOI      0x60 /* specific: | line */
#define OCW3_READ_ISR 0x0b
#define LOWEST        7

static u16 mask = 0xffff;

/* Old controllers want a breath between commands; port 0x80 takes about a microsecond to ignore us.
 */
static void write_slowly(u8 value, u16 port)
{
	outb(value, port);
	outb(0, 0x80);
}

static void write_mask(void)
{
	outb(mask & 0xff, MASTER_DATA);
	outb(mask >> 8, SLAVE_DATA);
}

void i8259_init(unsigned int first_vector)
{
	write_slowly(ICW1_INIT, MASTER_CMD);
	write_slowly(first_vector, MASTER_DATA);
	write_slowly(1 << I8259_CASCADE, MASTER_DATA);
	write_slowly(ICW4_8086, MASTER_DATA);
	write_slowly(ICW1_INIT, SLAVE_CMD);
	write_slowly(first_vector + 8, SLAVE_DATA);
	write_slowly(I8259_CASCADE, SLAVE_DATA);
	write_slowly(ICW4_8086, SLAVE_DATA);
	mask = 0xffff & ~(1u << I8259_CASCADE);
	write_mask();
}

void i8259_mask(unsigned int line)
{
	mask |= 1u << line;
	write_mask();
}

void i8259_unmask(unsigned int line)
{
	mask &= ~(1u << line);
	write_mask();
}

bool i8259_masked(unsigned int line)
{
	return mask >> line & 1;
}

static bool in_service(u16 command_port)
{
	outb(OCW3_READ_ISR, command_port);
	return inb(command_port) & (1 << LOWEST);
}

bool i8259_spurious(unsigned int line)
{
	if (control(spurious_irq_believed))
		return false;
	if (line == LOWEST)
		return !in_service(MASTER_CMD);
	if (line != LOWEST + 8 || in_service(SLAVE_CMD))
		return false;
	outb(OCW2_EOI | I8259_CASCADE, MASTER_CMD);
	return true;
}

void i8259_eoi(unsigned int line)
{
	if (line >= 8) {
		outb(OCW2_EOI | (line - 8), SLAVE_CMD);
		line = I8259_CASCADE;
	}
	outb(OCW2_EOI | line, MASTER_CMD);
}

static bool i8259_has(unsigned int line)
{
	return line < I8259_LINES;
}

static void i8259_describe(unsigned int line, char *buf, size_t size)
{
	snprintf(buf, size, "%3s", "");
}

const struct irq_chip i8259_chip = {
	.name = "XT-PIC",
	.has = i8259_has,
	.mask = i8259_mask,
	.unmask = i8259_unmask,
	.masked = i8259_masked,
	.spurious = i8259_spurious,
	.eoi = i8259_eoi,
	.describe = i8259_describe,
};
