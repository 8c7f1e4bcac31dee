/* SPDX-License-Identifier: MIT */
/*
 * Expected failures: run a function that may fault, BUG or panic, and get that as a result.
 * See recover.c.
 */
#ifndef KERNEL_CPU_RECOVER_H
#define KERNEL_CPU_RECOVER_H

#include "lib/types.h"
#include "kernel/console/text.h"
#include "kernel/cpu/ptrace.h"

enum recovered {
	RECOVERED_NONE, /* fn returned */
	RECOVERED_FAULT,
	RECOVERED_BUG,
	RECOVERED_PANIC,
};

/* What happened. Fields that the kind does not have are 0. */
struct recover_info {
	enum recovered kind;
	unsigned int vector;   /* of a fault */
	unsigned long error;   /* its error code */
	unsigned long address; /* CR2 of a page fault, and of a double fault */
	unsigned long eip;     /* of a fault: the instruction (after it for INT n and #DB) */
	char text[160];        /* the report's first line, cut to fit, NUL terminated */
};

/*
 * recover_try() - call @fn(@arg); a CPU fault, BUG or panic inside it ends the call at once.
 * Returns what ended it and fills @info (may be NULL). Interrupt flag, direction flag and interrupt
 * depth are as before the call; nothing else that @fn changed is undone (locks, memory).
 * Nests: the innermost gets the failure. Thread context, or inside one interrupt handler; a failure
 * in an interrupt that came in between is nobody's expectation and reports as ever.
 */
enum recovered recover_try(void (*fn)(void *arg), void *arg, struct recover_info *info);

/*
 * recover_take() - offer a failure to the innermost recover_try(); called by whoever reports it,
 * before the report. Does not return if one takes it; returns false if none is active here.
 * @regs is the fault's frame, or NULL; @msg (not NULL) is kept as info.text.
 */
bool recover_take(enum recovered kind, struct pt_regs *regs, const char *msg);

/* Registers that a call preserves, and the way back; filled by recover_call(). */
struct recover_context {
	u32 ebx, esi, edi, ebp, esp, eip;
};

/* One expectation, on the stack of who made it. The users of recover_push() fill in context. */
struct recover_record {
	struct recover_context context;
	struct recover_record *outer;
	struct recover_info *info;
	unsigned int depth;         /* interrupt handlers below it */
	unsigned int preempt_count; /* what the context held when it began to try */
	unsigned int pagefault_disabled;
	unsigned int cpu_locks, task_locks; /* as lockdep counts them */
	struct console_state console;       /* output that was under way when it was made */
};

/*
 * recover_push() - become the innermost expectation, with a way back of one's own: a failure fills
 * @info (cleared here), unlinks @record and goes to @record->context, interrupts off.
 * recover_pop() - unlink @record, the innermost one, which nothing has taken.
 * recover_point(), recover_unwind() - the innermost record now (or NULL), and the return to it by
 * one who jumps out of everything entered since.
 */
void recover_push(struct recover_record *record, struct recover_info *info);
void recover_pop(struct recover_record *record);
struct recover_record *recover_point(void);
void recover_unwind(struct recover_record *record);

/*
 * recover_claim() - the first half of recover_take() for the double-fault task, which cannot jump
 * but must switch tasks: fills the info and returns where to go on (with EAX = 1), or NULL.
 */
const struct recover_context *recover_claim(enum recovered kind, struct pt_regs *regs,
					    const char *msg);

#endif
