/* SPDX-License-Identifier: MIT */
/*
 * Registers of the clock chip [MC146818]. One is selected by the index port, for the next access to
 * the data port: between the two nobody may select another one, on no CPU.
 */
#include "tests/rtc.h"
#include "boot/x86.h"
#include "kernel/sync/spinlock.h"

#define INDEX    0x70
#define DATA     0x71
#define REG_A    0x0a
#define REG_B    0x0b
#define REG_C    0x0c
#define RATE     0x0f /* in A */
#define PERIODIC 0x40 /* in B */

static DEFINE_SPINLOCK(lock);

static u8 rtc_read(u8 reg)
{
	outb(reg, INDEX);
	return inb(DATA);
}

static void rtc_write(u8 reg, u8 value)
{
	outb(reg, INDEX);
	outb(value, DATA);
}

void rtc_ring(enum rtc_rate rate)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	rtc_write(REG_B, rtc_read(REG_B) & (u8)~PERIODIC);
	if (rate != RTC_SILENT) {
		rtc_write(REG_A, (u8)((rtc_read(REG_A) & ~RATE) | rate));
		rtc_write(REG_B, rtc_read(REG_B) | PERIODIC);
	}
	rtc_read(REG_C);
	spin_unlock_irqrestore(&lock, flags);
}

void rtc_answer(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	rtc_read(REG_C);
	spin_unlock_irqrestore(&lock, flags);
}
