/* SPDX-License-Identifier: MIT */
/*
 * Ends of a run: exit with a verdict, power off, reboot. See power.c.
 */
#ifndef KERNEL_CPU_POWER_H
#define KERNEL_CPU_POWER_H

#include "lib/compiler.h"
#include "lib/types.h"
#include "boot/exit_codes.h"

/* Verdicts of a run; the value for the debug-exit port (boot/exit_codes.h has the table). */
enum exit_code {
	EXIT_CLEAN = EXIT_CODE_CLEAN,
	EXIT_FAILED = EXIT_CODE_FAILED,
	EXIT_PANIC = EXIT_CODE_PANIC,
	EXIT_CANNOT_RUN = EXIT_CODE_CANNOT_RUN,
	EXIT_REBOOT = EXIT_CODE_REBOOT,
};

/*
 * machine_exit_try() - hand @code to the emulator's debug-exit port. Does not return if there is
 * one and it obeys; returns if there is none (real hardware, other emulators). Any context.
 */
void machine_exit_try(enum exit_code code);

/*
 * machine_exit() - end the run with @code: the debug-exit port, else power off, else halt.
 * Any context; interrupts are turned off.
 */
void machine_exit(enum exit_code code) __noreturn;

/*
 * machine_poweroff() - the end of work: exits with EXIT_CLEAN, or EXIT_FAILED after verdict_fail().
 * machine_reboot() - start again: debug-exit port (the runner starts the machine anew), keyboard
 * controller, reset control register, and a triple fault, whichever works first.
 */
void machine_poweroff(void) __noreturn;
void machine_reboot(void) __noreturn;

/* machine_halt() - stop this CPU for good, interrupts off. */
void machine_halt(void) __noreturn;

/* verdict_fail() - mark the run as failed (a test, a command). verdict_failed() tells. */
void verdict_fail(void);
bool verdict_failed(void);

/* exit_hook - called once before the machine goes, NULL if unset: the console's chance to drain. */
extern void (*exit_hook)(void);

/*
 * acpi_power_init() - find the way to ACPI's S5 (soft off) in the firmware's tables. @rsdp is the
 * copy of the root pointer that the loader handed over, of @length bytes; with length 0 the BIOS
 * areas are searched [ACPI 5.2.5.1]. Without tables, power off has fewer ways. Once, at boot.
 */
void acpi_power_init(const void *rsdp, size_t length);

/* acpi_poweroff() - enter S5 if acpi_power_init() found how; otherwise, and on failure, returns. */
void acpi_poweroff(void);

#endif
