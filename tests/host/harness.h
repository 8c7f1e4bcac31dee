/* SPDX-License-Identifier: MIT */
/*
 * The smallest test frame that a host program needs: cases, expectations, KTAP on stdout.
 *
 * Pure files of the kernel are linked into one program a subject, with AddressSanitizer and
 * UndefinedBehaviorSanitizer, and run on the machine that builds. A program is one suite:
 *
 *	static void adds(void) { EXPECT_EQ(1 + 1, 2); }
 *	static const struct host_case cases[] = {HOST_CASE(adds), {0}};
 *	int main(int argc, char **argv) { return host_main("sums", cases, argc, argv); }
 *
 * `PROGRAM [CASE...]` runs all cases or those named. Random tests draw from host_random(), whose
 * seed is printed and can be given by the environment: SEED=N. Exit status: 0 if all passed.
 * A case that fails goes on; only the first few failed expectations of a case are printed.
 */
#ifndef TESTS_HOST_HARNESS_H
#define TESTS_HOST_HARNESS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host_case {
	const char *name;
	void (*run)(void);
};
#define HOST_CASE(fn)                                                                              \
	{                                                                                          \
		.name = #fn, .run = fn                                                             \
	}

/* Failed expectations of the case that runs. */
static unsigned long host_failures;

/* Reports one failed expectation; true while more of them are worth printing. */
static inline int host_failed(const char *file, int line)
{
	if (++host_failures > 8)
		return 0;
	printf("    # %s:%d: ", file, line);
	return 1;
}

#define EXPECT(cond)                                                                               \
	do {                                                                                       \
		if (!(cond) && host_failed(__FILE__, __LINE__))                                    \
			printf("expected %s\n", #cond);                                            \
	} while (0)

/* Integers of any type, compared as 64 bits. */
#define EXPECT_EQ(a, b)                                                                            \
	do {                                                                                       \
		unsigned long long host_a = (unsigned long long)(a);                               \
		unsigned long long host_b = (unsigned long long)(b);                               \
		if (host_a != host_b && host_failed(__FILE__, __LINE__))                           \
			printf("expected %s == %s, but %lld (%#llx) != %lld (%#llx)\n", #a, #b,    \
			       (long long)host_a, host_a, (long long)host_b, host_b);              \
	} while (0)

/* Strings; NULL equals only NULL. */
#define EXPECT_STREQ(a, b)                                                                         \
	do {                                                                                       \
		const char *host_s = (a), *host_t = (b);                                           \
		if ((host_s && host_t ? strcmp(host_s, host_t) != 0 : host_s != host_t) &&         \
		    host_failed(__FILE__, __LINE__))                                               \
			printf("expected %s == %s, but \"%s\" != \"%s\"\n", #a, #b,                \
			       host_s ? host_s : "(null)", host_t ? host_t : "(null)");            \
	} while (0)

/* True for as long as a case has met all expectations. For long loops: stop at the first one. */
static inline int host_ok(void)
{
	return host_failures == 0;
}

static unsigned long long host_seed, host_state;

/* 64 random bits: Marsaglia's xorshift64* generator; the same seed gives the same sequence. */
static inline unsigned long long host_random(void)
{
	host_state ^= host_state >> 12;
	host_state ^= host_state << 25;
	host_state ^= host_state >> 27;
	return host_state * 0x2545f4914f6cdd1dULL;
}

/* A random number below N (N > 0). */
static inline unsigned long long host_random_below(unsigned long long n)
{
	return host_random() % n;
}

static inline int host_selected(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return 1;
	return argc <= 1;
}

static inline int host_main(const char *suite, const struct host_case *cases, int argc, char **argv)
{
	const char *seed = getenv("SEED");
	unsigned int number = 0, planned = 0, failed = 0;
	const struct host_case *c;

	setvbuf(stdout, NULL, _IOLBF, 0);
	host_seed = seed ? strtoull(seed, NULL, 0) : 1;
	for (c = cases; c->name; c++)
		planned += host_selected(c->name, argc, argv);
	printf("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: %s\n    1..%u\n", suite,
	       planned);
	printf("    # seed %llu\n", host_seed);
	for (c = cases; c->name; c++) {
		if (!host_selected(c->name, argc, argv))
			continue;
		host_failures = 0;
		host_state = host_seed * 0x9e3779b97f4a7c15ULL | 1; /* each case starts alike */
		c->run();
		if (host_failures > 8)
			printf("    # %lu more failed expectations\n", host_failures - 8);
		failed += host_failures != 0;
		printf("    %s %u %s\n", host_failures ? "not ok" : "ok", ++number, c->name);
	}
	printf("%s 1 %s\n", failed || !planned ? "not ok" : "ok", suite);
	return failed || !planned;
}

#endif /* TESTS_HOST_HARNESS_H */
