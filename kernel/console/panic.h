/* SPDX-License-Identifier: MIT */
/*
 * The end, said clearly: panic, fatal traps, failed BUG and WARN checks, and backtraces.
 */
#ifndef KERNEL_CONSOLE_PANIC_H
#define KERNEL_CONSOLE_PANIC_H

#include "kernel/cpu/ptrace.h"
#include "lib/compiler.h"
#include "lib/list.h"
#include "lib/types.h"

/*
 * Reports the formatted reason (no '\n') and a backtrace, calls the notifiers, and ends the run:
 * exit code EXIT_PANIC where something takes it; otherwise reboot after panic= seconds, or halt.
 * Any context, with anything broken; a failure inside it shortens the report but not the exit.
 * Inside recover_try() it ends that call instead, without a report.
 */
void panic(const char *fmt, ...) __noreturn __cold __printf(1, 2);

/*
 * A fatal trap: reports WHAT (one line, no '\n'), registers, code and backtrace of REGS, then
 * panics. Called by the trap handlers after recover_take() and the exception table declined.
 */
void die(struct pt_regs *regs, const char *what) __noreturn __cold;

/* Prints registers, control registers and the code bytes at EIP, <> around the byte there. */
void show_regs(struct pt_regs *regs);

/*
 * Prints the call chain that starts at frame pointer EBP, innermost first.
 * Repeated calls of the same place are counted, not listed.
 * Every frame is read with care, so a broken chain ends the list and nothing else.
 */
void backtrace(unsigned long ebp);

/*
 * The same for the code that was interrupted at REGS, with its place as the first line, and with
 * its caller also where it has no frame of its own (a leaf function, a wild call).
 */
void backtrace_regs(struct pt_regs *regs);

/* The caller's own backtrace, with a heading. Any context. */
void dump_stack(void);

/*
 * The walk behind backtrace(): calls FN with each return address until it returns false or the
 * chain ends. Returns the number of addresses.
 */
unsigned int walk_stack(unsigned long ebp, bool (*fn)(unsigned long address, void *arg), void *arg);

/*
 * Called in a panic after the report, to add what only an upper floor knows (memory, tasks).
 * Interrupts off; must not sleep, allocate or wait for a lock.
 */
struct panic_notifier {
	struct list_head list;
	void (*call)(const char *reason);
};
void panic_notifier_register(struct panic_notifier *notifier);

/* Warnings that were printed, not expected by a test: whether more is worth saying. */
extern unsigned long warnings_printed;

/* How many panics are under way: 0 in normal times, more than 1 for a panic inside a panic. */
extern unsigned int panic_depth;

/* Sets the hooks of lib/bug.h. First thing of the boot. */
void panic_init(void);

#endif
