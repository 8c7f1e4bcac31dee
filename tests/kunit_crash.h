/* SPDX-License-Identifier: MIT */
/*
 * Faults, BUGs, panics and warnings as results.
 *
 *	KUNIT_EXPECT_FAULT(test, *(volatile int *)8 = 1);
 *	KUNIT_EXPECT_FAULT_READ(test, high_memory);
 *	KUNIT_EXPECT_BUG(test, "*count*", list_del(&broken));
 *	KUNIT_EXPECT_PANIC(test, "out of memory*", eat_all());
 *	KUNIT_EXPECT_WARN(test, "*order 11*", alloc_pages(GFP_KERNEL, 11));
 *
 * The last argument is any statement, commas included. Where it crashes it is left at that point
 * as by a jump, so whatever it held (a lock, a half-made change) stays as it is: expect a crash
 * only of code whose checks come before its changes. The interrupt flag is put back. A warning
 * does not leave the statement.
 *
 * The check fails if the statement simply ends, or if the report's first line does not match the
 * GLOB (of lib/glob.h). If it crashes in another way than expected, the check fails with what it
 * was, and the case is left. Every ASSERT form leaves the case on failure, as usual. An ASSERT
 * inside the statement may leave the case too.
 *
 * A local variable that the statement changes has its new value after a crash only if it is
 * volatile. Context: the case's own flow of control, not an interrupt handler.
 */
#ifndef TESTS_KUNIT_CRASH_H
#define TESTS_KUNIT_CRASH_H

#include "kernel/cpu/recover.h"
#include "lib/atomic.h"
#include "tests/kunit_assert.h"

struct kunit;

/* How a statement should end. */
struct kunit_crash_wanted {
	struct kunit_check check; /* left_text is the statement's text */
	enum recovered kind;
};
#define KUNIT_ANY_VECTOR (-1)

/* A catch point on the stack of the function with the statement. */
struct kunit_crash_frame {
	void *env[5];
	struct recover_record record;
	struct recover_info info;
	struct kunit_crash_frame *outer;
	unsigned long flags;
};

/*
 * For the macros: set up a catch point; take it away and judge what info says against WANTED.
 * GLOB NULL: any text; VECTOR KUNIT_ANY_VECTOR: any fault; ADDRESS NULL: anywhere.
 */
void kunit_crash_enter(struct kunit_crash_frame *frame);
void kunit_crash_judge(struct kunit *test, struct kunit_crash_frame *frame,
		       const struct kunit_crash_wanted *wanted, const char *glob, int vector,
		       const volatile void *address);

/* The statement is there to go wrong: what gcc -fanalyzer sees in it is what the test is for. */
#if !defined(__clang__) && __GNUC__ >= 11
#define __kunit_no_analyzer                                                                        \
	_Pragma("GCC diagnostic ignored \"-Wanalyzer-null-dereference\"")                          \
		_Pragma("GCC diagnostic ignored \"-Wanalyzer-write-to-const\"")
#else
#define __kunit_no_analyzer
#endif

/* The statement; that a value of it is not used is not worth a warning here. */
#define __kunit_statement(...)                                                                     \
	do {                                                                                       \
		_Pragma("GCC diagnostic push")                                                     \
			_Pragma("GCC diagnostic ignored \"-Wunused-value\"")                       \
				__kunit_no_analyzer __VA_ARGS__;                                   \
		_Pragma("GCC diagnostic pop")                                                      \
	} while (0)

#define __kunit_crash(test, assert, kind, glob, vector, address, text, ...)                        \
	do {                                                                                       \
		static const struct kunit_crash_wanted __kunit_wanted = {                          \
			{__FILE__, __LINE__, assert, NULL, text, NULL}, kind};                     \
		struct kunit_crash_frame __kunit_frame;                                            \
                                                                                                   \
		kunit_crash_enter(&__kunit_frame);                                                 \
		if (__builtin_setjmp(__kunit_frame.env) == 0) {                                    \
			barrier(); /* the frame is in memory, whatever the statement does */       \
			__kunit_statement(__VA_ARGS__);                                            \
			barrier();                                                                 \
		}                                                                                  \
		kunit_crash_judge(test, &__kunit_frame, &__kunit_wanted, glob, vector, address);   \
	} while (0)

/* Any fault; one with this vector; a page fault at this address; and a read or write there. */
#define KUNIT_EXPECT_FAULT(test, ...)                                                              \
	__kunit_crash(test, false, RECOVERED_FAULT, NULL, KUNIT_ANY_VECTOR, NULL, #__VA_ARGS__,    \
		      __VA_ARGS__)
#define KUNIT_ASSERT_FAULT(test, ...)                                                              \
	__kunit_crash(test, true, RECOVERED_FAULT, NULL, KUNIT_ANY_VECTOR, NULL, #__VA_ARGS__,     \
		      __VA_ARGS__)
#define KUNIT_EXPECT_FAULT_VECTOR(test, vector, ...)                                               \
	__kunit_crash(test, false, RECOVERED_FAULT, NULL, vector, NULL, #__VA_ARGS__, __VA_ARGS__)
#define KUNIT_EXPECT_FAULT_AT(test, address, ...)                                                  \
	__kunit_crash(test, false, RECOVERED_FAULT, NULL, 14, (const volatile void *)(address),    \
		      #__VA_ARGS__, __VA_ARGS__)
#define KUNIT_EXPECT_FAULT_READ(test, address)                                                     \
	__kunit_crash(test, false, RECOVERED_FAULT, NULL, 14, (const volatile void *)(address),    \
		      "read of " #address, kunit_touch(address, false))
#define KUNIT_EXPECT_FAULT_WRITE(test, address)                                                    \
	__kunit_crash(test, false, RECOVERED_FAULT, NULL, 14, (const volatile void *)(address),    \
		      "write to " #address, kunit_touch(address, true))

/* Reads, or writes 0 to, the byte at ADDRESS, which the compiler knows nothing of. */
void __kunit_touch(unsigned long address, bool write);
#define kunit_touch(address, write) __kunit_touch((unsigned long)(address), write)

/* A failed BUG check, resp. a panic, whose first line matches GLOB. */
#define KUNIT_EXPECT_BUG(test, glob, ...)                                                          \
	__kunit_crash(test, false, RECOVERED_BUG, glob, KUNIT_ANY_VECTOR, NULL, #__VA_ARGS__,      \
		      __VA_ARGS__)
#define KUNIT_ASSERT_BUG(test, glob, ...)                                                          \
	__kunit_crash(test, true, RECOVERED_BUG, glob, KUNIT_ANY_VECTOR, NULL, #__VA_ARGS__,       \
		      __VA_ARGS__)
#define KUNIT_EXPECT_PANIC(test, glob, ...)                                                        \
	__kunit_crash(test, false, RECOVERED_PANIC, glob, KUNIT_ANY_VECTOR, NULL, #__VA_ARGS__,    \
		      __VA_ARGS__)
#define KUNIT_ASSERT_PANIC(test, glob, ...)                                                        \
	__kunit_crash(test, true, RECOVERED_PANIC, glob, KUNIT_ANY_VECTOR, NULL, #__VA_ARGS__,     \
		      __VA_ARGS__)

/* Warnings that are expected from here to the end of a statement. */
struct kunit_warn_watch {
	const char *glob;
	atomic_t nr_matched;
	struct kunit_warn_watch *outer;
};

/*
 * For the macros: begin and end a watch. Warnings that match the innermost watch they can are
 * swallowed and counted there; others are reported as ever, and break the invariant `warnings`.
 * WANTED is their number, 0 for "at least one".
 */
void kunit_warn_begin(struct kunit_warn_watch *watch, const char *glob);
void kunit_warn_judge(struct kunit *test, struct kunit_warn_watch *watch,
		      const struct kunit_check *check, unsigned int wanted);

/*
 * Warnings since boot that nobody expected; and a word for N of them after the fact, for a test of
 * this very count.
 */
unsigned long kunit_unexpected_warnings(void);
void kunit_forgive_warnings(unsigned long n);

#define __kunit_warn(test, assert, wanted, glob, text, ...)                                        \
	do {                                                                                       \
		struct kunit_warn_watch __kunit_watch;                                             \
                                                                                                   \
		__kunit_check(assert, NULL, text, NULL);                                           \
		kunit_warn_begin(&__kunit_watch, glob);                                            \
		__kunit_statement(__VA_ARGS__);                                                    \
		kunit_warn_judge(test, &__kunit_watch, &__kunit_at, wanted);                       \
	} while (0)

/* At least one, resp. exactly COUNT (at least 1) warnings whose text matches GLOB. */
#define KUNIT_EXPECT_WARN(test, glob, ...)                                                         \
	__kunit_warn(test, false, 0, glob, #__VA_ARGS__, __VA_ARGS__)
#define KUNIT_EXPECT_WARN_COUNT(test, count, glob, ...)                                            \
	__kunit_warn(test, false, count, glob, #__VA_ARGS__, __VA_ARGS__)

#endif /* TESTS_KUNIT_CRASH_H */
