/* SPDX-License-Identifier: MIT */
/*
 * Traps: every vector arrives under its own number, the interrupted code's registers survive, and
 * a fault carries what the CPU said about it.
 *
 * The trick of the first tests is INT n, which enters through the same gate and stub as the
 * real thing. Only where the exception has an error code that does not work (INT pushes none), and
 * the real fault is raised.
 */
#include "boot/layout.h"
#include "boot/x86.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/recover.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/traps.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

static struct pt_regs seen;
static u32 seen_eflags;
static unsigned int seen_count;

static void capture(struct pt_regs *regs)
{
	seen = *regs;
	seen_eflags = read_eflags();
	seen_count++;
}

static bool has_error_code(unsigned int v)
{
	return v == X86_TRAP_DF || (v >= X86_TRAP_TS && v <= X86_TRAP_PF) || v == X86_TRAP_AC ||
	       v == 21 || v == 29 || v == 30;
}

static trap_handler_t replaced; /* by capture_own() */
static unsigned int raiser;     /* the CPU whose interrupt is the test's */

/* Handlers are all CPUs': a real interrupt of the same vector, elsewhere, gets its own. */
static void capture_own(struct pt_regs *regs)
{
	if (smp_processor_id() == raiser)
		capture(regs);
	else
		replaced(regs);
}

/* Raise @vector and capture it, interrupts off so that no real one gets there. */
static void raise_captured(unsigned int vector)
{
	unsigned long flags;

	local_irq_save(flags);
	raiser = smp_processor_id();
	replaced = trap_get_handler(vector);
	trap_set_handler(vector, capture_own);
	raise_vector(vector);
	trap_set_handler(vector, replaced);
	local_irq_restore(flags);
}

static void every_vector_arrives(struct kunit *test)
{
	unsigned int v;

	for (v = 0; v < NR_VECTORS; v++) {
		const char *stub = raise_stubs + v * RAISE_STUB_BYTES;

		if (has_error_code(v))
			continue;
		memset(&seen, 0xff, sizeof(seen));
		raise_captured(v);
		KUNIT_EXPECT_EQ(test, seen.vector, v);
		KUNIT_EXPECT_EQ_MSG(test, seen.error, 0, "vector %u", v);
		KUNIT_EXPECT_EQ_MSG(test, seen.eip, (unsigned long)stub + RAISE_INT_BYTES,
				    "vector %u", v);
		KUNIT_EXPECT_EQ_MSG(test, seen.cs & 0xffff, KERNEL_CS, "vector %u", v);
	}
}

static void registers_survive(struct kunit *test)
{
	const struct raise_registers want = {0x11111111, 0x22222222, 0x33333333, 0x44444444,
					     0x55555555, 0x66666666, 0x77777777};
	struct raise_registers r = want;
	trap_handler_t old = trap_set_handler(200, capture);
	u32 eflags = raise_with_registers(&r, 200);

	trap_set_handler(200, old);
	KUNIT_EXPECT_MEMEQ(test, &r, &want, sizeof(r));
	KUNIT_EXPECT_MEMEQ(test, &seen, &want, sizeof(want));
	KUNIT_EXPECT_TRUE_MSG(test, eflags & EFLAGS_DF, "DF of the interrupted code");
	KUNIT_EXPECT_TRUE(test, seen.eflags & EFLAGS_DF);
	KUNIT_EXPECT_FALSE_MSG(test, seen_eflags & EFLAGS_DF, "DF in the handler");
	KUNIT_EXPECT_FALSE_MSG(test, seen_eflags & EFLAGS_IF, "IF in the handler");
	KUNIT_EXPECT_EQ(test, seen.ds & 0xffff, KERNEL_DS);
}

static void skip_insn(struct pt_regs *regs)
{
	capture(regs);
	regs->eip += 2; /* both DIV ECX and UD2 are two bytes long */
}

static void handler_moves_on(struct kunit *test)
{
	trap_handler_t old = trap_set_handler(X86_TRAP_UD, skip_insn);

	KUNIT_EXPECT_PTR_EQ(test, trap_set_handler(X86_TRAP_UD, skip_insn), &skip_insn);
	raise_undefined();
	trap_set_handler(X86_TRAP_UD, old);
	KUNIT_EXPECT_EQ(test, seen.eip, (unsigned long)raise_undefined_insn);
	KUNIT_EXPECT_EQ(test, seen.vector, X86_TRAP_UD);
}

static void faults_name_themselves(struct kunit *test)
{
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_DE, raise_divide());
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_BP, raise_vector(X86_TRAP_BP));
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_OF, raise_overflow());
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_BR, raise_bound());
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_UD, raise_undefined());
}

static void bad_selector(void *arg)
{
	raise_protection((u16)(unsigned long)arg);
}

static void error_codes_arrive(struct kunit *test)
{
	struct recover_info info;

	/* A selector beyond the GDT is the error code, its lowest two bits aside [SDM3 6.13]. */
	KUNIT_ASSERT_EQ(test, recover_try(bad_selector, (void *)0x4b8ul, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, info.vector, X86_TRAP_GP);
	KUNIT_EXPECT_EQ(test, info.error, 0x4b8);
	KUNIT_EXPECT_STREQ(test, info.text, "general protection fault, error code 0x04b8");
}

static void read_byte(void *arg)
{
	(void)*(volatile u8 *)arg;
}

static void write_byte(void *arg)
{
	*(volatile u8 *)arg = 0;
}

static void call(void *arg)
{
	((void (*)(void))arg)();
}

static void page_faults_say_how(struct kunit *test)
{
	void *hole = (void *)FIXADDR_TOP; /* the last page is never mapped */
	struct recover_info info;

	KUNIT_ASSERT_EQ(test, recover_try(read_byte, hole, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, info.vector, X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, info.error, 0);
	KUNIT_EXPECT_EQ(test, info.address, (unsigned long)hole);
	KUNIT_EXPECT_STREQ(test, info.text,
			   "page fault: read of address 0xfffff000 (page not present)");

	KUNIT_ASSERT_EQ(test, recover_try(write_byte, hole, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, info.error, PF_WRITE);
	KUNIT_EXPECT_STREQ(test, info.text,
			   "page fault: write to address 0xfffff000 (page not present)");

	KUNIT_ASSERT_EQ(test, recover_try(call, hole, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, info.eip, (unsigned long)hole);
	KUNIT_EXPECT_STREQ(test, info.text,
			   "page fault: execution of address 0xfffff000 (page not present)");

	KUNIT_ASSERT_EQ(test, recover_try(write_byte, __text_start, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, info.error, PF_WRITE | PF_PRESENT);
	KUNIT_EXPECT_NOT_NULL(test, strstr(info.text, "(page protection)"));

	KUNIT_ASSERT_EQ(test, recover_try(read_byte, (void *)8, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_STREQ(
		test, info.text,
		"page fault: read of null pointer, address 0x00000008 (page not present)");
}

static unsigned long hook_cr2;

static bool claim_fault(struct pt_regs *regs, unsigned long cr2)
{
	hook_cr2 = cr2;
	regs->eip = (unsigned long)raise_divide_insn + 2; /* a RET */
	return cr2 == FIXADDR_TOP + 4;
}

static void page_fault_hook_comes_first(struct kunit *test)
{
	bool (*old)(struct pt_regs * regs, unsigned long cr2) = page_fault_hook;

	page_fault_hook = claim_fault;
	call((void *)(FIXADDR_TOP + 4));
	page_fault_hook = old;
	KUNIT_EXPECT_EQ(test, hook_cr2, FIXADDR_TOP + 4ul);
}

static void names(struct kunit *test)
{
	unsigned int v;

	for (v = 0; v < NR_VECTORS; v++)
		KUNIT_EXPECT_NOT_NULL(test, trap_name(v));
	KUNIT_EXPECT_STREQ(test, trap_name(X86_TRAP_PF), "page fault");
	KUNIT_EXPECT_STREQ(test, trap_name(21), "control protection exception");
	KUNIT_EXPECT_STREQ(test, trap_name(31), "reserved exception");
	KUNIT_EXPECT_STREQ(test, trap_name(255), "interrupt");
}

static void nmi_reasons(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, strstr(nmi_reason(0x80), "SERR"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(nmi_reason(0x40), "IOCHK"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(nmi_reason(0x3f), "unknown"));
}

/* Reported and survived: a real NMI needs somebody outside, INT 2 comes through the same gate. */
static void nmi_goes_on(struct kunit *test)
{
	unsigned long before;

	preempt_disable();
	before = this_cpu_read(irq_stat.nmis);
	raise_vector(X86_TRAP_NMI);
	KUNIT_EXPECT_EQ(test, this_cpu_read(irq_stat.nmis), before + 1);
	preempt_enable();
}

static struct kunit_case trap_cases[] = {
	KUNIT_CASE(every_vector_arrives),
	KUNIT_CASE(registers_survive),
	KUNIT_CASE(handler_moves_on),
	KUNIT_CASE(faults_name_themselves),
	KUNIT_CASE(error_codes_arrive),
	KUNIT_CASE(page_faults_say_how),
	KUNIT_CASE(page_fault_hook_comes_first),
	KUNIT_CASE(names),
	KUNIT_CASE(nmi_reasons),
	KUNIT_CASE_SLOW(nmi_goes_on),
	{},
};

static struct kunit_suite trap_suite = {
	.name = "cpu_trap",
	.test_cases = trap_cases,
	.quick = true,
};
kunit_test_suite(trap_suite);
