/* SPDX-License-Identifier: MIT */
/*
 * Traps: where every exception and interrupt arrives. See traps.c.
 */
#ifndef KERNEL_CPU_TRAPS_H
#define KERNEL_CPU_TRAPS_H

#include "lib/types.h"
#include "kernel/cpu/ptrace.h"

#define NR_VECTORS    256
#define NR_EXCEPTIONS 32

/*
 * traps_init() - GDT, IDT, TSS, the double-fault task, and the sorted exception table.
 * Called once, right after the early console, interrupts off. Needs nothing but the early map.
 */
void traps_init(void);

/* What handles a vector: called with interrupts off; returning resumes as @regs say. */
typedef void (*trap_handler_t)(struct pt_regs *regs);

/*
 * trap_set_handler() - let @handler have @vector (0..255); NULL gives it back to the default, which
 * reports. Returns what had it before (never NULL). Boot, or interrupts off.
 */
trap_handler_t trap_set_handler(unsigned int vector, trap_handler_t handler);

/* Who has @vector now. */
trap_handler_t trap_get_handler(unsigned int vector);

/*
 * page_fault_hook - mm's share in page faults, NULL until it registers one.
 * Gets every #PF first, with CR2 and interrupts off; true: dealt with, resume the instruction.
 * false: the exception table, an expecting test and the oops report follow in this order.
 */
extern bool (*page_fault_hook)(struct pt_regs *regs, unsigned long cr2);

/*
 * page_fault_hint_hook - mm's knowledge of addresses, NULL until it registers it: writes to @buf
 * what lies, or does not lie, at @va, and why that may be; "" if it has nothing to say. @error is
 * the fault's code: PF_PRESENT and so on. For reports.
 */
extern void (*page_fault_hint_hook)(char *buf, size_t n, unsigned long va, unsigned long error);

/*
 * trap_step() - run @fn(@arg) with EFLAGS.TF set: @hook is called after each of its instructions,
 * with regs->eip at the next one, interrupts off. The hook may look at and change memory and regs.
 * Interrupt handlers that come between are not stepped (the gate clears TF [SDM3 6.12.1.3]), nor
 * are threads that preempt the caller. Thread context. Does not nest. If @fn faults and a test
 * recovers from it, stepping is over, too.
 * trap_step_stop() - from the hook: it is not called any more, and the rest of @fn runs as ever.
 */
void trap_step(void (*fn)(void *arg), void *arg, void (*hook)(struct pt_regs *regs));
void trap_step_stop(struct pt_regs *regs);

/* trap_name() - a vector's name, as "page fault"; "interrupt" from 32 on. Any context. */
const char *trap_name(unsigned int vector);

/* Bits of a page fault's error code [SDM3 4.7]. */
#define PF_PRESENT  0x01 /* the page was there, but not allowed; else not there */
#define PF_WRITE    0x02
#define PF_USER     0x04
#define PF_RESERVED 0x08
#define PF_FETCH    0x10

/* Called by trap_entry.S and by the double-fault task. */
void trap_dispatch(struct pt_regs *regs);
void double_fault(void);

#endif
