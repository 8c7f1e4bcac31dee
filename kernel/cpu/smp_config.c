/* SPDX-License-Identifier: MIT */
/*
 * The form that both parsers fill. See smp_config.h.
 */
#include "kernel/cpu/smp_config.h"
#include "boot/pgentry.h"
#include "kernel/cpu/apic.h"
#include "lib/string.h"

void smp_config_clear(struct smp_config *config, const char *source)
{
	memset(config, 0, sizeof(*config));
	config->source = source;
	config->lapic_address = APIC_DEFAULT_BASE;
	for (unsigned int irq = 0; irq < NR_ISA_IRQS; irq++)
		config->isa_irq[irq].gsi = irq;
}

void smp_config_add_cpu(struct smp_config *config, u32 apic_id, const struct boot_say *say)
{
	unsigned int i;

	for (i = 0; i < config->nr_cpus; i++) {
		if (config->apic_id[i] == apic_id) {
			boot_say(say, "%s: two CPUs have APIC ID %u; the second is not used",
				 config->source, apic_id);
			return;
		}
	}
	if (apic_id >= 0xff) {
		boot_say(say, "%s: a CPU has APIC ID 0x%x, which loft cannot address; not used",
			 config->source, apic_id);
		config->cpus_lost++;
	} else if (config->nr_cpus == NR_CPUS) {
		config->cpus_lost++;
	} else {
		config->apic_id[config->nr_cpus++] = apic_id;
	}
}

void smp_config_add_ioapic(struct smp_config *config, u32 id, phys_addr_t address, u32 gsi_base,
			   const struct boot_say *say)
{
	struct smp_config_ioapic *ioapic;

	if (!address || address & 0xf || address >= PT_PHYS_LIMIT) {
		boot_say(say, "%s: I/O APIC %u cannot be at 0x%llx; not used", config->source, id,
			 address);
		return;
	}
	if (config->nr_ioapics == MAX_IO_APICS) {
		config->ioapics_lost++;
		return;
	}
	ioapic = &config->ioapic[config->nr_ioapics++];
	ioapic->id = id;
	ioapic->address = address;
	ioapic->gsi_base = gsi_base;
}
