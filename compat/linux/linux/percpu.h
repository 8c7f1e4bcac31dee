/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/percpu.h> for foreign sources: one copy of a variable for each CPU.
 */
#ifndef COMPAT_LINUX_PERCPU_H
#define COMPAT_LINUX_PERCPU_H

#include "kernel/cpu/percpu.h"
#include "linux/preempt.h"
#include "linux/smp.h"

/* This CPU's copy, as long as it is this CPU: preemption stays off up to the put. */
#define get_cpu_ptr(ptr)                                                                           \
	__extension__({                                                                            \
		preempt_disable();                                                                 \
		this_cpu_ptr(ptr);                                                                 \
	})
#define put_cpu_ptr(ptr)                                                                           \
	do {                                                                                       \
		(void)(ptr);                                                                       \
		preempt_enable();                                                                  \
	} while (0)
#define get_cpu_var(name) (*get_cpu_ptr(&(name)))
#define put_cpu_var(name) put_cpu_ptr(&(name))

/* One instruction needs no protection, so the forms for callers who have one are the same. */
#define __this_cpu_read  this_cpu_read
#define __this_cpu_write this_cpu_write
#define __this_cpu_add   this_cpu_add
#define __this_cpu_sub   this_cpu_sub
#define __this_cpu_inc   this_cpu_inc
#define __this_cpu_dec   this_cpu_dec
#define __this_cpu_or    this_cpu_or
#define __this_cpu_and   this_cpu_and
#define __this_cpu_xchg  this_cpu_xchg
#define raw_cpu_read     this_cpu_read
#define raw_cpu_write    this_cpu_write
#define raw_cpu_add      this_cpu_add
#define raw_cpu_sub      this_cpu_sub
#define raw_cpu_inc      this_cpu_inc
#define raw_cpu_dec      this_cpu_dec
#define raw_cpu_or       this_cpu_or
#define raw_cpu_and      this_cpu_and
#define raw_cpu_xchg     this_cpu_xchg
#define raw_cpu_ptr      this_cpu_ptr

#endif /* COMPAT_LINUX_PERCPU_H */
