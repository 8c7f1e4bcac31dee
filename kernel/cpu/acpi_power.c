/* SPDX-License-Identifier: MIT */
/*
 * Soft off by ACPI, with as little ACPI as that takes.
 *
 * S5 is entered by writing a sleep type and an enable bit to the PM1 control registers
 * [ACPI 4.8.3.2]. The registers' ports are in the FADT; the sleep type is a value in the firmware's
 * byte code, in an object \_S5. We do not run byte code: the object is a constant package in every
 * DSDT, so the bytes `NameOp "_S5_" PackageOp length count value value` [ACPI 20.2] are searched
 * for. What does not look like that is not found, and power off goes other ways.
 *
 * The tables lie anywhere below 4 GiB, often above the direct map, so everything is read through
 * phys_copy(); at boot, since a power off may come when nothing works any more. Every length is
 * taken with care, and a loop through a broken table ends.
 */
#include "boot/layout.h"
#include "boot/phys_window.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/power.h"
#include "lib/compiler.h"
#include "lib/string.h"

#define EBDA_POINTER   0x40e /* real-mode segment of the extended BIOS data area */
#define EBDA_SEARCH    1024
#define BIOS_START     0xe0000
#define BIOS_END       0x100000
#define TABLES_MAX     64
#define DSDT_MAX       0x100000
#define CHUNK          256
#define PM1_SCI_ENABLE 0x0001
#define PM1_SLEEP_MASK 0x3c00
#define PM1_SLEEP(t)   ((u16)((t) << 10))
#define PM1_SLEEP_GO   0x2000
#define ENABLE_WAIT_MS 300
#define OFF_WAIT_MS    100

#define AML_ZERO    0x00
#define AML_ONE     0x01
#define AML_NAME    0x08
#define AML_BYTE    0x0a
#define AML_PACKAGE 0x12

struct rsdp {
	char signature[8];
	u8 checksum;
	char oem[6];
	u8 revision;
	u32 rsdt;
} __packed;

struct table_header {
	char signature[4];
	u32 length;
	u8 rest[28];
} __packed;

struct fadt {
	struct table_header header;
	u32 facs, dsdt;
	u8 model, profile;
	u16 sci_irq;
	u32 smi_command;
	u8 acpi_enable, acpi_disable, s4bios, pstate;
	u32 pm1a_event, pm1b_event, pm1a_control, pm1b_control;
} __packed;

static_assert(offsetof(struct fadt, pm1a_control) == 64, "[ACPI 5.2.9]");

/* What entering S5 takes; port 0: there is none. */
static struct {
	u16 pm1a, pm1b;
	u16 smi_command;
	u8 acpi_enable;
	u8 type_a, type_b;
} s5;

static bool rsdp_valid(const struct rsdp *r)
{
	const u8 *bytes = (const u8 *)r;
	u8 sum = 0;
	size_t i;

	for (i = 0; i < sizeof(*r); i++)
		sum += bytes[i];
	return sum == 0 && memcmp(r->signature, "RSD PTR ", sizeof(r->signature)) == 0;
}

/* The first megabyte is mapped at all times, so the search reads it in place. */
static bool search_rsdp(struct rsdp *r, u32 start, u32 end)
{
	for (; start + sizeof(*r) <= end; start += 16) {
		memcpy(r, __va(start), sizeof(*r));
		if (r->signature[0] == 'R' && rsdp_valid(r))
			return true;
	}
	return false;
}

/* [ACPI 5.2.5.1] */
static bool find_rsdp(struct rsdp *r, const void *given, size_t length)
{
	u32 ebda;

	if (length >= sizeof(*r)) {
		memcpy(r, given, sizeof(*r));
		if (rsdp_valid(r))
			return true;
	}
	ebda = (u32)READ_ONCE(*(const u16 *)__va(EBDA_POINTER)) << 4;
	if (ebda >= 0x80000 && search_rsdp(r, ebda, min(ebda + EBDA_SEARCH, (u32)BIOS_START)))
		return true;
	return search_rsdp(r, BIOS_START, BIOS_END);
}

static bool find_fadt(struct fadt *fadt, u32 rsdt)
{
	struct table_header header;
	u32 i, entries, address;

	if (!phys_copy(&header, rsdt, sizeof(header)) || header.length < sizeof(header))
		return false;
	entries = min((header.length - (u32)sizeof(header)) / 4, (u32)TABLES_MAX);
	for (i = 0; i < entries; i++) {
		if (!phys_copy(&address, (phys_addr_t)rsdt + sizeof(header) + i * 4, 4) ||
		    !phys_copy(fadt, address, sizeof(*fadt)))
			continue;
		if (memcmp(fadt->header.signature, "FACP", 4) == 0 &&
		    fadt->header.length >= sizeof(*fadt))
			return true;
	}
	return false;
}

/* One small integer of the package at *@p; moves *@p behind it. */
static bool parse_integer(const u8 **p, u8 *value)
{
	u8 op = *(*p)++;

	if (op == AML_BYTE)
		*value = *(*p)++;
	else if (op == AML_ZERO || op == AML_ONE)
		*value = op;
	else
		return false;
	return true;
}

/* The object that starts at @p (16 bytes are there), from its name on. */
static bool parse_s5(const u8 *p)
{
	if (memcmp(p, "_S5_", 4) != 0 || p[4] != AML_PACKAGE)
		return false;
	p += 5;
	p += (*p >> 6) + 1; /* package length: its top two bits count further bytes */
	return *p++ >= 2 && parse_integer(&p, &s5.type_a) && parse_integer(&p, &s5.type_b);
}

static bool find_s5(u32 dsdt)
{
	struct table_header header;
	u8 chunk[CHUNK + 16]; /* overlaps the next one by what an object may need */
	u32 at, i;

	if (!phys_copy(&header, dsdt, sizeof(header)) || memcmp(header.signature, "DSDT", 4) != 0)
		return false;
	for (at = sizeof(header); at < min(header.length, (u32)DSDT_MAX); at += CHUNK) {
		if (!phys_copy(chunk, (phys_addr_t)dsdt + at, sizeof(chunk)))
			return false;
		for (i = 0; i < CHUNK; i++)
			if (chunk[i] == '_' && parse_s5(chunk + i))
				return true;
	}
	return false;
}

void acpi_power_init(const void *given, size_t length)
{
	struct rsdp rsdp;
	struct fadt fadt;

	if (!find_rsdp(&rsdp, given, length) || !find_fadt(&fadt, rsdp.rsdt) ||
	    !find_s5(fadt.dsdt)) {
		pr_info("power: no soft off by ACPI\n");
		return;
	}
	s5.smi_command = (u16)fadt.smi_command;
	s5.acpi_enable = fadt.acpi_enable;
	s5.pm1b = (u16)fadt.pm1b_control;
	s5.pm1a = (u16)fadt.pm1a_control;
	pr_info("power: ACPI S5 at port 0x%x, type %u\n", s5.pm1a, s5.type_a);
}

/* Registers belong to the firmware until it is told that we speak ACPI [ACPI 4.8.2.5]. */
static void enable_acpi(void)
{
	int ms;

	if (!s5.smi_command || (inw(s5.pm1a) & PM1_SCI_ENABLE))
		return;
	outb(s5.acpi_enable, s5.smi_command);
	for (ms = 0; ms < ENABLE_WAIT_MS && !(inw(s5.pm1a) & PM1_SCI_ENABLE); ms++)
		mdelay(1);
}

static void write_sleep(u16 port, u8 type)
{
	u16 value = inw(port) & (u16)~PM1_SLEEP_MASK;

	outw(value | PM1_SLEEP(type), port);
	outw(value | PM1_SLEEP(type) | PM1_SLEEP_GO, port);
}

void acpi_poweroff(void)
{
	if (!s5.pm1a)
		return;
	enable_acpi();
	write_sleep(s5.pm1a, s5.type_a);
	if (s5.pm1b)
		write_sleep(s5.pm1b, s5.type_b);
	mdelay(OFF_WAIT_MS);
}
