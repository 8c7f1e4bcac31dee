/* SPDX-License-Identifier: MIT */
/*
 * Benchmarks: how long an operation takes, in time and in ticks of the time-stamp counter. Under
 * `./run-qemu.sh --icount` a tick is an instruction, exactly, and limits hold for them
 * (tests/bench.cfg).
 *
 * Operations are written with Linux's interface only (bench/operations.c), so that the same source
 * can measure Linux; bench/bench.c is what runs them in loft. Their names and what each does are
 * those of the measurements of Linux 6.1 that the limits were derived from.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "lib/types.h"

struct bench_context;

struct bench_operation {
	const char *name;
	/* Does N rounds. */
	void (*fn)(struct bench_context *c, unsigned long n);
	unsigned long rounds;    /* for one measurement */
	unsigned long per_round; /* operations in a round */
	unsigned int pages;      /* of the context's pages that it needs */
};

/* What must be there while the operation of this name is measured, besides its context. */
struct bench_fixture {
	const char *name;
	bool (*begin)(void); /* false: it cannot be */
	void (*end)(void);
};

/* Both end with an entry without name. */
extern const struct bench_operation bench_operations[];
extern const struct bench_fixture bench_fixtures[];

/*
 * bench_begin() - memory for the operations, NR_PAGES pages for the context (high ones if there
 * are any) among it. NULL: there is not enough of it. bench_end() gives all of it back.
 */
struct bench_context *bench_begin(unsigned int nr_pages);
void bench_end(struct bench_context *c);

/* The same for a second CPU, between the two: pages of its own. */
struct bench_context *bench_begin_second(unsigned int nr_pages);
void bench_end_second(struct bench_context *c);

/*
 * bench_run_at_boot() - notes how long the boot took (the operation `boot`), then runs what bench=
 * names.
 */
void bench_run_at_boot(void);

#endif /* BENCH_BENCH_H */
