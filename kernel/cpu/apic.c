/* SPDX-License-Identifier: MIT */
/*
 * Local APICs: setting them up, and sending messages between CPUs.
 *
 * A message is one write to the interrupt command register: its low half sends, its high half has
 * named the destination before. The destination is always one CPU by its APIC ID ("physical"
 * mode): that works for any number of CPUs and needs no second numbering. Who interrupts the pair
 * of writes on this CPU must not send from a high half of its own in between: interrupts are off
 * around it, and an NMI that sends puts the high half back as it was.
 *
 * An APIC register must be written with one aligned 32-bit store [SDM3 10.4.1]. The page is mapped
 * uncached, so stores to it are in order with those before on this CPU [SDM3 11.3, 8.2.5]; other
 * CPUs see earlier stores to memory first, since a locked instruction goes before the sending one.
 */
#define pr_fmt(fmt) "apic: " fmt
#include "kernel/cpu/apic.h"
#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/fixmap.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/smp_config.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/preempt.h"
#include "lib/control.h"

#define MSR_APIC_BASE         0x1b
#define APIC_BASE_ENABLE      0x800
#define APIC_BASE_X2APIC      0x400
#define ICR_SPINS             100000
#define VERSION_MAX_LVT(v)    ((v) >> 16 & 0xff)
#define VERSION_INTEGRATED(v) (((v)&0xf0) == 0x10)

bool apic_is_present;
u32 cpu_apic_id[NR_CPUS] = {[0 ... NR_CPUS - 1] = BAD_APIC_ID};
static bool refused; /* nolapic */

static int set_nolapic(const char *value)
{
	refused = true;
	return 0;
}
BOOT_PARAM("nolapic", set_nolapic, "use no local APIC: one CPU, interrupts by the 8259s");

/* The firmware may have left it switched off; family 6 can switch it on again [SDM3 10.4.3]. */
static bool switch_on(phys_addr_t base)
{
	u64 msr;

	if (!cpu_has(X86_FEATURE_MSR) || boot_cpu.family < 6)
		return true;
	msr = rdmsr(MSR_APIC_BASE);
	if (msr & APIC_BASE_X2APIC) {
		pr_warn("in x2APIC mode, which loft does not drive\n");
		return false;
	}
	if (!(msr & APIC_BASE_ENABLE))
		wrmsr(MSR_APIC_BASE, (msr & 0xfff) | base | APIC_BASE_ENABLE);
	return true;
}

/*
 * The CPU does not tell of an APIC, but the firmware tells of several CPUs, so there is one before
 * each (QEMU's 486 with -smp 2). Firmware that believed the CPU has not opened the boot CPU's for
 * the 8259s: their interrupts would never come.
 */
static void open_hidden(phys_addr_t base)
{
	set_fixmap_nocache(FIX_APIC_BASE, base);
	if (VERSION_INTEGRATED(apic_read(APIC_VERSION))) {
		apic_write(APIC_SVR, APIC_SVR_ENABLE | SPURIOUS_APIC_VECTOR);
		apic_virtual_wire(true);
		pr_info("the firmware has one for each of %u CPUs; opened for the 8259s\n",
			smp_config.nr_cpus);
	}
	clear_fixmap(FIX_APIC_BASE);
}

bool apic_init(phys_addr_t base)
{
	bool usable = base < PT_PHYS_LIMIT && !(base & ~PAGE_MASK);
	u32 version;

	if (refused) {
		pr_info("not used (nolapic)\n");
		return false;
	}
	if (!cpu_has(X86_FEATURE_APIC)) {
		pr_info("this CPU has none\n");
		if (usable && smp_config.nr_cpus > 1)
			open_hidden(base);
		return false;
	}
	if (!usable) {
		pr_warn("cannot be at 0x%llx\n", base);
		return false;
	}
	if (!switch_on(base))
		return false;
	set_fixmap_nocache(FIX_APIC_BASE, base);
	version = apic_read(APIC_VERSION);
	if (!VERSION_INTEGRATED(version)) {
		pr_warn("at 0x%llx reads version 0x%x, which is none; not used\n", base, version);
		clear_fixmap(FIX_APIC_BASE);
		return false;
	}
	cpu_apic_id[0] = apic_id();
	WRITE_ONCE(apic_is_present, true);
	apic_setup();
	return true;
}

/* The NMI pins of this CPU, as the firmware wired them; only the boot CPU listens. */
static void setup_nmi_pins(void)
{
	u32 id = apic_id();
	unsigned int i;

	for (i = 0; i < smp_config.nr_nmis; i++) {
		const struct smp_config_nmi *nmi = &smp_config.nmi[i];

		if (nmi->apic_id != SMP_CONFIG_CPU_ALL && nmi->apic_id != id)
			continue;
		apic_write(nmi->lint ? APIC_LVT_LINT1 : APIC_LVT_LINT0, APIC_DM_NMI);
	}
	if (!smp_config.nr_nmis)
		apic_write(APIC_LVT_LINT1, APIC_DM_NMI);
}

void apic_virtual_wire(bool on)
{
	apic_write(APIC_LVT_LINT0, APIC_DM_EXTINT | (on ? 0 : APIC_LVT_MASKED));
}

void apic_setup(void)
{
	bool boot = smp_processor_id() == 0;
	u32 lvts = VERSION_MAX_LVT(apic_read(APIC_VERSION));

	apic_write(APIC_TPR, 0);
	apic_write(APIC_SVR, APIC_SVR_ENABLE | SPURIOUS_APIC_VECTOR);
	apic_write(APIC_LVT_TIMER, APIC_LVT_MASKED);
	apic_write(APIC_LVT_LINT0, APIC_LVT_MASKED);
	apic_write(APIC_LVT_LINT1, APIC_LVT_MASKED);
	if (lvts >= 4)
		apic_write(APIC_LVT_PERF, APIC_LVT_MASKED);
	if (lvts >= 5)
		apic_write(APIC_LVT_THERM, APIC_LVT_MASKED);
	if (lvts >= 3)
		apic_write(APIC_LVT_ERROR, ERROR_APIC_VECTOR);
	if (boot) {
		apic_virtual_wire(true);
		setup_nmi_pins();
	}
	apic_esr();
	/* What the firmware may have left unanswered would block everything below it. */
	for (unsigned int word = 0; word < 8; word++)
		for (u32 bits = apic_read(APIC_ISR + 16 * word); bits; bits &= bits - 1)
			apic_eoi();
}

u32 apic_esr(void)
{
	apic_write(APIC_ESR, 0); /* has it latched [SDM3 10.5.3] */
	return apic_read(APIC_ESR);
}

static bool wait_idle(void)
{
	unsigned int spins;

	for (spins = 0; spins < ICR_SPINS; spins++) {
		if (!(apic_read(APIC_ICR) & APIC_ICR_BUSY))
			return true;
		cpu_relax();
	}
	return false;
}

/* Sends COMMAND to the CPU whose APIC is @id. False: the one before is still on its way. */
static bool send(u32 id, u32 command)
{
	bool sent, nested = in_nmi();
	unsigned long flags;
	u32 high = 0;

	local_irq_save(flags);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (unlikely(nested)) /* perhaps between two writes of whom the NMI has interrupted */
		high = apic_read(APIC_ICR_HIGH);
	sent = wait_idle();
	apic_write(APIC_ICR_HIGH, id << 24);
	apic_write(APIC_ICR, command);
	if (unlikely(nested) && !control(nmi_tramples_messages))
		apic_write(APIC_ICR_HIGH, high);
	local_irq_restore(flags);
	return sent;
}

void apic_send_ipi(unsigned int cpu, unsigned int vector)
{
	send(READ_ONCE(cpu_apic_id[cpu]), APIC_DM_FIXED | APIC_ICR_ASSERT | vector);
}

void apic_send_ipi_mask(const struct cpumask *mask, unsigned int vector)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask) apic_send_ipi(cpu, vector);
}

void apic_send_nmi(unsigned int cpu)
{
	send(READ_ONCE(cpu_apic_id[cpu]), APIC_DM_NMI | APIC_ICR_ASSERT);
}

bool apic_send_init(u32 id)
{
	/* Asserted, then taken back: the second one only means something to APICs on a bus of
	 * their own, and the others ignore it [SDM3 10.6.1]. */
	return send(id, APIC_DM_INIT | APIC_ICR_LEVEL | APIC_ICR_ASSERT) &&
	       send(id, APIC_DM_INIT | APIC_ICR_LEVEL) && wait_idle();
}

bool apic_send_startup(u32 id, phys_addr_t page)
{
	return send(id, APIC_DM_STARTUP | APIC_ICR_ASSERT | (u32)PFN_DOWN(page)) && wait_idle();
}
