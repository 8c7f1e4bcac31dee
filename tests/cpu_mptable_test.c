/* SPDX-License-Identifier: MIT */
/*
 * The older list of CPUs, the MP table: what it says arrives, also where it is only the number of a
 * default configuration; broken ones are refused, or count as far as they are whole.
 */
#include "lib/errno.h"
#include "tests/kunit.h"
#include "tests/made_tables.h"

static void the_mp_table_is_read(struct kunit *test)
{
	made_mptable();
	KUNIT_ASSERT_EQ(test, made_from_mptable(), 0);
	KUNIT_EXPECT_EQ(test, made_said, 0u);
	KUNIT_EXPECT_STREQ(test, made_config.source, "MP table");
	KUNIT_EXPECT_TRUE(test, made_config.imcr);
	KUNIT_EXPECT_EQ(test, made_config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, made_config.apic_id[0], 7u);
	KUNIT_EXPECT_EQ(test, made_config.apic_id[1], 9u);
	KUNIT_EXPECT_EQ(test, made_config.cpus_off, 1u);
	KUNIT_EXPECT_EQ(test, made_config.nr_ioapics, 1u);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[0].gsi, 2u);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[5].gsi, 5u);
	KUNIT_EXPECT_FALSE(test, made_config.isa_irq[5].given);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[11].flags, 0xf);
	KUNIT_EXPECT_EQ(test, made_config.nr_nmis, 1u);
	KUNIT_EXPECT_EQ(test, made_config.nmi[0].lint, 1);
}

static void mp_defaults(struct kunit *test)
{
	made_mptable();
	made_put_floating(MADE_FLOATING, 5);
	KUNIT_EXPECT_EQ(test, made_from_mptable(), 0);
	KUNIT_EXPECT_EQ(test, made_config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[0].gsi, 2u);
	made_put_floating(MADE_FLOATING, 8);
	KUNIT_EXPECT_EQ(test, made_from_mptable(), -EINVAL);
}

static void broken_mp_tables(struct kunit *test)
{
	KUNIT_EXPECT_EQ_MSG(test, made_from_mptable(), -ENOENT, "no pointer");

	made_mptable();
	*made_bytes(MADE_FLOATING + 14, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, made_from_mptable(), -ENOENT, "the pointer's sum");

	made_mptable();
	*made_bytes(MADE_MPTABLE + 50, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, made_from_mptable(), -EINVAL, "the table's sum");
	KUNIT_EXPECT_EQ(test, made_said, 1u);

	made_mptable();
	made_put32(MADE_FLOATING + 4, 0x12345);
	made_fix_sum(MADE_FLOATING, 16, 10);
	KUNIT_EXPECT_EQ_MSG(test, made_from_mptable(), -EINVAL, "a pointer to nowhere");

	made_mptable();
	*made_bytes(MADE_MPTABLE + 44 + 20, 1) = 99; /* the second entry's type */
	made_fix_mptable();
	KUNIT_EXPECT_EQ(test, made_from_mptable(), 0);
	KUNIT_EXPECT_EQ_MSG(test, made_config.nr_cpus, 1u, "what came before counts");
	KUNIT_EXPECT_EQ(test, made_said, 1u);

	made_mptable();
	*made_bytes(MADE_MPTABLE + 34, 1) = 200; /* more entries than there are */
	made_fix_mptable();
	KUNIT_EXPECT_EQ(test, made_from_mptable(), 0);
	KUNIT_EXPECT_EQ(test, made_config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, made_said, 1u);
}

static struct kunit_case mptable_cases[] = {
	KUNIT_CASE(the_mp_table_is_read),
	KUNIT_CASE(mp_defaults),
	KUNIT_CASE(broken_mp_tables),
	{},
};

static struct kunit_suite mptable_suite = {
	.name = "cpu_mptable",
	.init = made_tables_init,
	.exit = made_tables_exit,
	.test_cases = mptable_cases,
};
kunit_test_suite(mptable_suite);
