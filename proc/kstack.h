/* SPDX-License-Identifier: MIT */
/*
 * Stacks of threads: see kstack.c.
 */
#ifndef PROC_KSTACK_H
#define PROC_KSTACK_H

#include "kernel/cpu/stacks.h"

#define THREAD_PAGES 4
#define THREAD_SIZE  (THREAD_PAGES * PAGE_SIZE)

/*
 * kstack_alloc() - a stack, described in @stack (all but the name). 0 or -ENOMEM. May sleep.
 * kstack_free() - give it back; nobody runs on it any more. Any context but NMI.
 */
int kstack_alloc(struct kernel_stack *stack);
void kstack_free(const struct kernel_stack *stack);

/* Give back the memory of all but @keep of the stacks that lie ready; returns how many. Sleeps. */
unsigned int kstack_trim(unsigned int keep);

#endif
