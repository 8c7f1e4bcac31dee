/* SPDX-License-Identifier: MIT */
/*
 * The MP configuration table: how firmware listed CPUs before ACPI [MPS 4].
 *
 * A floating pointer in the EBDA, the last KiB of base memory or the BIOS area leads to a header
 * and its entries: processors (20 bytes each), buses, I/O APICs, interrupt assignments (8 bytes).
 * An unknown type has an unknown length and so ends the reading. Instead of a table there may be a
 * default configuration's number: two CPUs, APICs at the usual places [MPS 5].
 */
#include "kernel/cpu/acpi.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/smp_config.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/string.h"

#define EBDA_POINTER    0x40e
#define BASE_MEMORY     0x413 /* KiB of base memory */
#define BIOS_START      0xf0000
#define BIOS_END        0x100000
#define CHUNK           1024
#define TABLE_MAX       0x10000
#define DEFAULT_IO_APIC 0xfec00000
#define DEFAULTS        7
#define BUSES           32

struct floating { /* [MPS 4.1] */
	char signature[4];
	u32 table;
	u8 length; /* in 16 bytes */
	u8 revision, checksum;
	u8 default_type; /* 0: there is a table */
	u8 features;     /* bit 7: IMCR */
	u8 reserved[3];
} __packed;
static_assert(sizeof(struct floating) == 16, "[MPS 4.1]");

struct header { /* [MPS 4.2] */
	char signature[4];
	u16 length;
	u8 revision, checksum;
	char oem[8], product[12];
	u32 oem_table;
	u16 oem_size, entries;
	u32 lapic_address;
	u16 extended_length;
	u8 extended_sum, reserved;
} __packed;
static_assert(sizeof(struct header) == 44, "[MPS 4.2]");

enum { PROCESSOR, BUS, IO_APIC, IO_INTERRUPT, LOCAL_INTERRUPT };
enum { INT_VECTORED, INT_NMI, INT_SMI, INT_EXTINT };

struct entry { /* [MPS 4.3] */
	u8 type;
	union {
		struct {
			u8 apic_id, version, flags;
			u32 signature, features, reserved[2];
		} __packed cpu;
		struct {
			u8 id;
			char name[6];
		} __packed bus;
		struct {
			u8 id, version, flags;
			u32 address;
		} __packed ioapic;
		struct {
			u8 kind;
			u16 flags;
			u8 bus, irq, apic_id, pin;
		} __packed interrupt;
	};
} __packed;
static_assert(sizeof(struct entry) == 20, "[MPS 4.3]");

#define CPU_USABLE    1
#define IOAPIC_USABLE 1

struct mp {
	struct smp_config *config;
	const struct phys_reader *mem;
	const struct boot_say *say;
	u32 isa_buses; /* one bit a bus ID */
};

static bool search(const struct phys_reader *mem, phys_addr_t start, phys_addr_t end,
		   struct floating *f)
{
	u8 bytes[CHUNK];

	for (; start < end; start += CHUNK) {
		size_t n = (size_t)min(end - start, (phys_addr_t)CHUNK);

		if (!phys_read(mem, start, bytes, n))
			return false;
		for (size_t i = 0; i + sizeof(*f) <= n; i += sizeof(*f)) {
			memcpy(f, bytes + i, sizeof(*f));
			if (memcmp(f->signature, "_MP_", 4) == 0 && f->length == 1 &&
			    (acpi_sum(f, sizeof(*f)) == 0 || control(mptable_sums_believed)))
				return true;
		}
	}
	return false;
}

/* [MPS 4]: first the EBDA, then the end of base memory, then the BIOS. */
static bool find_floating(const struct phys_reader *mem, struct floating *f)
{
	u16 segment = 0, kib = 0;
	phys_addr_t ebda, base;

	phys_read(mem, EBDA_POINTER, &segment, sizeof(segment));
	phys_read(mem, BASE_MEMORY, &kib, sizeof(kib));
	ebda = (phys_addr_t)segment << 4;
	base = (phys_addr_t)kib << 10;
	if (ebda >= 0x80000 && ebda < 0xa0000 && search(mem, ebda, ebda + CHUNK, f))
		return true;
	if (base >= 0x80000 && base <= 0xa0000 && search(mem, base - CHUNK, base, f))
		return true;
	return search(mem, BIOS_START, BIOS_END, f);
}

static void add_bus(struct mp *mp, const struct entry *e)
{
	if (memcmp(e->bus.name, "ISA", 3) == 0 && e->bus.id < BUSES)
		mp->isa_buses |= 1u << e->bus.id;
}

/* @gsi_base: the I/O APICs' inputs are numbered one APIC behind the other, as far as they are
 * known. */
static void add_interrupt(struct mp *mp, const struct entry *e)
{
	struct smp_config *config = mp->config;
	struct smp_config_irq *line;
	unsigned int i;

	if (e->interrupt.kind != INT_VECTORED || e->interrupt.bus >= BUSES ||
	    !(mp->isa_buses >> e->interrupt.bus & 1) || e->interrupt.irq >= NR_ISA_IRQS)
		return;
	for (i = 0; i < config->nr_ioapics; i++)
		if (config->ioapic[i].id == e->interrupt.apic_id || e->interrupt.apic_id == 0xff)
			break;
	if (i == config->nr_ioapics)
		return;
	line = &config->isa_irq[e->interrupt.irq];
	line->gsi = config->ioapic[i].gsi_base + e->interrupt.pin;
	line->flags = e->interrupt.flags & (INTI_POLARITY | INTI_TRIGGER);
	line->given = true;
}

static void add_local(struct mp *mp, const struct entry *e)
{
	struct smp_config *config = mp->config;

	if (e->interrupt.kind != INT_NMI || e->interrupt.pin > 1 ||
	    config->nr_nmis == SMP_CONFIG_NMIS)
		return;
	config->nmi[config->nr_nmis].apic_id = e->interrupt.apic_id;
	config->nmi[config->nr_nmis].flags = e->interrupt.flags;
	config->nmi[config->nr_nmis++].lint = e->interrupt.pin;
}

static void take(struct mp *mp, const struct entry *e)
{
	switch (e->type) {
	case PROCESSOR:
		if (e->cpu.flags & CPU_USABLE)
			smp_config_add_cpu(mp->config, e->cpu.apic_id, mp->say);
		else
			mp->config->cpus_off++;
		break;
	case BUS:
		add_bus(mp, e);
		break;
	case IO_APIC:
		/* The table does not number the inputs; 24 each is what there is. */
		if (e->ioapic.flags & IOAPIC_USABLE)
			smp_config_add_ioapic(mp->config, e->ioapic.id, e->ioapic.address,
					      mp->config->nr_ioapics * 24, mp->say);
		break;
	case IO_INTERRUPT:
		add_interrupt(mp, e);
		break;
	case LOCAL_INTERRUPT:
		add_local(mp, e);
		break;
	}
}

static bool read_entries(struct mp *mp, const struct acpi_table *table, u32 count)
{
	struct entry e;
	u32 at = sizeof(struct header), n;

	for (; count; count--, at += n) {
		if (!acpi_read(mp->mem, table, at, &e, 1) || e.type > LOCAL_INTERRUPT)
			return false;
		n = e.type == PROCESSOR ? sizeof(e) : 8;
		if (!acpi_read(mp->mem, table, at, &e, n))
			return false;
		take(mp, &e);
	}
	return true;
}

/* [MPS 5]: two CPUs, one I/O APIC; the timer at its input 2, and nothing else moved. */
static int use_default(struct mp *mp, u8 type)
{
	struct smp_config *config = mp->config;

	if (type > DEFAULTS) {
		boot_say(mp->say, "MP table: default configuration %u does not exist", type);
		return -EINVAL;
	}
	smp_config_add_cpu(config, 0, mp->say);
	smp_config_add_cpu(config, 1, mp->say);
	smp_config_add_ioapic(config, 2, DEFAULT_IO_APIC, 0, mp->say);
	config->isa_irq[0].gsi = 2;
	config->isa_irq[0].given = true;
	return 0;
}

static int read_table(struct mp *mp, phys_addr_t address)
{
	struct acpi_table table = {.address = address};
	struct header header;
	u8 byte, sum = 0;

	if (!phys_read(mp->mem, address, &header, sizeof(header)) ||
	    memcmp(header.signature, "PCMP", 4) != 0 || header.length < sizeof(header)) {
		boot_say(mp->say, "MP table: there is none at 0x%llx", address);
		return -EINVAL;
	}
	table.length = header.length;
	for (u32 i = 0; i < table.length; i++) {
		if (!acpi_read(mp->mem, &table, i, &byte, 1))
			return -EINVAL;
		sum += byte;
	}
	if (sum != 0 && !control(mptable_sums_believed)) {
		boot_say(mp->say, "MP table: its sum is 0x%02x, not 0; not used", sum);
		return -EINVAL;
	}
	mp->config->lapic_address = header.lapic_address;
	if (!read_entries(mp, &table, header.entries))
		boot_say(mp->say, "MP table: a broken entry; what comes after it is not used");
	if (mp->config->nr_cpus)
		return 0;
	boot_say(mp->say, "MP table: it lists no CPU");
	return -EINVAL;
}

int smp_config_from_mptable(struct smp_config *config, const struct phys_reader *mem,
			    const struct boot_say *say)
{
	struct mp mp = {.config = config, .mem = mem, .say = say};
	struct floating f;

	if (!find_floating(mem, &f))
		return -ENOENT;
	smp_config_clear(config, "MP table");
	config->has_8259 = true;
	config->imcr = f.features >> 7;
	if (f.default_type)
		return use_default(&mp, f.default_type);
	return read_table(&mp, f.table);
}
