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
 * The tables are found and read by kernel/cpu/acpi.c; at boot, since a power off may come when
 * nothing works any more. A table that lies, or a byte code that looks different, is as none.
 */
#include "boot/phys_window.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/console/say.h"
#include "kernel/cpu/acpi.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/power.h"
#include "lib/compiler.h"
#include "lib/string.h"

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

struct fadt {
	struct acpi_header header;
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

/* Searches the byte code in chunks that overlap by what an object may need. */
static bool find_s5(const struct acpi_table *dsdt)
{
	u8 chunk[CHUNK + 16];
	u32 at, i, n;

	for (at = sizeof(struct acpi_header); at < dsdt->length; at += CHUNK) {
		n = min(dsdt->length - at, (u32)sizeof(chunk));
		memset(chunk, 0, sizeof(chunk));
		if (!acpi_read(&physical_memory, dsdt, at, chunk, n))
			return false;
		for (i = 0; i < min(n, (u32)CHUNK); i++)
			if (chunk[i] == '_' && parse_s5(chunk + i))
				return true;
	}
	return false;
}

static bool find_fadt(struct fadt *fadt, const void *given, size_t length)
{
	struct acpi_root root;
	struct acpi_table table;

	return acpi_find_root(&physical_memory, given, length, &root, NULL) == 0 &&
	       acpi_find_table(&physical_memory, &root, "FACP", &table, &say_warnings) == 0 &&
	       acpi_read(&physical_memory, &table, 0, fadt, sizeof(*fadt));
}

void acpi_power_init(const void *given, size_t length)
{
	struct acpi_table dsdt;
	struct fadt fadt;

	if (!find_fadt(&fadt, given, length) ||
	    acpi_check_table(&physical_memory, fadt.dsdt, "DSDT", &dsdt, &say_warnings) != 0 ||
	    !find_s5(&dsdt)) {
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
