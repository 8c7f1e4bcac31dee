/* SPDX-License-Identifier: MIT */
/*
 * What a suite has on the host beyond the framework (tests/kunit.h, which works here as in the
 * kernel): memory with guards, repeatable random numbers, files, and libc's functions to compare
 * with. (Programs with a main() of their own use tests/host/harness.h instead.)
 *
 * A host suite is a file tests/host/NAME_suite.c, written like one for the kernel:
 *
 *	#include "tests/host/suite.h"
 *
 *	static void adds(struct kunit *test)
 *	{
 *		KUNIT_EXPECT_EQ(test, 1 + 1, 2);
 *	}
 *	...
 *	kunit_test_suite(my_suite);
 *
 * It is compiled with tests/host/rename.h, so memcpy() and its like are loft's. A BUG or a fault
 * outside of what expects one ends the program with a report.
 */
#ifndef TESTS_HOST_SUITE_H
#define TESTS_HOST_SUITE_H

#include "lib/compiler.h"
#include "lib/random.h"
#include "lib/stdarg.h"
#include "tests/kunit.h"

/*
 * The random numbers of this run. The seed is printed at the start, and again by --seed N the same
 * sequence comes; each case begins it anew, so that it can be repeated alone.
 */
extern struct rnd_state host_random;

/*
 * SIZE bytes that end right before poisoned memory, freed when the case ends, or by
 * host_free_all() in a case that needs much. NULL only for SIZE 0, perhaps.
 */
void *host_alloc(struct kunit *test, size_t size);
void host_free_all(struct kunit *test);
/* A copy of the N bytes at DATA in memory of exactly that size. */
void *host_copy(struct kunit *test, const void *data, size_t n);

/*
 * The whole file PATH, *SIZE bytes and a NUL behind them, freed when the case ends. NULL if it
 * cannot be read.
 */
void *host_read_file(struct kunit *test, const char *path, size_t *size);
/* Calls FN(ARG, path) for each plain file in DIRECTORY, in the order of their names. */
void host_for_each_file(const char *directory, void (*fn)(void *arg, const char *path), void *arg);

/* Seconds since some start, for tests with a time to keep. */
double host_seconds(void);

/* libc's, to compare with. */
int libc_vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int libc_snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
unsigned long long libc_strtoull(const char *s, char **end, int base);
char *libc_strstr(const char *s, const char *needle);
int libc_strncmp(const char *a, const char *b, size_t n);
int libc_fnmatch(const char *pattern, const char *s);

#endif /* TESTS_HOST_SUITE_H */
