/* SPDX-License-Identifier: MIT */
/*
 * The firmware's lists of CPUs: good tables, broken ones, and tables from hell.
 *
 * The parsers see memory through a reader, so here it shows them a small machine of three pieces:
 * the first page, the BIOS area, and a few pages high up, where real tables lie. Everything else
 * cannot be read.
 */
#include "boot/phys_window.h"
#include "kernel/cpu/acpi.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/smp_config.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/vmalloc.h"
#include "tests/kunit.h"
#include "tests/torture.h"

#define EBDA     0x9fc00
#define HIGH     0x7ffe0000 /* above every direct map */
#define HIGH_LEN 0x4000
#define RSDT     (HIGH + 0x100)
#define XSDT     (HIGH + 0x200)
#define MADT     (HIGH + 0x400)
#define MADT_2   (HIGH + 0x1400)
#define MPTABLE  0xf1000

static struct piece {
	phys_addr_t start;
	u32 size;
	u8 *bytes;
} pieces[] = {
	{.start = 0x400, .size = 0x100},
	{.start = EBDA, .size = 0x400},
	{.start = 0xe0000, .size = 0x20000},
	{.start = HIGH, .size = HIGH_LEN},
};

static unsigned int said;
static char last_said[160];

static void __printf(2, 3) note(void *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(last_said, sizeof(last_said), fmt, args);
	va_end(args);
	said++;
}
static const struct boot_say say = {note, NULL};

static u8 *at(phys_addr_t pa, size_t n)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++)
		if (pa >= pieces[i].start && pa + n <= pieces[i].start + pieces[i].size)
			return pieces[i].bytes + (pa - pieces[i].start);
	return NULL;
}

static bool read_piece(void *ctx, phys_addr_t pa, void *buf, size_t len)
{
	const u8 *from = at(pa, len);

	if (from)
		memcpy(buf, from, len);
	return from;
}
static const struct phys_reader memory = {read_piece, NULL};

/* --- making tables ------------------------------------------------------------------------------
 */

/* A place among the pieces: a test that misses them is wrong. */
static u8 *made(phys_addr_t pa, size_t n)
{
	u8 *bytes = at(pa, n);

	BUG_ON(!bytes);
	return bytes;
}

static void put(phys_addr_t pa, const void *bytes, size_t n)
{
	memcpy(made(pa, n), bytes, n);
}

static void put32(phys_addr_t pa, u32 value)
{
	put(pa, &value, sizeof(value));
}

/* Makes the sum of @n bytes at @pa 0 by the byte at offset @sum. */
static void fix_sum(phys_addr_t pa, size_t n, size_t sum)
{
	u8 *bytes = made(pa, n);

	bytes[sum] = 0;
	bytes[sum] = (u8)-acpi_sum(bytes, n);
}

static void fix_table(phys_addr_t pa)
{
	u32 length;

	memcpy(&length, made(pa + 4, 4), 4);
	fix_sum(pa, length, 9);
}

/* A table of its header alone; more is appended. */
static void begin_table(phys_addr_t pa, const char *name)
{
	memset(made(pa, 36), 0, 36);
	put(pa, name, 4);
	put32(pa + 4, 36);
}

static void append(phys_addr_t pa, const void *bytes, size_t n)
{
	u32 length;

	memcpy(&length, made(pa + 4, 4), 4);
	put(pa + length, bytes, n);
	put32(pa + 4, length + (u32)n);
	fix_table(pa);
}

#define APPEND(pa, ...)                                                                            \
	do {                                                                                       \
		const u8 __bytes[] = {__VA_ARGS__};                                                \
		append(pa, __bytes, sizeof(__bytes));                                              \
	} while (0)

static void append_cpu(phys_addr_t madt, u8 number, u8 id, u8 flags)
{
	APPEND(madt, 0, 8, number, id, flags, 0, 0, 0);
}

static void begin_madt(phys_addr_t pa)
{
	begin_table(pa, "APIC");
	APPEND(pa, 0, 0, 0xe0, 0xfe, 1, 0, 0, 0);
}

static void put_rsdp(phys_addr_t pa, u8 revision)
{
	u32 length = 36;
	u64 xsdt = XSDT;

	memset(made(pa, 36), 0, 36);
	put(pa, "RSD PTR ", 8);
	*made(pa + 15, 1) = revision;
	put32(pa + 16, RSDT);
	fix_sum(pa, 20, 8);
	if (revision < 2)
		return;
	put(pa + 20, &length, 4);
	put(pa + 24, &xsdt, 8);
	fix_sum(pa, 36, 32);
}

/* A machine of three CPUs, the second switched off, and an I/O APIC; the XSDT lists a spare MADT
 * with one CPU more. */
static void usual_machine(void)
{
	u64 madt = MADT_2;

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++)
		memset(pieces[i].bytes, 0, pieces[i].size);
	put_rsdp(0xf0000, 0);
	begin_table(RSDT, "RSDT");
	APPEND(RSDT, 0, 0, 0, 0x10); /* leads nowhere */
	APPEND(RSDT, 0x00, 0x04, 0xfe, 0x7f);
	begin_table(XSDT, "XSDT");
	append(XSDT, &madt, 8);
	begin_madt(MADT);
	append_cpu(MADT, 1, 4, 1);
	append_cpu(MADT, 2, 5, 0);
	append_cpu(MADT, 3, 6, 1);
	APPEND(MADT, 1, 12, 9, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0);
	APPEND(MADT, 77, 5, 1, 2, 3); /* of no known type */
	APPEND(MADT, 2, 10, 0, 0, 2, 0, 0, 0, 0, 0);
	APPEND(MADT, 2, 10, 0, 9, 20, 0, 0, 0, 0xd, 0);
	APPEND(MADT, 4, 6, 0xff, 5, 0, 1);
	APPEND(MADT, 4, 6, 3, 0, 0, 0);
	begin_madt(MADT_2);
	append_cpu(MADT_2, 0, 0, 1);
	append_cpu(MADT_2, 1, 1, 1);
	append_cpu(MADT_2, 2, 2, 1);
	said = 0;
}

static struct smp_config config;

static int from_acpi(void)
{
	memset(&config, 0xff, sizeof(config));
	return smp_config_from_acpi(&config, NULL, 0, &memory, &say);
}

static int from_mptable(void)
{
	memset(&config, 0xff, sizeof(config));
	return smp_config_from_mptable(&config, &memory, &say);
}

/* --- ACPI ---------------------------------------------------------------------------------------
 */

static void the_madt_is_read(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, said, 0u);
	KUNIT_EXPECT_STREQ(test, config.source, "ACPI");
	KUNIT_EXPECT_EQ(test, config.lapic_address, 0xfee00000ull);
	KUNIT_EXPECT_TRUE(test, config.has_8259);
	KUNIT_EXPECT_EQ(test, config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, config.apic_id[0], 4u);
	KUNIT_EXPECT_EQ(test, config.apic_id[1], 6u);
	KUNIT_EXPECT_EQ(test, config.cpus_off, 1u);
	KUNIT_EXPECT_EQ(test, config.nr_ioapics, 1u);
	KUNIT_EXPECT_EQ(test, config.ioapic[0].id, 9u);
	KUNIT_EXPECT_EQ(test, config.ioapic[0].address, 0xfec00000ull);
	KUNIT_EXPECT_EQ(test, config.isa_irq[0].gsi, 2u);
	KUNIT_EXPECT_EQ(test, config.isa_irq[1].gsi, 1u);
	KUNIT_EXPECT_FALSE(test, config.isa_irq[1].given);
	KUNIT_EXPECT_EQ(test, config.isa_irq[9].gsi, 20u);
	KUNIT_EXPECT_EQ(test, config.isa_irq[9].flags & INTI_TRIGGER, INTI_TRIGGER_LEVEL);
	KUNIT_EXPECT_EQ(test, config.nr_nmis, 2u);
	KUNIT_EXPECT_EQ(test, config.nmi[0].apic_id, (u32)SMP_CONFIG_CPU_ALL);
	KUNIT_EXPECT_EQ(test, config.nmi[0].lint, 1);
	KUNIT_EXPECT_EQ(test, config.nmi[1].apic_id, 6u);
}

static void the_address_of_local_apics_moves(struct kunit *test)
{
	APPEND(MADT, 5, 12, 0, 0, 0, 0, 0xd0, 0xfe, 0, 0, 0, 0);
	KUNIT_ASSERT_EQ(test, from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, config.lapic_address, 0xfed00000ull);
}

static void the_newer_root_comes_first(struct kunit *test)
{
	put_rsdp(0xf0000, 2);
	KUNIT_ASSERT_EQ(test, from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, config.nr_cpus, 3u);
	KUNIT_EXPECT_EQ(test, said, 0u);
}

static void the_root_is_found_where_it_may_be(struct kunit *test)
{
	u16 segment = EBDA >> 4;
	u8 copy[36];

	put_rsdp(EBDA + 0x3c0, 0);
	memset(made(0xf0000, 36), 0, 36);
	KUNIT_EXPECT_EQ(test, from_acpi(), -ENOENT);
	put(0x40e, &segment, 2);
	KUNIT_EXPECT_EQ(test, from_acpi(), 0);
	memcpy(copy, made(EBDA + 0x3c0, 36), 20);
	memset(made(EBDA, 0x400), 0, 0x400);
	KUNIT_EXPECT_EQ(test, from_acpi(), -ENOENT);
	KUNIT_EXPECT_EQ(test, smp_config_from_acpi(&config, copy, 20, &memory, &say), 0);
	/* 8 bytes beside its place it does not count. */
	put(0xf0008, copy, 20);
	KUNIT_EXPECT_EQ(test, from_acpi(), -ENOENT);
	/* The last place of all, and only the 20 bytes of the old form fit. */
	put(0xffff0 - 16, copy, 20);
	KUNIT_EXPECT_EQ(test, from_acpi(), 0);
}

static void wrong_sums_are_refused(struct kunit *test)
{
	*made(0xf0000 + 10, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, from_acpi(), -ENOENT, "root pointer");

	usual_machine();
	put_rsdp(0xf0000, 2);
	*made(0xf0000 + 34, 1) ^= 1;
	KUNIT_EXPECT_EQ(test, from_acpi(), 0);
	KUNIT_EXPECT_EQ_MSG(test, config.nr_cpus, 2u, "the RSDT, since the newer half is wrong");
	KUNIT_EXPECT_EQ(test, said, 1u);

	usual_machine();
	put_rsdp(0xf0000, 2);
	*made(XSDT + 30, 1) ^= 1;
	KUNIT_EXPECT_EQ(test, from_acpi(), 0);
	KUNIT_EXPECT_EQ_MSG(test, config.nr_cpus, 2u, "the RSDT, since the XSDT is wrong");
	KUNIT_EXPECT_NOT_NULL(test, strstr(last_said, "XSDT"));

	usual_machine();
	*made(RSDT + 30, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, from_acpi(), -ENOENT, "RSDT");

	usual_machine();
	*made(MADT + 60, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, from_acpi(), -ENOENT, "MADT");
	KUNIT_EXPECT_NOT_NULL(test, strstr(last_said, "table APIC at 0x7ffe0400"));
}

static void lying_lengths_are_refused(struct kunit *test)
{
	static const u32 lengths[] = {0, 35, 0x3fff, 0x100001, 0x80000000, 0xffffffff};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		usual_machine();
		put32(MADT + 4, lengths[i]);
		KUNIT_EXPECT_EQ_MSG(test, from_acpi(), -ENOENT, "MADT of %u bytes", lengths[i]);
		KUNIT_EXPECT_EQ(test, said, 1u);
	}
	/* A root table of whole entries and a bit: the bit is left out. */
	usual_machine();
	APPEND(RSDT, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, from_acpi(), 0);
	/* A MADT that ends in its own header. */
	usual_machine();
	put32(MADT + 4, 40);
	fix_table(MADT);
	KUNIT_EXPECT_EQ(test, from_acpi(), -EINVAL);
}

static void broken_entries_end_the_list(struct kunit *test)
{
	static const u8 lengths[] = {0, 1, 7, 200};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		usual_machine();
		*made(MADT + 44 + 8 + 1, 1) = lengths[i]; /* the second CPU's */
		fix_table(MADT);
		KUNIT_EXPECT_EQ(test, from_acpi(), 0);
		KUNIT_EXPECT_EQ_MSG(test, config.nr_cpus, 1u, "length %u", lengths[i]);
		KUNIT_EXPECT_EQ(test, config.nr_ioapics, 0u);
		KUNIT_EXPECT_EQ(test, said, 1u);
	}
	usual_machine();
	begin_madt(MADT);
	KUNIT_EXPECT_EQ_MSG(test, from_acpi(), -EINVAL, "a MADT without CPUs");
}

static void more_cpus_than_there_is_room_for(struct kunit *test)
{
	unsigned int i;

	begin_madt(MADT);
	for (i = 0; i < NR_CPUS + 8; i++)
		append_cpu(MADT, (u8)i, (u8)(2 * i), 1);
	append_cpu(MADT, 99, 4, 1);
	append_cpu(MADT, 100, 0xff, 1);
	for (i = 0; i < MAX_IO_APICS + 2; i++)
		APPEND(MADT, 1, 12, i, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0);
	APPEND(MADT, 1, 12, 0, 0, 3, 0, 0xc0, 0xfe, 0, 0, 0, 0); /* crooked */
	KUNIT_ASSERT_EQ(test, from_acpi(), 0);
	KUNIT_EXPECT_EQ(test, config.nr_cpus, (unsigned int)NR_CPUS);
	KUNIT_EXPECT_EQ(test, config.apic_id[NR_CPUS - 1], 2u * (NR_CPUS - 1));
	KUNIT_EXPECT_EQ(test, config.cpus_lost, 9u); /* one for its ID */
	KUNIT_EXPECT_EQ(test, config.nr_ioapics, (unsigned int)MAX_IO_APICS);
	KUNIT_EXPECT_EQ(test, config.ioapics_lost, 2u);
	KUNIT_EXPECT_EQ(test, said, 3u); /* the second CPU 4, the ID, the crooked one */
}

/* --- the MP table -------------------------------------------------------------------------------
 */

static void fix_mptable(void)
{
	u16 length;

	memcpy(&length, made(MPTABLE + 4, 2), 2);
	fix_sum(MPTABLE, length, 7);
}

static void append_mp(const u8 *bytes, size_t n)
{
	u16 length, entries;

	memcpy(&length, made(MPTABLE + 4, 2), 2);
	memcpy(&entries, made(MPTABLE + 34, 2), 2);
	put(MPTABLE + length, bytes, n);
	length += n;
	entries++;
	put(MPTABLE + 4, &length, 2);
	put(MPTABLE + 34, &entries, 2);
	fix_mptable();
}

#define APPEND_MP(...)                                                                             \
	do {                                                                                       \
		const u8 __bytes[] = {__VA_ARGS__};                                                \
		append_mp(__bytes, sizeof(__bytes));                                               \
	} while (0)

static void put_floating(phys_addr_t pa, u8 type)
{
	memset(made(pa, 16), 0, 16);
	put(pa, "_MP_", 4);
	put32(pa + 4, MPTABLE);
	*made(pa + 8, 1) = 1;
	*made(pa + 9, 1) = 4;
	*made(pa + 11, 1) = type;
	*made(pa + 12, 1) = 0x80; /* IMCR */
	fix_sum(pa, 16, 10);
}

static void usual_mptable(void)
{
	u16 length = 44;

	usual_machine();
	put_floating(0xf0100, 0);
	memset(made(MPTABLE, 44), 0, 44);
	put(MPTABLE, "PCMP", 4);
	put(MPTABLE + 4, &length, 2);
	put32(MPTABLE + 36, 0xfee00000);
	APPEND_MP(0, 7, 0x14, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	APPEND_MP(0, 8, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	APPEND_MP(0, 9, 0x14, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	APPEND_MP(1, 0, 'P', 'C', 'I', ' ', ' ', ' ');
	APPEND_MP(1, 1, 'I', 'S', 'A', ' ', ' ', ' ');
	APPEND_MP(2, 3, 0x11, 1, 0, 0, 0xc0, 0xfe);
	APPEND_MP(3, 0, 0, 0, 1, 0, 3, 2);     /* ISA 0 at pin 2 */
	APPEND_MP(3, 0, 0xf, 0, 1, 11, 3, 11); /* ISA 11: level, low */
	APPEND_MP(3, 0, 0, 0, 0, 5, 3, 17);    /* PCI's 5 is not ISA's */
	APPEND_MP(4, 3, 0, 0, 1, 0, 0xff, 0);  /* ExtINT */
	APPEND_MP(4, 1, 0, 0, 1, 0, 0xff, 1);  /* NMI */
}

static void the_mp_table_is_read(struct kunit *test)
{
	usual_mptable();
	KUNIT_ASSERT_EQ(test, from_mptable(), 0);
	KUNIT_EXPECT_EQ(test, said, 0u);
	KUNIT_EXPECT_STREQ(test, config.source, "MP table");
	KUNIT_EXPECT_TRUE(test, config.imcr);
	KUNIT_EXPECT_EQ(test, config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, config.apic_id[0], 7u);
	KUNIT_EXPECT_EQ(test, config.apic_id[1], 9u);
	KUNIT_EXPECT_EQ(test, config.cpus_off, 1u);
	KUNIT_EXPECT_EQ(test, config.nr_ioapics, 1u);
	KUNIT_EXPECT_EQ(test, config.isa_irq[0].gsi, 2u);
	KUNIT_EXPECT_EQ(test, config.isa_irq[5].gsi, 5u);
	KUNIT_EXPECT_FALSE(test, config.isa_irq[5].given);
	KUNIT_EXPECT_EQ(test, config.isa_irq[11].flags, 0xf);
	KUNIT_EXPECT_EQ(test, config.nr_nmis, 1u);
	KUNIT_EXPECT_EQ(test, config.nmi[0].lint, 1);
}

static void mp_defaults(struct kunit *test)
{
	usual_mptable();
	put_floating(0xf0100, 5);
	KUNIT_EXPECT_EQ(test, from_mptable(), 0);
	KUNIT_EXPECT_EQ(test, config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, config.isa_irq[0].gsi, 2u);
	put_floating(0xf0100, 8);
	KUNIT_EXPECT_EQ(test, from_mptable(), -EINVAL);
}

static void broken_mp_tables(struct kunit *test)
{
	KUNIT_EXPECT_EQ_MSG(test, from_mptable(), -ENOENT, "no pointer");

	usual_mptable();
	*made(0xf0100 + 14, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, from_mptable(), -ENOENT, "the pointer's sum");

	usual_mptable();
	*made(MPTABLE + 50, 1) ^= 1;
	KUNIT_EXPECT_EQ_MSG(test, from_mptable(), -EINVAL, "the table's sum");
	KUNIT_EXPECT_EQ(test, said, 1u);

	usual_mptable();
	put32(0xf0104, 0x12345);
	fix_sum(0xf0100, 16, 10);
	KUNIT_EXPECT_EQ_MSG(test, from_mptable(), -EINVAL, "a pointer to nowhere");

	usual_mptable();
	*made(MPTABLE + 44 + 20, 1) = 99; /* the second entry's type */
	fix_mptable();
	KUNIT_EXPECT_EQ(test, from_mptable(), 0);
	KUNIT_EXPECT_EQ_MSG(test, config.nr_cpus, 1u, "what came before counts");
	KUNIT_EXPECT_EQ(test, said, 1u);

	usual_mptable();
	*made(MPTABLE + 34, 1) = 200; /* more entries than there are */
	fix_mptable();
	KUNIT_EXPECT_EQ(test, from_mptable(), 0);
	KUNIT_EXPECT_EQ(test, config.nr_cpus, 2u);
	KUNIT_EXPECT_EQ(test, said, 1u);
}

/* --- anything -----------------------------------------------------------------------------------
 */

static bool config_is_sane(void)
{
	unsigned int i, j;

	if (config.nr_cpus > NR_CPUS || config.nr_ioapics > MAX_IO_APICS ||
	    config.nr_nmis > SMP_CONFIG_NMIS || !config.source)
		return false;
	for (i = 0; i < config.nr_cpus; i++) {
		if (config.apic_id[i] >= 0xff)
			return false;
		for (j = 0; j < i; j++)
			if (config.apic_id[i] == config.apic_id[j])
				return false;
	}
	for (i = 0; i < config.nr_nmis; i++)
		if (config.nmi[i].lint > 1)
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
		usual_mptable();
		put_rsdp(0xf0000, round & 2);
		for (unsigned int n = 1 + prandom_u32_below(&rnd, 8); n; n--) {
			*made(MADT + prandom_u32_below(&rnd, 120), 1) =
				(u8)prandom_u32_below(&rnd, 256);
			*made(MADT_2 + prandom_u32_below(&rnd, 68), 1) =
				(u8)prandom_u32_below(&rnd, 256);
			*made(MPTABLE + prandom_u32_below(&rnd, 168), 1) =
				(u8)prandom_u32_below(&rnd, 256);
		}
		if (round & 1) {
			u32 length = 36 + prandom_u32_below(&rnd, 200);
			u16 length16 = (u16)(44 + prandom_u32_below(&rnd, 200));

			put(MADT, "APIC", 4);
			put32(MADT + 4, length);
			fix_table(MADT);
			put(MADT_2, "APIC", 4);
			put32(MADT_2 + 4, length);
			fix_table(MADT_2);
			put(MPTABLE, "PCMP", 4);
			put(MPTABLE + 4, &length16, 2);
			fix_mptable();
		}
		if (from_acpi() == 0)
			KUNIT_ASSERT_TRUE_MSG(test, config_is_sane(), "ACPI, seed %llu, round %u",
					      seed, round);
		if (from_mptable() == 0)
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

static int tables_init(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		pieces[i].bytes = vzalloc(pieces[i].size);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i].bytes);
	}
	usual_machine();
	return 0;
}

static void tables_exit(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		vfree(pieces[i].bytes);
		pieces[i].bytes = NULL;
	}
}

static struct kunit_case tables_cases[] = {
	KUNIT_CASE(the_madt_is_read),
	KUNIT_CASE(the_address_of_local_apics_moves),
	KUNIT_CASE(the_newer_root_comes_first),
	KUNIT_CASE(the_root_is_found_where_it_may_be),
	KUNIT_CASE(wrong_sums_are_refused),
	KUNIT_CASE(lying_lengths_are_refused),
	KUNIT_CASE(broken_entries_end_the_list),
	KUNIT_CASE(more_cpus_than_there_is_room_for),
	KUNIT_CASE(the_mp_table_is_read),
	KUNIT_CASE(mp_defaults),
	KUNIT_CASE(broken_mp_tables),
	KUNIT_CASE_SLOW(random_damage),
	KUNIT_CASE(both_ways_agree),
	{},
};

static struct kunit_suite tables_suite = {
	.name = "cpu_tables",
	.init = tables_init,
	.exit = tables_exit,
	.test_cases = tables_cases,
};
kunit_test_suite(tables_suite);
