/* SPDX-License-Identifier: MIT */
/*
 * For code without locks: a function runs on this CPU, one instruction at a time, and between two
 * of them another CPU does its work, from beginning to end. So a test meets each moment in which
 * the function can be overtaken, and none by luck.
 */
#ifndef TESTS_OVERTAKE_H
#define TESTS_OVERTAKE_H

#include "lib/types.h"

struct kunit;

/*
 * overtake_begin() - a thread on another CPU that does @work(@arg) when it is told to; skips the
 * case where there is one CPU. This CPU stays the task's until overtake_end(). One at a time.
 */
void overtake_begin(struct kunit *test, void (*work)(void *arg), void *arg);
void overtake_end(void);

/*
 * overtake() - runs @fn(@arg) and has the work done after its instruction number @at (1 is the
 * first), if an interrupt could come and preempt the function there: else it may hold a lock that
 * the work needs. The work must not wait for an answer of this CPU. False: @fn is not that long.
 */
bool overtake(void (*fn)(void *arg), void *arg, unsigned int at);

/* How often the work was done within @fn since overtake_begin(). */
unsigned int overtaken(void);

#endif
