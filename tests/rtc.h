/* SPDX-License-Identifier: MIT */
/*
 * The clock chip of a PC [MC146818, periodic interrupt] as a source of device interrupts: it rings
 * as often as it is told to, on a line that nobody else uses. Its handler is requested for RTC_IRQ
 * by the test and calls rtc_answer() each time.
 */
#ifndef TESTS_RTC_H
#define TESTS_RTC_H

#define RTC_IRQ 8

/* As the chip encodes them: 32768 Hz >> (rate - 1). */
enum rtc_rate { RTC_SILENT = 0, RTC_8192_HZ = 3, RTC_1024_HZ = 6 };

/* It rings at RATE from now on, or no more. Any context but NMIs. */
void rtc_ring(enum rtc_rate rate);

/* In the handler: the interrupt was heard. Until then the chip does not ring again. */
void rtc_answer(void);

#endif /* TESTS_RTC_H */
