/* SPDX-License-Identifier: MIT */
/*
 * Leaving: the verdict's way out of the machine.
 *
 * Under QEMU a write to the isa-debug-exit device ends the emulator with a status of our choice,
 * so a run's verdict has a channel of its own beside the text. Elsewhere a power off is ACPI's S5
 * and a reset is what PCs have always understood. Every way is tried in turn, best first; the last
 * one cannot fail.
 *
 * The debug-exit port is recognised by what it reads as (0; a bus without a device reads all
 * ones): a blind write would hit real hardware's numeric-coprocessor range.
 *
 * Any context, also from a panic with everything broken: nothing here takes a lock or sleeps.
 */
#include "boot/x86.h"
#include "kernel/console/console.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/power.h"

#define KBC_DATA        0x60
#define KBC_STATUS      0x64 /* commands, when written */
#define KBC_INPUT_FULL  0x02
#define KBC_PULSE_RESET 0xfe
#define RESET_CONTROL   0xcf9  /* PCI chipsets: bit 1 hard, bit 2 do it */
#define QEMU_OLD_OFF    0xb004 /* power control of old QEMU and bochs, no ACPI needed */
#define QEMU_PM1A       0x604  /* QEMU's pc and q35 machines */
#define SLEEP_ENABLE    0x2000
#define BOCHS_SHUTDOWN  0x8900
#define RESET_WAIT_MS   50

void (*exit_hook)(void);
static bool failed;

void verdict_fail(void)
{
	failed = true;
}

bool verdict_failed(void)
{
	return failed;
}

/* The hook is forgotten first: if it fails itself, the next exit goes without it. */
static void leave(void)
{
	void (*hook)(void) = exit_hook;

	exit_hook = NULL;
	if (hook)
		hook();
	local_irq_disable();
}

void machine_halt(void)
{
	local_irq_disable();
	for (;;)
		halt();
}

static bool debug_exit_present(void)
{
	return inl(DEBUG_EXIT_PORT) == 0;
}

void machine_exit_try(enum exit_code code)
{
	leave();
	if (debug_exit_present())
		outl(code, DEBUG_EXIT_PORT);
}

static void power_off(void)
{
	const char *p;

	acpi_poweroff();
	outw(SLEEP_ENABLE, QEMU_PM1A);
	outw(SLEEP_ENABLE, QEMU_OLD_OFF);
	for (p = "Shutdown"; *p; p++)
		outb((u8)*p, BOCHS_SHUTDOWN);
}

void machine_exit(enum exit_code code)
{
	machine_exit_try(code);
	power_off();
	console_line("This machine can be switched off now.");
	machine_halt();
}

void machine_poweroff(void)
{
	machine_exit(failed ? EXIT_FAILED : EXIT_CLEAN);
}

static void keyboard_reset(void)
{
	int tries;

	for (tries = 0; tries < 10000 && (inb(KBC_STATUS) & KBC_INPUT_FULL); tries++)
		cpu_relax();
	outb(KBC_PULSE_RESET, KBC_STATUS);
	mdelay(RESET_WAIT_MS);
}

static void chipset_reset(void)
{
	outb(0x02, RESET_CONTROL);
	outb(0x06, RESET_CONTROL);
	mdelay(RESET_WAIT_MS);
}

void machine_reboot(void)
{
	static const struct table_register none;

	machine_exit_try(EXIT_REBOOT);
	keyboard_reset();
	chipset_reset();
	/* No IDT, so no exception can be delivered, nor the double fault about that: shutdown. */
	lidt(&none);
	__builtin_trap();
	machine_halt();
}
