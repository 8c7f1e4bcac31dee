/* SPDX-License-Identifier: MIT */
/*
 * All that the framework needs of the machine it runs on. kunit_port.c gives it in the kernel;
 * the host's tests of the framework give their own.
 */
#ifndef TESTS_KUNIT_PORT_H
#define TESTS_KUNIT_PORT_H

#include "tests/kunit.h"

/* Nanoseconds since some start; may stand still where there is no clock. */
u64 kunit_port_now(void);

/*
 * A case begins, resp. has ended by return or by abort: what an abort may have left behind (the
 * interrupt flag, say) is put back as it was. They nest. Returns a state for the end to take.
 */
unsigned long kunit_port_begin(void);
void kunit_port_end(unsigned long state);

/* Nothing is under way any more: work that was deferred is done. Around each case's invariants. */
void kunit_port_settle(void);

/*
 * The innermost expectations of crashes and warnings now, and the return to earlier ones, for a
 * jump that leaves everything entered since.
 */
struct kunit_point kunit_port_point(void);
void kunit_port_unwind(struct kunit_point point);

/*
 * Who runs: a case belongs to the task that runs it. kunit_port_leave() ends another one, in which
 * an ASSERT failed: it has no catch point to go back to.
 */
void *kunit_port_self(void);
void kunit_port_leave(void) __noreturn;

/*
 * Whether TEXT can be a name: a constant of the program. And whether TEST_CASE, an entry of a list
 * that may have no end, can be a case: functions that are the program's, and a name or NULL.
 */
bool kunit_port_is_constant(const char *text);
bool kunit_port_is_case(const struct kunit_case *test_case);

/* The framework itself is broken (an abort with no case to leave): stops. */
void kunit_port_stop(const char *why) __noreturn;

#endif /* TESTS_KUNIT_PORT_H */
