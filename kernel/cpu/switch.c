/* SPDX-License-Identifier: MIT */
/*
 * The stack of a task that has never run. See switch.S.
 */
#include "kernel/cpu/switch.h"
#include "kernel/sync/sched.h"

static_assert(offsetof(struct task_struct, esp) == TASK_ESP, "switch.S");

void task_start(void); /* in switch.S */

/* What switch_stacks() takes off a stack. */
struct switch_frame {
	unsigned long edi, esi, ebx, ebp, eip;
};

unsigned long task_stack_init(unsigned long top, void (*fn)(void *arg), void *arg)
{
	/* As a caller leaves it: the stack pointer a multiple of 16 before the call pushes. */
	struct switch_frame *frame = (struct switch_frame *)((top & ~15ul) - 32);

	*frame = (struct switch_frame){
		.esi = (unsigned long)fn,
		.edi = (unsigned long)arg,
		.eip = (unsigned long)task_start,
	};
	return (unsigned long)frame;
}
