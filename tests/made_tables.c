/* SPDX-License-Identifier: MIT */
/*
 * See made_tables.h.
 */
#include "tests/made_tables.h"

#include "kernel/cpu/acpi.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/vmalloc.h"

static struct piece {
	phys_addr_t start;
	u32 size;
	u8 *bytes;
} pieces[] = {
	{.start = 0x400, .size = 0x100},
	{.start = MADE_EBDA, .size = MADE_EBDA_LEN},
	{.start = 0xe0000, .size = 0x20000},
	{.start = MADE_HIGH, .size = 0x4000},
};

struct smp_config made_config;
unsigned int made_said;
char made_last_said[160];

static void __printf(2, 3) note(void *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(made_last_said, sizeof(made_last_said), fmt, args);
	va_end(args);
	made_said++;
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

/* --- ACPI's tables
 * --------------------------------------------------------------------------------
 */

u8 *made_bytes(phys_addr_t pa, size_t n)
{
	u8 *bytes = at(pa, n);

	BUG_ON(!bytes);
	return bytes;
}

void made_put(phys_addr_t pa, const void *bytes, size_t n)
{
	memcpy(made_bytes(pa, n), bytes, n);
}

void made_put32(phys_addr_t pa, u32 value)
{
	made_put(pa, &value, sizeof(value));
}

void made_fix_sum(phys_addr_t pa, size_t n, size_t sum)
{
	u8 *bytes = made_bytes(pa, n);

	bytes[sum] = 0;
	bytes[sum] = (u8)-acpi_sum(bytes, n);
}

void made_fix_table(phys_addr_t pa)
{
	u32 length;

	memcpy(&length, made_bytes(pa + 4, 4), 4);
	made_fix_sum(pa, length, 9);
}

/* A table of its header alone; more is appended. */
static void begin_table(phys_addr_t pa, const char *name)
{
	memset(made_bytes(pa, 36), 0, 36);
	made_put(pa, name, 4);
	made_put32(pa + 4, 36);
}

void made_append(phys_addr_t pa, const void *bytes, size_t n)
{
	u32 length;

	memcpy(&length, made_bytes(pa + 4, 4), 4);
	made_put(pa + length, bytes, n);
	made_put32(pa + 4, length + (u32)n);
	made_fix_table(pa);
}

void made_append_cpu(phys_addr_t madt, u8 number, u8 id, u8 flags)
{
	MADE_APPEND(madt, 0, 8, number, id, flags, 0, 0, 0);
}

void made_begin_madt(phys_addr_t pa)
{
	begin_table(pa, "APIC");
	MADE_APPEND(pa, 0, 0, 0xe0, 0xfe, 1, 0, 0, 0);
}

void made_put_rsdp(phys_addr_t pa, u8 revision)
{
	u32 length = 36;
	u64 xsdt = MADE_XSDT;

	memset(made_bytes(pa, 36), 0, 36);
	made_put(pa, "RSD PTR ", 8);
	*made_bytes(pa + 15, 1) = revision;
	made_put32(pa + 16, MADE_RSDT);
	made_fix_sum(pa, 20, 8);
	if (revision < 2)
		return;
	made_put(pa + 20, &length, 4);
	made_put(pa + 24, &xsdt, 8);
	made_fix_sum(pa, 36, 32);
}

void made_machine(void)
{
	u64 madt = MADE_MADT_2;

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++)
		memset(pieces[i].bytes, 0, pieces[i].size);
	made_put_rsdp(MADE_RSDP, 0);
	begin_table(MADE_RSDT, "RSDT");
	MADE_APPEND(MADE_RSDT, 0, 0, 0, 0x10); /* leads nowhere */
	MADE_APPEND(MADE_RSDT, 0x00, 0x04, 0xfe, 0x7f);
	begin_table(MADE_XSDT, "XSDT");
	made_append(MADE_XSDT, &madt, 8);
	made_begin_madt(MADE_MADT);
	made_append_cpu(MADE_MADT, 1, 4, 1);
	made_append_cpu(MADE_MADT, 2, 5, 0);
	made_append_cpu(MADE_MADT, 3, 6, 1);
	MADE_APPEND(MADE_MADT, 1, 12, 9, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0);
	MADE_APPEND(MADE_MADT, 77, 5, 1, 2, 3); /* of no known type */
	MADE_APPEND(MADE_MADT, 2, 10, 0, 0, 2, 0, 0, 0, 0, 0);
	MADE_APPEND(MADE_MADT, 2, 10, 0, 9, 20, 0, 0, 0, 0xd, 0);
	MADE_APPEND(MADE_MADT, 4, 6, 0xff, 5, 0, 1);
	MADE_APPEND(MADE_MADT, 4, 6, 3, 0, 0, 0);
	made_begin_madt(MADE_MADT_2);
	made_append_cpu(MADE_MADT_2, 0, 0, 1);
	made_append_cpu(MADE_MADT_2, 1, 1, 1);
	made_append_cpu(MADE_MADT_2, 2, 2, 1);
	made_said = 0;
}

/* --- the MP table
 * ---------------------------------------------------------------------------------
 */

void made_fix_mptable(void)
{
	u16 length;

	memcpy(&length, made_bytes(MADE_MPTABLE + 4, 2), 2);
	made_fix_sum(MADE_MPTABLE, length, 7);
}

static void append_mp(const u8 *bytes, size_t n)
{
	u16 length, entries;

	memcpy(&length, made_bytes(MADE_MPTABLE + 4, 2), 2);
	memcpy(&entries, made_bytes(MADE_MPTABLE + 34, 2), 2);
	made_put(MADE_MPTABLE + length, bytes, n);
	length += n;
	entries++;
	made_put(MADE_MPTABLE + 4, &length, 2);
	made_put(MADE_MPTABLE + 34, &entries, 2);
	made_fix_mptable();
}

#define APPEND_MP(...)                                                                             \
	do {                                                                                       \
		const u8 __bytes[] = {__VA_ARGS__};                                                \
		append_mp(__bytes, sizeof(__bytes));                                               \
	} while (0)

void made_put_floating(phys_addr_t pa, u8 type)
{
	memset(made_bytes(pa, 16), 0, 16);
	made_put(pa, "_MP_", 4);
	made_put32(pa + 4, MADE_MPTABLE);
	*made_bytes(pa + 8, 1) = 1;
	*made_bytes(pa + 9, 1) = 4;
	*made_bytes(pa + 11, 1) = type;
	*made_bytes(pa + 12, 1) = 0x80; /* IMCR */
	made_fix_sum(pa, 16, 10);
}

void made_mptable(void)
{
	u16 length = 44;

	made_machine();
	made_put_floating(MADE_FLOATING, 0);
	memset(made_bytes(MADE_MPTABLE, 44), 0, 44);
	made_put(MADE_MPTABLE, "PCMP", 4);
	made_put(MADE_MPTABLE + 4, &length, 2);
	made_put32(MADE_MPTABLE + 36, 0xfee00000);
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

/* --- what the parsers make of it
 * ------------------------------------------------------------------
 */

int made_from_loader(const void *rsdp, size_t len)
{
	memset(&made_config, 0xff, sizeof(made_config));
	return smp_config_from_acpi(&made_config, rsdp, len, &memory, &say);
}

int made_from_acpi(void)
{
	return made_from_loader(NULL, 0);
}

int made_from_mptable(void)
{
	memset(&made_config, 0xff, sizeof(made_config));
	return smp_config_from_mptable(&made_config, &memory, &say);
}

int made_tables_init(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		pieces[i].bytes = vzalloc(pieces[i].size);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i].bytes);
	}
	made_machine();
	return 0;
}

void made_tables_exit(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		vfree(pieces[i].bytes);
		pieces[i].bytes = NULL;
	}
}
