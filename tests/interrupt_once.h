/* SPDX-License-Identifier: MIT */
/*
 * To do something once in an interrupt handler.
 */
#ifndef TESTS_INTERRUPT_ONCE_H
#define TESTS_INTERRUPT_ONCE_H

#include "kernel/cpu/irq.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

#define ONCE_IRQ 10 /* a line that no device has */

/* @handler(ONCE_IRQ, @arg) runs on this CPU, before this returns. @name: as for request_irq(). */
static inline void interrupt_once(struct kunit *test, irq_handler_t handler, const char *name,
				  void *arg)
{
	KUNIT_ASSERT_EQ(test, request_irq(ONCE_IRQ, handler, name, arg), 0);
	raise_vector(FIRST_IRQ_VECTOR + ONCE_IRQ);
	free_irq(ONCE_IRQ);
}

#endif /* TESTS_INTERRUPT_ONCE_H */
