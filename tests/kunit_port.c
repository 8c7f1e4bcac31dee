/* SPDX-License-Identifier: MIT */
/*
 * The framework's view of the kernel it runs in: see tests/kunit_port.h. And the invariants that
 * belong to no other part: the interrupt flag, the paging registers, and warnings nobody expected.
 */
#include "tests/kunit_port.h"

#include "boot/layout.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/symbols.h"
#include "kernel/cpu/clock.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/workqueue.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "proc/kthread.h"
#include "tests/invariant.h"

u64 kunit_port_now(void)
{
	return clock_ns();
}

#define SETTLE_TICKS 500

/*
 * A case runs on the boot CPU unless it asks for others: most look at something of their CPU, and
 * what they see is to be the same each time. Runs nest; the outermost case decides.
 */
static unsigned int running;
static struct cpumask allowed_before;
static unsigned int threads_before; /* that were there when the outermost case began */

unsigned long kunit_port_begin(void)
{
	if (running == 0)
		threads_before = kthread_count();
	might_sleep_forget();
	if (running++ == 0 && preemptible()) {
		cpumask_copy(&allowed_before, &current->cpus_mask);
		set_cpus_allowed_ptr(current, cpumask_of(0));
	}
	return read_eflags();
}

void kunit_port_end(unsigned long state)
{
	write_eflags(state);
	if (--running == 0 && preemptible())
		set_cpus_allowed_ptr(current, &allowed_before);
}

void kunit_port_settle(void)
{
	if (rcu_callbacks_pending() && preemptible())
		rcu_barrier();
	workqueue_settle();
	if (!preemptible())
		return;
	/* A thread that has done its work may have some steps to its end still. */
	for (int i = 0; i < SETTLE_TICKS && running && kthread_count() > threads_before; i++)
		schedule_timeout_uninterruptible(1);
	kthreads_settle();
}

void *kunit_port_self(void)
{
	return current;
}

void kunit_port_leave(void)
{
	kthread_exit(-EINTR);
}

bool kunit_port_is_constant(const char *text)
{
	return text >= __rodata_start && text < __image_end;
}

/* Addresses inside of functions are in the data, too: the table of exceptions has many. */
static bool is_function(unsigned long address)
{
	unsigned long offset;

	return symbol_lookup(address, &offset, NULL) && offset == 0;
}

bool kunit_port_is_case(const struct kunit_case *test_case)
{
	return is_function((unsigned long)test_case->run_case) &&
	       (!test_case->generate_params ||
		is_function((unsigned long)test_case->generate_params)) &&
	       (!test_case->name || kunit_port_is_constant(test_case->name));
}

void kunit_port_stop(const char *why)
{
	panic("kunit: %s", why);
}

static void take_interrupt_flag(struct invariant_state *now)
{
	now->value[0] = !irqs_disabled();
}

static bool judge_interrupt_flag(const struct invariant_state *before,
				 const struct invariant_state *after, char *why, size_t size)
{
	if (before->value[0] == after->value[0])
		return true;
	snprintf(why, size, "left with interrupts %s", after->value[0] ? "on" : "off");
	return false;
}
TEST_INVARIANT(interrupt_flag, take_interrupt_flag, judge_interrupt_flag);

static void take_control_registers(struct invariant_state *now)
{
	now->value[0] = read_cr0();
	now->value[1] = read_cr3();
}
TEST_INVARIANT_NAMED(control_registers, take_control_registers, "CR0", "CR3");

static void take_warnings(struct invariant_state *now)
{
	now->value[0] = kunit_unexpected_warnings();
}

static bool judge_warnings(const struct invariant_state *before,
			   const struct invariant_state *after, char *why, size_t size)
{
	if (before->value[0] == after->value[0])
		return true;
	snprintf(why, size, "%llu unexpected warning(s)", after->value[0] - before->value[0]);
	return false;
}
TEST_INVARIANT(warnings, take_warnings, judge_warnings);

static void take_threads(struct invariant_state *now)
{
	now->value[0] = kthread_count();
}

static bool judge_threads(const struct invariant_state *before, const struct invariant_state *after,
			  char *why, size_t size)
{
	if (before->value[0] == after->value[0])
		return true;
	snprintf(why, size, "%llu threads before, %llu after", before->value[0], after->value[0]);
	return false;
}
TEST_INVARIANT(threads, take_threads, judge_threads);
