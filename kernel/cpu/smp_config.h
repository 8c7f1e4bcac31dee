/* SPDX-License-Identifier: MIT */
/*
 * What the firmware says about CPUs and interrupt controllers, in one form for both of its ways to
 * say it: ACPI's MADT (kernel/cpu/madt.c) and the older MP table (kernel/cpu/mptable.c).
 *
 * The parsers are pure: tables come from outside and are read through a struct phys_reader
 * (boot/multiboot.h), every length and address in them may be a lie.
 */
#ifndef KERNEL_CPU_SMP_CONFIG_H
#define KERNEL_CPU_SMP_CONFIG_H

#include "boot/bootinfo.h"
#include "boot/layout.h"
#include "boot/multiboot.h"
#include "lib/types.h"

#define MAX_IO_APICS       4
#define NR_ISA_IRQS        16
#define SMP_CONFIG_NMIS    8
#define SMP_CONFIG_CPU_ALL 0xff

/* Polarity and trigger of an interrupt line [ACPI 5.2.12.5] [MPS 4.3.4]. */
#define INTI_POLARITY      0x3
#define INTI_ACTIVE_HIGH   0x1
#define INTI_ACTIVE_LOW    0x3
#define INTI_TRIGGER       0xc
#define INTI_TRIGGER_EDGE  0x4
#define INTI_TRIGGER_LEVEL 0xc

struct smp_config_ioapic {
	u32 id;
	phys_addr_t address;
	u32 gsi_base; /* the global number of its input 0 */
};

/* Where an ISA interrupt arrives. Without a word from the firmware: GSI = IRQ, edge, high. */
struct smp_config_irq {
	u32 gsi;
	u16 flags; /* INTI_*; 0 in a field: as the bus (ISA) has it: active high, edge */
	bool given;
};

/* A local APIC's pin that NMIs come in by. */
struct smp_config_nmi {
	u32 apic_id; /* SMP_CONFIG_CPU_ALL: every CPU's */
	u16 flags;
	u8 lint; /* 0 or 1 */
};

struct smp_config {
	const char *source; /* "ACPI", "MP table"; NULL: nobody told */
	phys_addr_t lapic_address;
	bool has_8259; /* there are two of them besides */
	bool imcr;     /* the 8259s must be switched to the APIC by the IMCR [MPS 3.6.2.1] */

	/* CPUs that may be started, the boot CPU where it stood in the table. */
	unsigned int nr_cpus;
	u32 apic_id[NR_CPUS];
	unsigned int cpus_lost; /* those that found no room here */
	unsigned int cpus_off;  /* those that the firmware has switched off */

	unsigned int nr_ioapics;
	struct smp_config_ioapic ioapic[MAX_IO_APICS];
	unsigned int ioapics_lost;
	struct smp_config_irq isa_irq[NR_ISA_IRQS];

	unsigned int nr_nmis;
	struct smp_config_nmi nmi[SMP_CONFIG_NMIS];
};

/* What this machine's firmware says; all zero (source NULL) before smp_detect(). */
extern struct smp_config smp_config;

/*
 * smp_config_from_acpi() - fill @config from the MADT. @rsdp is the loader's copy of the root
 * pointer (@rsdp_length 0: it gave none, the BIOS areas are searched).
 * smp_config_from_mptable() - the same from the MP configuration table, or one of the MP default
 * configurations.
 * Both return 0; -ENOENT if there is no such table; -EINVAL if it is broken: then nothing of
 * @config counts. What is odd is said through @say, in sentences. Pure.
 */
int smp_config_from_acpi(struct smp_config *config, const void *rsdp, size_t rsdp_length,
			 const struct phys_reader *mem, const struct boot_say *say);
int smp_config_from_mptable(struct smp_config *config, const struct phys_reader *mem,
			    const struct boot_say *say);

/* For the parsers: a fresh @config, and adding a CPU to it (each APIC ID once). */
void smp_config_clear(struct smp_config *config, const char *source);
void smp_config_add_cpu(struct smp_config *config, u32 apic_id, const struct boot_say *say);
void smp_config_add_ioapic(struct smp_config *config, u32 id, phys_addr_t address, u32 gsi_base,
			   const struct boot_say *say);

#endif
