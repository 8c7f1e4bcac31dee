/* SPDX-License-Identifier: MIT */
/*
 * ACPI's list of CPUs, the MADT: what it says arrives, its roots are found where they may be, and
 * wrong sums, lying lengths and too many entries are refused, or bounded, with a word.
 */
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/made_tables.h"

static void the_madt_is_read(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, made_from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, made_said, 0u);
	KUNIT_EXPECT_STREQ(test, made_config.source, "ACPI");
	KUNIT_EXPECT_EQ(test, made_config.lapic_address, 0xfee00000ull);
	KUNIT_EXPECT_TRUE(test, made_config.has_8259);
	KUNIT_EXPECT_EQ(test, made_config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, made_config.apic_id[0], 4u);
	KUNIT_EXPECT_EQ(test, made_config.apic_id[1], 6u);
	KUNIT_EXPECT_EQ(test, made_config.cpus_off, 1u);
	KUNIT_EXPECT_EQ(test, made_config.nr_ioapics, 1u);
	KUNIT_EXPECT_EQ(test, made_config.ioapic[0].id, 9u);
	KUNIT_EXPECT_EQ(test, made_config.ioapic[0].address, 0xfec00000ull);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[0].gsi, 2u);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[1].gsi, 1u);
	KUNIT_EXPECT_FALSE(test, made_config.isa_irq[1].given);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[9].gsi, 20u);
	KUNIT_EXPECT_EQ(test, made_config.isa_irq[9].flags & INTI_TRIGGER, INTI_TRIGGER_LEVEL);
	KUNIT_EXPECT_EQ(test, made_config.nr_nmis, 2u);
	KUNIT_EXPECT_EQ(test, made_config.nmi[0].apic_id, (u32)SMP_CONFIG_CPU_ALL);
	KUNIT_EXPECT_EQ(test, made_config.nmi[0].lint, 1);
	KUNIT_EXPECT_EQ(test, made_config.nmi[1].apic_id, 6u);
}

static void the_address_of_local_apics_moves(struct kunit *test)
{
	MADE_APPEND(MADE_MADT, 5, 12, 0, 0, 0, 0, 0xd0, 0xfe, 0, 0, 0, 0);
	KUNIT_ASSERT_EQ(test, made_from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, made_config.lapic_address, 0xfed00000ull);
}

static void the_newer_root_comes_first(struct kunit *test)
{
	made_put_rsdp(MADE_RSDP, 2);
	KUNIT_ASSERT_EQ(test, made_from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, made_config.nr_cpus, 3u);
	KUNIT_EXPECT_EQ(test, made_said, 0u);
}

static void the_root_is_found_where_it_may_be(struct kunit *test)
{
	u16 segment = MADE_EBDA >> 4;
	u8 copy[36];

	made_put_rsdp(MADE_EBDA + 0x3c0, 0);
	memset(made_bytes(MADE_RSDP, 36), 0, 36);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), -ENOENT);
	made_put(0x40e, &segment, 2);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), 0);
	memcpy(copy, made_bytes(MADE_EBDA + 0x3c0, 36), 20);
	memset(made_bytes(MADE_EBDA, MADE_EBDA_LEN), 0, MADE_EBDA_LEN);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), -ENOENT);
	KUNIT_EXPECT_EQ(test, made_from_loader(copy, 20), 0);
	/* 8 bytes beside its place it does not count. */
	made_put(MADE_RSDP + 8, copy, 20);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), -ENOENT);
	/* The last place of all, and only the 20 bytes of the old form fit. */
	made_put(0xffff0 - 16, copy, 20);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), 0);
}

static void wrong_sums_are_refused(struct kunit *test)
{
	*made_bytes(MADE_RSDP + 10, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, made_from_acpi(), -ENOENT, "root pointer");

	made_machine();
	made_put_rsdp(MADE_RSDP, 2);
	*made_bytes(MADE_RSDP + 34, 1) ^= 1;
	KUNIT_EXPECT_EQ(test, made_from_acpi(), 0);
	KUNIT_EXPECT_EQ_MSG(test, made_config.nr_cpus, 2u,
			    "the RSDT, since the newer half is wrong");
	KUNIT_EXPECT_EQ(test, made_said, 1u);

	made_machine();
	made_put_rsdp(MADE_RSDP, 2);
	*made_bytes(MADE_XSDT + 30, 1) ^= 1;
	KUNIT_EXPECT_EQ(test, made_from_acpi(), 0);
	KUNIT_EXPECT_EQ_MSG(test, made_config.nr_cpus, 2u, "the RSDT, since the XSDT is wrong");
	KUNIT_EXPECT_NOT_NULL(test, strstr(made_last_said, "XSDT"));

	made_machine();
	*made_bytes(MADE_RSDT + 30, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, made_from_acpi(), -ENOENT, "RSDT");

	made_machine();
	*made_bytes(MADE_MADT + 60, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, made_from_acpi(), -ENOENT, "MADT");
	KUNIT_EXPECT_NOT_NULL(test, strstr(made_last_said, "table APIC at 0x7ffe0400"));
}

static void lying_lengths_are_refused(struct kunit *test)
{
	static const u32 lengths[] = {0, 35, 0x3fff, 0x100001, 0x80000000, 0xffffffff};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		made_machine();
		made_put32(MADE_MADT + 4, lengths[i]);
		KUNIT_EXPECT_EQ_MSG(test, made_from_acpi(), -ENOENT, "MADT of %u bytes",
				    lengths[i]);
		KUNIT_EXPECT_EQ(test, made_said, 1u);
	}
	/* A root table of whole entries and a bit: the bit is left out. */
	made_machine();
	MADE_APPEND(MADE_RSDT, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), 0);
	/* A MADE_MADT that ends in its own header. */
	made_machine();
	made_put32(MADE_MADT + 4, 40);
	made_fix_table(MADE_MADT);
	KUNIT_EXPECT_EQ(test, made_from_acpi(), -EINVAL);
}

static void broken_entries_end_the_list(struct kunit *test)
{
	static const u8 lengths[] = {0, 1, 7, 200};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		made_machine();
		*made_bytes(MADE_MADT + 44 + 8 + 1, 1) = lengths[i]; /* the second CPU's */
		made_fix_table(MADE_MADT);
		KUNIT_EXPECT_EQ(test, made_from_acpi(), 0);
		KUNIT_EXPECT_EQ_MSG(test, made_config.nr_cpus, 1u, "length %u", lengths[i]);
		KUNIT_EXPECT_EQ(test, made_config.nr_ioapics, 0u);
		KUNIT_EXPECT_EQ(test, made_said, 1u);
	}
	made_machine();
	made_begin_madt(MADE_MADT);
	KUNIT_EXPECT_EQ_MSG(test, made_from_acpi(), -EINVAL, "a MADT without CPUs");
}

static void more_cpus_than_there_is_room_for(struct kunit *test)
{
	unsigned int i;

	made_begin_madt(MADE_MADT);
	for (i = 0; i < NR_CPUS + 8; i++)
		made_append_cpu(MADE_MADT, (u8)i, (u8)(2 * i), 1);
	made_append_cpu(MADE_MADT, 99, 4, 1);
	made_append_cpu(MADE_MADT, 100, 0xff, 1);
	for (i = 0; i < MAX_IO_APICS + 2; i++)
		MADE_APPEND(MADE_MADT, 1, 12, i, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0);
	MADE_APPEND(MADE_MADT, 1, 12, 0, 0, 3, 0, 0xc0, 0xfe, 0, 0, 0, 0); /* crooked */
	KUNIT_ASSERT_EQ(test, made_from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, made_config.nr_cpus, (unsigned int)NR_CPUS);
	KUNIT_EXPECT_EQ(test, made_config.apic_id[NR_CPUS - 1], 2u * (NR_CPUS - 1));
	KUNIT_EXPECT_EQ(test, made_config.cpus_lost, 9u); /* one for its ID */
	KUNIT_EXPECT_EQ(test, made_config.nr_ioapics, (unsigned int)MAX_IO_APICS);
	KUNIT_EXPECT_EQ(test, made_config.ioapics_lost, 2u);
	KUNIT_EXPECT_EQ(test, made_said, 3u); /* the second CPU 4, the ID, the crooked one */
}

static struct kunit_case acpi_cases[] = {
	KUNIT_CASE(the_madt_is_read),
	KUNIT_CASE(the_address_of_local_apics_moves),
	KUNIT_CASE(the_newer_root_comes_first),
	KUNIT_CASE(the_root_is_found_where_it_may_be),
	KUNIT_CASE(wrong_sums_are_refused),
	KUNIT_CASE(lying_lengths_are_refused),
	KUNIT_CASE(broken_entries_end_the_list),
	KUNIT_CASE(more_cpus_than_there_is_room_for),
	{},
};

static struct kunit_suite acpi_suite = {
	.name = "cpu_acpi",
	.init = made_tables_init,
	.exit = made_tables_exit,
	.test_cases = acpi_cases,
};
kunit_test_suite(acpi_suite);
