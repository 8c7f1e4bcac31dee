/* SPDX-License-Identifier: MIT */
/*
 * The test framework: KUnit's interface, as Linux 6.1 has it.
 *
 * A suite is a table of cases; kunit_test_suite() puts it where the runner finds it. A case is a
 * function of a struct kunit: an EXPECT that does not hold marks the case failed and goes on, an
 * ASSERT leaves the case at once. The report is KTAP version 1 (tests/ktap.h). What is loft's own:
 *
 *   - results are ordered, and the worst one of a case counts: pass < skip < error < failure
 *     (in Linux a late kunit_skip() hides an earlier failure);
 *   - kunit_error(): the test cannot judge, because its detector does not work;
 *   - around every case the invariants of tests/invariant.h are compared;
 *   - faults, BUGs, panics and warnings can be results (tests/kunit_crash.h);
 *   - a suite may be `quick` (part of the set that runs at every boot) or `manual` (runs only when
 *     its name is given in full; for suites that end the machine on purpose).
 *
 * A template for a new test is tests/kunit_example_test.c. Context: cases run one after the other
 * on one CPU, interrupts on, and may do whatever the kernel may do there.
 */
#ifndef TESTS_KUNIT_H
#define TESTS_KUNIT_H

#include "lib/bug.h"
#include "lib/compiler.h"
#include "lib/err.h"
#include "lib/list.h"

struct kunit;
struct kunit_run;

/* Results from best to worst; a case keeps the worst that it met. */
enum kunit_status { KUNIT_SUCCESS, KUNIT_SKIPPED, KUNIT_ERROR, KUNIT_FAILURE };

enum kunit_speed { KUNIT_SPEED_NORMAL, KUNIT_SPEED_SLOW };

/* One test case. Tables end with an empty entry. Fill it by the KUNIT_CASE macros. */
struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	/* Returns the parameter after PREV (the first for NULL), NULL after the last one; may write
	 * a description to DESC (KUNIT_PARAM_DESC_SIZE bytes). Called once more in advance, to
	 * count. */
	const void *(*generate_params)(const void *prev, char *desc);
	enum kunit_speed speed;
};

#define KUNIT_PARAM_DESC_SIZE 128

#define KUNIT_CASE(fn)                                                                             \
	{                                                                                          \
		.run_case = fn, .name = #fn                                                        \
	}
/* Takes long: left out of the quick set. */
#define KUNIT_CASE_SLOW(fn)                                                                        \
	{                                                                                          \
		.run_case = fn, .name = #fn, .speed = KUNIT_SPEED_SLOW                             \
	}
/* Runs once for each parameter that GEN returns; the test reads it in test->param_value. */
#define KUNIT_CASE_PARAM(fn, gen)                                                                  \
	{                                                                                          \
		.run_case = fn, .name = #fn, .generate_params = gen                                \
	}
#define KUNIT_CASE_PARAM_SLOW(fn, gen)                                                             \
	{                                                                                          \
		.run_case = fn, .name = #fn, .generate_params = gen, .speed = KUNIT_SPEED_SLOW     \
	}

/* Defines NAME_gen_params(), which walks ARRAY; GET_DESC(element, buffer) describes, or NULL. */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)                                                   \
	static const void *name##_gen_params(const void *__prev, char *__desc)                     \
	{                                                                                          \
		__typeof__((array)[0]) *__next = (__typeof__(__next))__prev;                       \
		void (*__describe)(__typeof__(__next), char *) = get_desc;                         \
                                                                                                   \
		__next = __prev ? __next + 1 : (array);                                            \
		if (__next >= (array) + ARRAY_SIZE(array))                                         \
			return NULL;                                                               \
		if (__describe)                                                                    \
			__describe(__next, __desc);                                                \
		return __next;                                                                     \
	}

/*
 * A suite. Order: suite_init, then for each case init, the case, exit, and last suite_exit.
 * A non-zero suite_init makes every case an error; a non-zero init fails its case. exit runs
 * after every case, also one that was aborted or whose init failed. suite_exit runs if
 * suite_init succeeded.
 */
struct kunit_suite {
	const char *name;
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	bool quick;  /* its cases that are not slow run at every boot: milliseconds, and silent */
	bool manual; /* runs only when a GLOB spells out its name */
};

/* Registers suites by address. */
#define kunit_test_suites(...)                                                                     \
	static struct kunit_suite *const __unique(__kunit_suites)[] __used __section(              \
		".kunit_suites") = {__VA_ARGS__}
#define kunit_test_suite(suite) kunit_test_suites(&(suite))

/* Iterates over the cases of SUITE. */
#define kunit_suite_for_each_test_case(suite, test_case)                                           \
	for (test_case = (suite)->test_cases; test_case && test_case->run_case; test_case++)

/* The innermost expectations of a crash and of a warning; NULL without. tests/kunit_crash.h */
struct kunit_point {
	void *record, *frame, *watch;
};

/* Where an abort goes: one for each level of calls that an ASSERT must not leave. */
struct kunit_catch {
	void *env[5];
	struct kunit_catch *outer;
	struct kunit_point point;
	void *task; /* whose it is */
};

#define KUNIT_STATUS_COMMENT_SIZE 160

/* A running case. priv, param_value and param_index are the test's; the rest is the framework's. */
struct kunit {
	void *priv;              /* for the test: set in init, say */
	const char *name;        /* of the case */
	const void *param_value; /* NULL without parameters */
	int param_index;         /* from 0 */

	enum kunit_status status;
	char status_comment[KUNIT_STATUS_COMMENT_SIZE]; /* why skipped, or why it cannot judge */
	struct kunit_run *run;
	struct kunit_catch *catch;
	unsigned int indent;        /* of its log lines, in spaces */
	struct list_head resources; /* freed after the case, last one first */
	bool init_done;             /* init returned 0 */
};

/* The case that runs now, NULL outside of tests. */
extern struct kunit *kunit_current_test;

static inline struct kunit *kunit_get_current_test(void)
{
	return kunit_current_test;
}

/* ---- what a case calls ---- */

/*
 * Marks the case failed, resp. marks it at least STATUS with a reason; does not leave it. A better
 * status than the case already has changes nothing.
 */
void kunit_set_failure(struct kunit *test);
void kunit_mark(struct kunit *test, enum kunit_status status, const char *fmt, ...) __printf(3, 4);

/* Leaves the case at once. The case's init and exit may call it too; after it exit still runs. */
void kunit_abort(struct kunit *test) __noreturn;

#define kunit_mark_skipped(test, fmt, ...) kunit_mark(test, KUNIT_SKIPPED, fmt, ##__VA_ARGS__)

/* Leaves the case: it does not apply on this machine. A skip counts as nothing. */
#define kunit_skip(test, fmt, ...)                                                                 \
	do {                                                                                       \
		kunit_mark(test, KUNIT_SKIPPED, fmt, ##__VA_ARGS__);                               \
		kunit_abort(test);                                                                 \
	} while (0)

/* Leaves the case: it cannot judge (`not ok N name # ERROR reason`). Counts as failed. */
#define kunit_error(test, fmt, ...)                                                                \
	do {                                                                                       \
		kunit_mark(test, KUNIT_ERROR, fmt, ##__VA_ARGS__);                                 \
		kunit_abort(test);                                                                 \
	} while (0)

/*
 * Diagnostic lines, `# case: text` at the case's indent; a '\n' in the text begins another line.
 * kunit_info() is dropped in the quick set. Any context.
 */
void kunit_log_test(const struct kunit *test, bool important, const char *fmt, ...) __printf(3, 4);
void kunit_log_suite(const struct kunit_suite *suite, bool important, const char *fmt, ...)
	__printf(3, 4);

#define __kunit_log(test_or_suite, important, ...)                                                 \
	_Generic((test_or_suite), struct kunit_suite *                                             \
		 : kunit_log_suite, const struct kunit_suite *                                     \
		 : kunit_log_suite, default                                                        \
		 : kunit_log_test)(test_or_suite, important, __VA_ARGS__)
#define kunit_log(level, test_or_suite, ...)    __kunit_log(test_or_suite, false, __VA_ARGS__)
#define kunit_printk(level, test_or_suite, ...) __kunit_log(test_or_suite, false, __VA_ARGS__)
#define kunit_info(test_or_suite, ...)          __kunit_log(test_or_suite, false, __VA_ARGS__)
#define kunit_warn(test_or_suite, ...)          __kunit_log(test_or_suite, true, __VA_ARGS__)
#define kunit_err(test_or_suite, ...)           __kunit_log(test_or_suite, true, __VA_ARGS__)

#include "tests/kunit_assert.h"
#include "tests/kunit_resource.h"
#include "tests/kunit_crash.h"

#endif /* TESTS_KUNIT_H */
