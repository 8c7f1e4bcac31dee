/* SPDX-License-Identifier: MIT */
/*
 * What the other CPUs are doing, asked by NMI, which they cannot refuse. See nmi_backtrace.c.
 */
#ifndef KERNEL_CPU_NMI_BACKTRACE_H
#define KERNEL_CPU_NMI_BACKTRACE_H

#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/ptrace.h"
#include "lib/types.h"

/*
 * trigger_cpumask_backtrace() - print where the running CPUs of @mask are and how they got there,
 * each in one piece; the calling one by its own stack. A CPU that does not answer within a second
 * is named; what it answers later is dropped. False, and nothing printed: somebody else is at it.
 * Any context but NMI; waits, and serves nothing meanwhile. The others are Linux's names for the
 * usual masks.
 */
bool trigger_cpumask_backtrace(const struct cpumask *mask);
bool trigger_all_cpu_backtrace(void);
bool trigger_allbutself_cpu_backtrace(void);
bool trigger_single_cpu_backtrace(unsigned int cpu);

/*
 * smp_stop_others() - for panic: all other CPUs note where they are and stop for good. One that
 * does not take the NMI in time is held by INIT where that can be done. They are no longer online
 * afterwards. Interrupts off; nothing is printed, since the console may be in their hands.
 * smp_print_stopped() - their backtraces, and a line for each that had to be forced, or could not.
 */
void smp_stop_others(void);
void smp_print_stopped(void);

/*
 * nmi_asked() - the NMI handler's part: was the NMI a question for this CPU? Answers it; does not
 * return if it was told to stop.
 */
bool nmi_asked(struct pt_regs *regs);

/* How long an answer may take. For tests. */
extern unsigned int nmi_answer_ms;

/* smp_stop_self() - note where this CPU is and stop it for good, as if it had been told to. */
void smp_stop_self(void) __attribute__((__noreturn__));

#endif
