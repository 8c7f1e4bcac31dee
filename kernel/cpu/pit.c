/* SPDX-License-Identifier: MIT */
/*
 * The 8254 of every PC [8254].
 *
 * Channel 0 is the tick. Channel 2, made for the loudspeaker, runs freely through its 65536 counts
 * and is our stopwatch: unlike channel 0's count its value does not depend on whether a tick has
 * been taken yet, so time read from it needs no look at pending interrupts and no correction.
 *
 * A count is 16 bits behind an 8-bit port; the latch command freezes it for the two reads. The two
 * reads must not be torn apart, hence interrupts are off around them.
 */
#include "boot/x86.h"
#include "kernel/cpu/pit.h"

#define PIT_CHANNEL0    0x40
#define PIT_CHANNEL2    0x42
#define PIT_COMMAND     0x43
#define CMD_CH0_RATE    0x34 /* channel 0, low then high byte, mode 2: rate generator */
#define CMD_CH2_RATE    0xb4
#define CMD_CH2_LATCH   0x80
#define PORT_B          0x61
#define PORT_B_GATE2    0x01
#define PORT_B_SPEAKER  0x02
#define PORT_B_WRITABLE 0x0f

static bool running;

static void start_counter(void)
{
	u8 port_b = inb(PORT_B) & PORT_B_WRITABLE & (u8)~PORT_B_SPEAKER;

	outb(port_b | PORT_B_GATE2, PORT_B);
	outb(CMD_CH2_RATE, PIT_COMMAND);
	outb(0, PIT_CHANNEL2); /* 0 means 65536 */
	outb(0, PIT_CHANNEL2);
	running = true;
}

u16 pit_count(void)
{
	unsigned long flags;
	u16 left;

	local_irq_save(flags);
	if (!running)
		start_counter();
	outb(CMD_CH2_LATCH, PIT_COMMAND);
	left = inb(PIT_CHANNEL2);
	left |= (u16)(inb(PIT_CHANNEL2) << 8);
	local_irq_restore(flags);
	return (u16)-left;
}

void pit_start_tick(unsigned int hz)
{
	unsigned int divisor = (PIT_HZ + hz / 2) / hz;

	outb(CMD_CH0_RATE, PIT_COMMAND);
	outb(divisor & 0xff, PIT_CHANNEL0);
	outb(divisor >> 8 & 0xff, PIT_CHANNEL0);
}
