/* SPDX-License-Identifier: MIT */
/*
 * Proves of NMIs: whoever asks in one where he is is told so; one that sends a message leaves alone
 * the message that it may have interrupted; and a CPU that is asked something and answers late is
 * not taken for a machine in trouble.
 */
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/nmi_backtrace.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/sched.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

static struct {
	bool taken, interrupt, nmi, irq, softirq, task, atomic, irqs_off;
	unsigned int count;
} seen;

static bool sample(struct pt_regs *regs)
{
	seen.interrupt = in_interrupt();
	seen.nmi = in_nmi();
	seen.irq = in_irq();
	seen.softirq = in_softirq();
	seen.task = in_task();
	seen.atomic = in_atomic();
	seen.irqs_off = irqs_disabled();
	seen.count = preempt_count();
	WRITE_ONCE(seen.taken, true);
	return true;
}

/* A real one, from this CPU to itself; without an APIC its gate must do. */
static void nmi_to_self(void)
{
	WRITE_ONCE(seen.taken, false);
	if (apic_present())
		apic_send_nmi(smp_processor_id());
	else
		raise_vector(X86_TRAP_NMI);
	wait_until(READ_ONCE(seen.taken));
}

static void contexts_are_told_apart(struct kunit *test)
{
	unsigned int before;

	preempt_disable();
	nmi_hook = sample;
	before = preempt_count();
	nmi_to_self();
	KUNIT_EXPECT_EQ(test, preempt_count(), before);
	KUNIT_EXPECT_TRUE(test, seen.taken);
	KUNIT_EXPECT_TRUE(test, seen.interrupt && seen.nmi && seen.irq);
	KUNIT_EXPECT_TRUE(test, seen.atomic && seen.irqs_off);
	KUNIT_EXPECT_FALSE(test, seen.softirq);
	KUNIT_EXPECT_FALSE(test, seen.task);
	KUNIT_EXPECT_EQ(test, seen.count, before + NMI_OFFSET + HARDIRQ_OFFSET);
	local_bh_disable();
	nmi_to_self();
	KUNIT_EXPECT_TRUE(test, seen.nmi && seen.softirq);
	local_bh_enable();
	nmi_hook = NULL;
	KUNIT_EXPECT_FALSE(test, in_nmi() || in_irq() || in_interrupt());
	preempt_enable();
}

static bool send_a_message(struct pt_regs *regs)
{
	smp_send_reschedule((int)smp_processor_id());
	WRITE_ONCE(seen.taken, true);
	return true;
}

/*
 * Where the NMI hits is not ours to choose, so the test stands where a sender would be hit: it has
 * named a destination, and has not sent yet. By the gate: a real NMI to itself is a message, too.
 */
static void messages_from_nmis_spare_what_they_interrupt(struct kunit *test)
{
	const u32 destination = 0x5a000000;
	unsigned long flags;

	if (!apic_present())
		kunit_skip(test, "no APIC");
	WRITE_ONCE(seen.taken, false);
	nmi_hook = send_a_message;
	local_irq_save(flags);
	apic_write(APIC_ICR_HIGH, destination);
	raise_vector(X86_TRAP_NMI);
	KUNIT_EXPECT_EQ(test, apic_read(APIC_ICR_HIGH), destination);
	local_irq_restore(flags);
	nmi_hook = NULL;
	KUNIT_EXPECT_TRUE(test, READ_ONCE(seen.taken));
}

static bool in_hook, let_go;

/* Keeps the CPU from answering until it is let go. */
static bool answer_late(struct pt_regs *regs)
{
	WRITE_ONCE(in_hook, true);
	while (!READ_ONCE(let_go))
		cpu_relax();
	return false;
}

static void answer_a_call(void *unused)
{
}

static bool log_has(struct log_cursor *cursor, const char *text)
{
	struct log_record record;
	bool found = false;
	char line[128];

	while (printk_read(cursor, &record, line, sizeof(line)))
		found |= strstr(line, text) != NULL;
	return found;
}

static void late_answers_are_no_unknown_nmis(struct kunit *test)
{
	struct log_cursor cursor = {0}, again;
	unsigned int other, limit = nmi_answer_ms;
	unsigned long nmis;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	log_has(&cursor, "");
	again = cursor;
	migrate_disable();
	other = cpumask_any_but(cpu_online_mask, smp_processor_id());
	nmis = per_cpu(irq_stat, other).nmis;
	WRITE_ONCE(in_hook, false);
	WRITE_ONCE(let_go, false);
	nmi_hook = answer_late;
	nmi_answer_ms = 1;
	KUNIT_EXPECT_TRUE(test, trigger_single_cpu_backtrace(other));
	nmi_answer_ms = limit;
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(in_hook)));
	WRITE_ONCE(let_go, true);
	KUNIT_EXPECT_TRUE(test, log_has(&cursor, "does not answer to an NMI"));
	/* The next question is answered, after the late NMI is over. */
	nmi_hook = NULL;
	KUNIT_EXPECT_TRUE(test, trigger_single_cpu_backtrace(other));
	KUNIT_EXPECT_TRUE(test, wait_until(per_cpu(irq_stat, other).nmis - nmis == 2));
	smp_call_function_single((int)other, answer_a_call, NULL, 1); /* its handler is over */
	migrate_enable();
	KUNIT_EXPECT_TRUE(test, log_has(&cursor, "CPU "));
	KUNIT_EXPECT_FALSE(test, log_has(&again, "unknown reason"));
}

static struct kunit_case nmi_cases[] = {
	KUNIT_CASE(contexts_are_told_apart),
	KUNIT_CASE(messages_from_nmis_spare_what_they_interrupt),
	KUNIT_CASE_SLOW(late_answers_are_no_unknown_nmis),
	{},
};

static struct kunit_suite nmi_suite = {
	.name = "cpu_nmi",
	.test_cases = nmi_cases,
	.quick = true,
};
kunit_test_suite(nmi_suite);
