/* SPDX-License-Identifier: MIT */
/*
 * Coroutines for host programs: calls that stop in their middle and go on later, on stacks of their
 * own. The sanitiser is told of each switch.
 */
#ifndef TESTS_HOST_FIBERS_H
#define TESTS_HOST_FIBERS_H

#include <sanitizer/common_interface_defs.h>
#include <ucontext.h>

#define FIBER_STACK 65536

struct fiber {
	ucontext_t context;
	void (*main)(void *arg);
	void *arg;
	char stack[FIBER_STACK] __attribute__((aligned(16)));
};

static ucontext_t fiber_caller;
static struct fiber *fiber_now;
static const void *fiber_caller_stack;
static size_t fiber_caller_size;

/* Goes on in the fiber until it leaves. */
static inline void fiber_enter(struct fiber *fiber)
{
	void *fake;

	fiber_now = fiber;
	__sanitizer_start_switch_fiber(&fake, fiber->stack, FIBER_STACK);
	swapcontext(&fiber_caller, &fiber->context);
	__sanitizer_finish_switch_fiber(fake, NULL, NULL);
}

/* Back to who entered the fiber that runs. */
static inline void fiber_leave(void)
{
	struct fiber *fiber = fiber_now;
	void *fake;

	__sanitizer_start_switch_fiber(&fake, fiber_caller_stack, fiber_caller_size);
	swapcontext(&fiber->context, &fiber_caller);
	__sanitizer_finish_switch_fiber(fake, &fiber_caller_stack, &fiber_caller_size);
}

static inline void fiber_begin(void)
{
	__sanitizer_finish_switch_fiber(NULL, &fiber_caller_stack, &fiber_caller_size);
	fiber_now->main(fiber_now->arg);
}

/* MAIN never returns. */
static inline void fiber_make(struct fiber *fiber, void (*main)(void *arg), void *arg)
{
	fiber->main = main;
	fiber->arg = arg;
	getcontext(&fiber->context);
	fiber->context.uc_stack.ss_sp = fiber->stack;
	fiber->context.uc_stack.ss_size = FIBER_STACK;
	makecontext(&fiber->context, fiber_begin, 0);
}

#endif /* TESTS_HOST_FIBERS_H */
