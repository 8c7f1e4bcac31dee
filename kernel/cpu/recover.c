/* SPDX-License-Identifier: MIT */
/*
 * Unwinding to a test that expects a failure.
 *
 * recover_try() keeps a record on its own stack and links it into a list. recover_call(), in
 * assembler, notes the registers that a C call preserves and calls the function; recover_jump()
 * loads them again, and so "returns" from recover_call() a second time, from however deep in the
 * stack the failure was. There is no setjmp here and so no rule about volatile locals: the C code
 * around it sees one ordinary call.
 *
 * The record belongs to the context that made it: a failure inside an interrupt handler that
 * happened to come in between is not its business, so records remember the interrupt depth.
 *
 * The list belongs to the running task: a failure of one task is never another one's expectation,
 * whichever CPU it happens on.
 * Limits: an NMI that is recovered from leaves further NMIs blocked until the next IRET.
 */
#include "boot/x86.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/recover.h"
#include "kernel/sync/lockdep.h"
#include "kernel/sync/sched.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/string.h"

/* In recover_jump.S: 0 when @fn returned, 1 when recover_jump() came back here. */
int recover_call(struct recover_context *context, void (*fn)(void *arg), void *arg);
void recover_jump(const struct recover_context *context) __noreturn;

/* Handlers and softirqs are contexts of their own: what fails there is not the thread's. */
static unsigned int context(void)
{
	return 2 * irq_depth() + (in_serving_softirq() ? 1 : 0);
}

void recover_push(struct recover_record *record, struct recover_info *info)
{
	memset(info, 0, sizeof(*info));
	record->info = info;
	record->outer = current->recover;
	record->depth = context();
	record->preempt_count = preempt_count_all();
	record->pagefault_disabled = this_cpu_read(__pagefault_disabled);
	record->cpu_locks = lockdep_cpu_depth(smp_processor_id());
	record->task_locks = lockdep_task_depth();
	console_save(&record->console);
	barrier();
	current->recover = record;
}

void recover_pop(struct recover_record *record)
{
	current->recover = record->outer;
}

struct recover_record *recover_point(void)
{
	return current->recover;
}

void recover_unwind(struct recover_record *record)
{
	current->recover = record;
}

enum recovered recover_try(void (*fn)(void *arg), void *arg, struct recover_info *info)
{
	struct recover_info unwanted;
	struct recover_record record;
	unsigned long flags = read_eflags() & ~(unsigned long)EFLAGS_TF;

	if (!info)
		info = &unwanted;
	recover_push(&record, info);
	if (recover_call(&record.context, fn, arg) == 0)
		recover_pop(&record);
	else if (!control(recover_loses_flags))
		write_eflags(flags);
	return info->kind;
}

const struct recover_context *recover_claim(enum recovered kind, struct pt_regs *regs,
					    const char *msg)
{
	struct recover_record *record = current->recover;
	struct recover_info *info;

	if (!record || record->depth != context())
		return NULL;
	info = record->info;
	info->kind = kind;
	if (regs) {
		info->vector = regs->vector;
		info->error = regs->error;
		info->eip = regs->eip;
		if (regs->vector == X86_TRAP_PF || regs->vector == X86_TRAP_DF)
			info->address = read_cr2();
	}
	strscpy(info->text, msg, sizeof(info->text));
	console_restore(&record->console);
	preempt_count_set(record->preempt_count);
	lockdep_restore(record->cpu_locks, record->task_locks);
	this_cpu_write(__pagefault_disabled, record->pagefault_disabled);
	current->recover = record->outer;
	return &record->context;
}

bool recover_take(enum recovered kind, struct pt_regs *regs, const char *msg)
{
	const struct recover_context *context;

	local_irq_disable();
	context = recover_claim(kind, regs, msg);
	if (context)
		recover_jump(context);
	return false;
}
