/* SPDX-License-Identifier: MIT */
/*
 * The firmware's lists of CPUs, both kinds: whatever is in them, reading them comes to an end and
 * to something sane; and this machine's own agree.
 */
#include "boot/phys_window.h"
#include "kernel/cpu/clock.h"
#include "lib/random.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/made_tables.h"
#include "tests/torture.h"

static bool config_is_sane(void)
{
	unsigned int i, j;

	if (made_config.nr_cpus > NR_CPUS || made_config.nr_ioapics > MAX_IO_APICS ||
	    made_config.nr_nmis > SMP_CONFIG_NMIS || !made_config.source)
		return false;
	for (i = 0; i < made_config.nr_cpus; i++) {
		if (made_config.apic_id[i] >= 0xff)
			return false;
		for (j = 0; j < i; j++)
			if (made_config.apic_id[i] == made_config.apic_id[j])
				return false;
	}
	for (i = 0; i < made_config.nr_nmis; i++)
		if (made_config.nmi[i].lint > 1)
			return false;
	return true;
}

/* Bytes changed at random, sums put right in half of the rounds: an end, and nothing out of range.
 */
static void random_damage(struct kunit *test)
{
	unsigned int rounds = torture_is_long() ? 2000 : 500; /* other ones on each machine */
	u64 seed = clock_ns();
	struct rnd_state rnd;

	prandom_seed_state(&rnd, seed);
	for (unsigned int round = 0; round < rounds; round++) {
		made_mptable();
		made_put_rsdp(MADE_RSDP, round & 2);
		for (unsigned int n = 1 + prandom_u32_below(&rnd, 8); n; n--) {
			*made_bytes(MADE_MADT + prandom_u32_below(&rnd, 120), 1) =
				(u8)prandom_u32_below(&rnd, 256);
			*made_bytes(MADE_MADT_2 + prandom_u32_below(&rnd, 68), 1) =
				(u8)prandom_u32_below(&rnd, 256);
			*made_bytes(MADE_MPTABLE + prandom_u32_below(&rnd, 168), 1) =
				(u8)prandom_u32_below(&rnd, 256);
		}
		if (round & 1) {
			u32 length = 36 + prandom_u32_below(&rnd, 200);
			u16 length16 = (u16)(44 + prandom_u32_below(&rnd, 200));

			made_put(MADE_MADT, "APIC", 4);
			made_put32(MADE_MADT + 4, length);
			made_fix_table(MADE_MADT);
			made_put(MADE_MADT_2, "APIC", 4);
			made_put32(MADE_MADT_2 + 4, length);
			made_fix_table(MADE_MADT_2);
			made_put(MADE_MPTABLE, "PCMP", 4);
			made_put(MADE_MPTABLE + 4, &length16, 2);
			made_fix_mptable();
		}
		if (made_from_acpi() == 0)
			KUNIT_ASSERT_TRUE_MSG(test, config_is_sane(), "ACPI, seed %llu, round %u",
					      seed, round);
		if (made_from_mptable() == 0)
			KUNIT_ASSERT_TRUE_MSG(test, config_is_sane(),
					      "MP table, seed %llu, round %u", seed, round);
	}
}

/* Both ways of this very machine, where it has both, tell of the same CPUs. */
static void both_ways_agree(struct kunit *test)
{
	struct smp_config *mp = kunit_kzalloc(test, sizeof(*mp), GFP_KERNEL);
	unsigned int i, j, found = 0;

	KUNIT_ASSERT_NOT_NULL(test, mp);
	if (!smp_config.source || strcmp(smp_config.source, "ACPI") != 0 ||
	    smp_config_from_mptable(mp, &physical_memory, NULL) != 0)
		kunit_skip(test, "not both of ACPI and an MP table");
	for (i = 0; i < mp->nr_cpus; i++)
		for (j = 0; j < smp_config.nr_cpus; j++)
			found += mp->apic_id[i] == smp_config.apic_id[j];
	KUNIT_EXPECT_EQ(test, found, min(mp->nr_cpus, smp_config.nr_cpus));
	KUNIT_EXPECT_EQ(test, mp->ioapic[0].address, smp_config.ioapic[0].address);
	KUNIT_EXPECT_EQ(test, mp->isa_irq[0].gsi, smp_config.isa_irq[0].gsi);
}

static struct kunit_case tables_cases[] = {
	KUNIT_CASE_SLOW(random_damage),
	KUNIT_CASE(both_ways_agree),
	{},
};

static struct kunit_suite tables_suite = {
	.name = "cpu_tables",
	.init = made_tables_init,
	.exit = made_tables_exit,
	.test_cases = tables_cases,
};
kunit_test_suite(tables_suite);
