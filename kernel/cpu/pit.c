/* SPDX-License-Identifier: MIT */
/*
 * The 8254 of every PC [8254].
 *
 * Channel 0 is the tick. Channel 2, made for the loudspeaker, runs freely through its 65536 counts
 * and is our stopwatch: it need not be looked at more often than every 54.9 ms. Should it stand
 * still (not every emulator has one), channel 0 serves; it comes round with each tick.
 *
 * A count is 16 bits behind an 8-bit port; the latch command freezes it for the two reads. The two
 * reads must not be torn apart, hence the lock, which also guards the sum. Whoever cannot have it
 * for long goes on without: a panic or an NMI may have come upon its holder, and a count that is
 * off is better than none.
 */
#include "boot/x86.h"
#include "kernel/cpu/pit.h"
#include "kernel/sync/spinlock.h"

#define PIT_CHANNEL(n)  (0x40 + (n))
#define PIT_COMMAND     0x43
#define CMD_RATE(n)     ((n) << 6 | 0x34) /* low then high byte, mode 2: rate generator */
#define CMD_ONCE(n)     ((n) << 6 | 0x30) /* the same, mode 0: one count, one interrupt */
#define CMD_LATCH(n)    ((n) << 6)
#define PORT_B          0x61
#define PORT_B_GATE2    0x01
#define PORT_B_SPEAKER  0x02
#define PORT_B_WRITABLE 0x0f
#define FULL_PERIOD     65536
#define LOCK_SPINS      1000000
#define ALIVE_READS     64 /* a port read takes about a microsecond, so a live counter moves */

static unsigned int stopwatch = 2; /* the channel */
static u32 period;                 /* its counts before it comes round; 0: not started */
static u16 last_left;
static u16 total;
static u32 since_tick; /* counts seen since the last tick */
static DEFINE_SPINLOCK(pit_lock);

static void start_channel(unsigned int channel, u32 counts)
{
	outb(CMD_RATE(channel), PIT_COMMAND);
	outb(counts & 0xff, PIT_CHANNEL(channel)); /* 65536 is written as 0 */
	outb(counts >> 8 & 0xff, PIT_CHANNEL(channel));
}

static u16 read_channel(unsigned int channel)
{
	u16 left;

	outb(CMD_LATCH(channel), PIT_COMMAND);
	left = inb(PIT_CHANNEL(channel));
	return left | (u16)(inb(PIT_CHANNEL(channel)) << 8);
}

static bool channel_counts(unsigned int channel)
{
	u16 first = read_channel(channel);
	int i;

	for (i = 0; i < ALIVE_READS; i++)
		if (read_channel(channel) != first)
			return true;
	return false;
}

static void start_stopwatch(void)
{
	u8 port_b = inb(PORT_B) & PORT_B_WRITABLE & (u8)~PORT_B_SPEAKER;

	outb(port_b | PORT_B_GATE2, PORT_B);
	start_channel(2, FULL_PERIOD);
	if (!channel_counts(2)) {
		stopwatch = 0;
		start_channel(0, FULL_PERIOD);
	}
	period = FULL_PERIOD;
	last_left = read_channel(stopwatch);
}

static bool lock_pit(unsigned long *flags)
{
	unsigned int spins = 0;

	local_irq_save(*flags);
	while (!spin_trylock(&pit_lock)) {
		if (++spins > LOCK_SPINS)
			return false;
		cpu_relax();
	}
	return true;
}

static void unlock_pit(bool locked, unsigned long flags)
{
	if (locked)
		spin_unlock(&pit_lock);
	local_irq_restore(flags);
}

u16 pit_count(void)
{
	unsigned long flags;
	u16 left, now;
	u32 elapsed;
	bool locked = lock_pit(&flags);

	if (!period)
		start_stopwatch();
	left = read_channel(stopwatch);
	elapsed = last_left >= left ? (u32)last_left - left : last_left + period - left;
	total += (u16)elapsed;
	since_tick += elapsed;
	last_left = left;
	now = total;
	unlock_pit(locked, flags);
	return now;
}

void pit_start_tick(unsigned int hz)
{
	u32 divisor = (PIT_HZ + hz / 2) / hz;
	unsigned long flags;
	bool locked = lock_pit(&flags);

	start_channel(0, divisor);
	if (stopwatch == 0) {
		period = divisor;
		last_left = read_channel(0);
	}
	unlock_pit(locked, flags);
}

/* A count in mode 0 ends once, and rings once more at most. */
void pit_stop_tick(void)
{
	unsigned long flags;
	bool locked;

	if (stopwatch == 0)
		return;
	locked = lock_pit(&flags);
	outb(CMD_ONCE(0), PIT_COMMAND);
	outb(0, PIT_CHANNEL(0));
	outb(0, PIT_CHANNEL(0));
	unlock_pit(locked, flags);
}

/*
 * Two looks at channel 0, one period and a bit apart, seem only the bit apart. The tick knows that
 * a period has passed.
 */
void pit_ticked(void)
{
	if (stopwatch != 0)
		return;
	pit_count();
	if (since_tick < period / 2)
		total += (u16)period;
	since_tick = 0;
}
