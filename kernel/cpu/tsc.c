/* SPDX-License-Identifier: MIT */
/*
 * How fast does the TSC count?
 *
 * One sample reads the PIT between two reads of the TSC and takes the middle; if the two are far
 * apart, somebody (the host, an SMI) came between, and we try again: so a sample is sharp to the
 * length of an undisturbed port access. A round is two samples some milliseconds apart. Its ends
 * being sharp, it does not matter what disturbed its middle: both counters went on meanwhile.
 *
 * Rounds go on until three of them agree; the middle one of these is the result. If that does not
 * come about in a dozen rounds, the TSC is not believed.
 * Nanoseconds are (cycles * multiplier) >> shift with a 32-bit multiplier, so precise to about
 * one part in 2^31 of the rate measured.
 */
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/pit.h"
#include "kernel/cpu/tsc.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/div64.h"
#include "lib/sort.h"

#define MAX_ROUNDS   12
#define ROUND_CLOCKS (PIT_HZ / 500) /* 2 ms */
#define SAMPLE_TRIES 16
#define TOLERANCE    200     /* rates agree within 1/TOLERANCE */
#define MAX_SPINS    1000000 /* of a PIT that stands still */
#define KHZ_MIN      1000    /* nothing with a TSC was slower than 1 MHz */
#define KHZ_MAX      100000000

static u32 multiplier;
static unsigned int shift;

struct sample {
	u64 tsc;
	u16 pit;
};

/* The one function that executes RDTSC. */
noinline u64 tsc_read(void)
{
	return rdtsc();
}

/* The sharpest of several tries. */
static struct sample take_sample(void)
{
	struct sample best = {0};
	u64 best_width = ~0ull;
	int tries;

	for (tries = 0; tries < SAMPLE_TRIES; tries++) {
		u64 before = tsc_read();
		u16 pit = pit_count();
		u64 width = tsc_read() - before;

		if (width < best_width) {
			best_width = width;
			best = (struct sample){before + width / 2, pit};
		}
	}
	return best;
}

/* One round's rate in kHz; 0 if the PIT stood still or went round (the host slept). */
static u32 measure_round(void)
{
	struct sample start = take_sample(), end;
	u32 spins = 0;
	u64 cycles, khz;
	u16 clocks;

	while ((u16)(pit_count() - start.pit) < ROUND_CLOCKS)
		if (++spins > MAX_SPINS)
			return 0;
	end = take_sample();
	clocks = end.pit - start.pit;
	cycles = end.tsc - start.tsc;
	khz = div_u64(cycles * PIT_HZ, (u32)clocks * 1000);
	return khz >= KHZ_MIN && khz <= KHZ_MAX ? (u32)khz : 0;
}

static int compare_rates(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* The largest shift whose multiplier fits 32 bits: (10^6 << shift) / khz < 2^32. */
static void set_scale(u32 khz)
{
	u64 m;

	shift = 32;
	do {
		shift--;
		m = div_u64((1000000ull << shift) + khz / 2, khz);
	} while (m >> 32);
	multiplier = (u32)m;
}

u64 tsc_to_ns(u64 cycles)
{
	if (control(tsc_rate_wrong))
		cycles += cycles / 16;
	return mul_u64_u32_shr(cycles, multiplier, shift);
}

/* The middle of three sorted rates that agree, or 0. */
static u32 agreed_rate(const u32 *rates, u32 n)
{
	u32 i;

	for (i = 0; i + 2 < n; i++)
		if (rates[i] && rates[i + 2] - rates[i] <= rates[i] / TOLERANCE)
			return rates[i + 1];
	return 0;
}

u32 tsc_calibrate(void)
{
	u32 rates[MAX_ROUNDS], n, khz = 0;

	if (!cpu_has(X86_FEATURE_TSC))
		return 0;
	for (n = 0; n < MAX_ROUNDS && !khz;) {
		rates[n++] = measure_round();
		sort(rates, n, sizeof(rates[0]), compare_rates, NULL);
		khz = agreed_rate(rates, n);
	}
	if (khz)
		set_scale(khz);
	else
		pr_warn("clock: TSC not used, its rate is unsteady (%u to %u kHz)\n", rates[0],
			rates[n - 1]);
	return khz;
}
