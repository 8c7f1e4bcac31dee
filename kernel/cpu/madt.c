/* SPDX-License-Identifier: MIT */
/*
 * The MADT: ACPI's list of CPUs and interrupt controllers [ACPI 5.2.12].
 *
 * A header, the local APICs' address, and then entries that each begin with a type and a length.
 * The length leads to the next entry; one that is shorter than its type needs, or leads out of the
 * table, ends the reading with a word, and what came before counts. Types that loft has no use for
 * are skipped: the tables of tomorrow have more.
 */
#include "kernel/cpu/acpi.h"
#include "kernel/cpu/smp_config.h"
#include "lib/errno.h"

#define MADT_ENTRIES   44 /* offset of the first entry */
#define MADT_PCAT      1  /* flag: there are two 8259s */
#define LAPIC_ENABLED  1
#define LAPIC_CAPABLE  2 /* may be plugged in later */
#define ENTRY_MAX      16
#define BUS_ISA        0
#define ALL_PROCESSORS 0xff

struct madt_start {
	struct acpi_header header;
	u32 lapic_address;
	u32 flags;
} __packed;
static_assert(sizeof(struct madt_start) == MADT_ENTRIES, "[ACPI 5.2.12]");

struct entry {
	u8 type, length;
	union {
		struct {
			u8 processor, apic_id;
			u32 flags;
		} __packed lapic; /* 0 */
		struct {
			u8 id, reserved;
			u32 address, gsi_base;
		} __packed ioapic; /* 1 */
		struct {
			u8 bus, irq;
			u32 gsi;
			u16 flags;
		} __packed override; /* 2 */
		struct {
			u8 processor;
			u16 flags;
			u8 lint;
		} __packed nmi; /* 4 */
		struct {
			u16 reserved;
			u64 address;
		} __packed lapic_override; /* 5 */
		struct {
			u16 reserved;
			u32 apic_id, flags, processor;
		} __packed x2apic; /* 9 */
		u8 bytes[ENTRY_MAX - 2];
	};
} __packed;
static_assert(sizeof(struct entry) == ENTRY_MAX, "the longest entry that is read");

enum { LAPIC, IOAPIC, OVERRIDE, NMI_SOURCE, LAPIC_NMI, LAPIC_ADDRESS, X2APIC = 9 };

/* How long an entry of each type must be; 0: not read. */
static const u8 lengths[] = {
	[LAPIC] = 8,     [IOAPIC] = 12,        [OVERRIDE] = 10,
	[LAPIC_NMI] = 6, [LAPIC_ADDRESS] = 12, [X2APIC] = 16,
};

/* Processor numbers are ACPI's own; NMI entries name CPUs by them. */
struct madt {
	struct smp_config *config;
	const struct boot_say *say;
	u32 nr_numbers;
	struct {
		u32 number, apic_id;
	} numbers[NR_CPUS];
};

static void add_cpu(struct madt *m, u32 number, u32 apic_id, u32 flags)
{
	if (!(flags & LAPIC_ENABLED)) {
		m->config->cpus_off++;
		return;
	}
	if (m->nr_numbers < NR_CPUS) {
		m->numbers[m->nr_numbers].number = number;
		m->numbers[m->nr_numbers++].apic_id = apic_id;
	}
	smp_config_add_cpu(m->config, apic_id, m->say);
}

static void add_override(struct madt *m, u8 bus, u8 irq, u32 gsi, u16 flags)
{
	struct smp_config_irq *line = &m->config->isa_irq[irq % NR_ISA_IRQS];

	if (bus != BUS_ISA || irq >= NR_ISA_IRQS) {
		boot_say(m->say, "ACPI: MADT moves interrupt %u of bus %u, which does not exist",
			 irq, bus);
		return;
	}
	line->gsi = gsi;
	line->flags = flags;
	line->given = true;
}

static void add_nmi(struct madt *m, u8 processor, u16 flags, u8 lint)
{
	struct smp_config_nmi *nmi;
	u32 i, id = SMP_CONFIG_CPU_ALL;

	if (lint > 1) {
		boot_say(m->say, "ACPI: MADT has an NMI at pin LINT%u, which does not exist", lint);
		return;
	}
	if (processor != ALL_PROCESSORS) {
		for (i = 0; i < m->nr_numbers && m->numbers[i].number != processor; i++)
			;
		if (i == m->nr_numbers)
			return; /* a CPU that is not there */
		id = m->numbers[i].apic_id;
	}
	if (m->config->nr_nmis == SMP_CONFIG_NMIS)
		return; /* loft listens on the boot CPU alone, so a few are enough */
	nmi = &m->config->nmi[m->config->nr_nmis++];
	nmi->apic_id = id;
	nmi->flags = flags;
	nmi->lint = lint;
}

static void take(struct madt *m, const struct entry *e)
{
	switch (e->type) {
	case LAPIC:
		add_cpu(m, e->lapic.processor, e->lapic.apic_id, e->lapic.flags);
		break;
	case IOAPIC:
		smp_config_add_ioapic(m->config, e->ioapic.id, e->ioapic.address,
				      e->ioapic.gsi_base, m->say);
		break;
	case OVERRIDE:
		add_override(m, e->override.bus, e->override.irq, e->override.gsi,
			     e->override.flags);
		break;
	case LAPIC_NMI:
		add_nmi(m, e->nmi.processor, e->nmi.flags, e->nmi.lint);
		break;
	case LAPIC_ADDRESS:
		m->config->lapic_address = e->lapic_override.address;
		break;
	case X2APIC:
		add_cpu(m, e->x2apic.processor, e->x2apic.apic_id, e->x2apic.flags);
		break;
	}
}

/* Reads the entries one by one. Returns false at the first that cannot be. */
static bool read_entries(struct madt *m, const struct phys_reader *mem,
			 const struct acpi_table *table)
{
	struct entry e;
	u32 at, need;

	for (at = MADT_ENTRIES; at < table->length; at += e.length) {
		if (!acpi_read(mem, table, at, &e, 2) || e.length < 2 ||
		    e.length > table->length - at)
			return false;
		need = e.type < ARRAY_SIZE(lengths) ? lengths[e.type] : 0;
		if (!need)
			continue;
		if (e.length < need || !acpi_read(mem, table, at, &e, need))
			return false;
		take(m, &e);
	}
	return true;
}

int smp_config_from_acpi(struct smp_config *config, const void *rsdp, size_t rsdp_length,
			 const struct phys_reader *mem, const struct boot_say *say)
{
	struct madt m = {.config = config, .say = say};
	struct madt_start start;
	struct acpi_root root;
	struct acpi_table table;

	if (acpi_find_root(mem, rsdp, rsdp_length, &root, say) != 0 ||
	    acpi_find_table(mem, &root, "APIC", &table, say) != 0)
		return -ENOENT;
	if (!acpi_read(mem, &table, 0, &start, sizeof(start))) {
		boot_say(say, "ACPI: MADT of %u bytes is too short", table.length);
		return -EINVAL;
	}
	smp_config_clear(config, "ACPI");
	config->lapic_address = start.lapic_address;
	config->has_8259 = start.flags & MADT_PCAT;
	if (!read_entries(&m, mem, &table))
		boot_say(say, "ACPI: MADT has a broken entry; what comes after it is not used");
	if (!config->nr_cpus) {
		boot_say(say, "ACPI: MADT lists no CPU");
		return -EINVAL;
	}
	return 0;
}
