/* SPDX-License-Identifier: MIT */
/*
 * Machine checks: the CPU found its own caches, buses or memory wrong.
 *
 * Where the CPU has the machine-check architecture, each bank of registers that holds a valid
 * report is printed raw (its meaning is the CPU model's); a Pentium has only an address and a type
 * [SDM3 15.3, 15.8]. Nothing after such an event can be trusted, so it ends in the oops path.
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/recover.h"

#define MSR_P5_MC_ADDR   0x000
#define MSR_P5_MC_TYPE   0x001
#define MSR_MCG_CAP      0x179
#define MSR_MCG_STATUS   0x17a
#define MSR_MC_CTL(n)    (0x400 + 4 * (n))
#define MSR_MC_STATUS(n) (0x401 + 4 * (n))
#define MSR_MC_ADDR(n)   (0x402 + 4 * (n))
#define MC_STATUS_VALID  (1ull << 63)
#define MC_STATUS_ADDRV  (1ull << 58)

static unsigned int bank_count(void)
{
	return (unsigned int)(rdmsr(MSR_MCG_CAP) & 0xff);
}

static void report_banks(void)
{
	unsigned int n, banks = bank_count();

	pr_emerg("machine check: status %016llx, %u banks\n", rdmsr(MSR_MCG_STATUS), banks);
	for (n = 0; n < banks; n++) {
		u64 status = rdmsr(MSR_MC_STATUS(n));

		if (!(status & MC_STATUS_VALID))
			continue;
		pr_emerg("machine check: bank %u status %016llx address %016llx\n", n, status,
			 status & MC_STATUS_ADDRV ? rdmsr(MSR_MC_ADDR(n)) : 0);
	}
}

void mce_handler(struct pt_regs *regs)
{
	this_cpu_inc(irq_stat.machine_checks);
	recover_take(RECOVERED_FAULT, regs, "machine check");
	if (cpu_has(X86_FEATURE_MCA))
		report_banks();
	else if (cpu_has(X86_FEATURE_MCE))
		pr_emerg("machine check: address %016llx type %016llx\n", rdmsr(MSR_P5_MC_ADDR),
			 rdmsr(MSR_P5_MC_TYPE));
	die(regs, "machine check");
}

void mce_init(void)
{
	unsigned int n;

	if (!cpu_has(X86_FEATURE_MCE))
		return;
	if (cpu_has(X86_FEATURE_MCA)) {
		/* Bank 0's control belongs to the firmware on family 6 [SDM3 15.3.2.1]. */
		for (n = boot_cpu.family == 6 ? 1 : 0; n < bank_count(); n++)
			wrmsr(MSR_MC_CTL(n), ~0ull);
		for (n = 0; n < bank_count(); n++)
			wrmsr(MSR_MC_STATUS(n), 0);
	}
	write_cr4(read_cr4() | CR4_MCE);
}
