/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/percpu.h> for foreign sources: one copy of a variable for each CPU, static or from
 * alloc_percpu().
 *
 * A variable of 4 bytes is changed by one instruction, as everywhere in loft. One of 1, 2 or 8
 * bytes, and what loft has no instruction for, by a few with interrupts off: as atomic to whoever
 * looks from this CPU.
 */
#ifndef COMPAT_LINUX_PERCPU_H
#define COMPAT_LINUX_PERCPU_H

#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "linux/preempt.h"
#include "linux/smp.h"
#include "mm/percpu_alloc.h"

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

/* The address of @name, or, where it has not the size of a word, one of something that has. */
#define __pcp_word(name) (*__builtin_choose_expr(sizeof(name) == 4, &(name), (u32 *)0))

#define __pcp_cast(name, v) ((__typeof__(__pcp_word(name)))(v))

/* The value of @expr, in which __pcp_copy is this CPU's copy of @name; interrupts are off. */
#define __pcp_irqs_off(name, expr)                                                                 \
	__extension__({                                                                            \
		__typeof__(name) __pcp_result, *__pcp_copy;                                        \
		unsigned long __pcp_flags;                                                         \
		static_assert(sizeof(name) <= 8 && !(sizeof(name) & (sizeof(name) - 1)),           \
			      "per-CPU operators are for 1, 2, 4 and 8 bytes");                    \
		local_irq_save(__pcp_flags);                                                       \
		__pcp_copy = this_cpu_ptr(&(name));                                                \
		__pcp_result = (expr);                                                             \
		local_irq_restore(__pcp_flags);                                                    \
		__pcp_result;                                                                      \
	})
#define __pcp_value(name, word, expr)                                                              \
	__builtin_choose_expr(sizeof(name) == 4, word, __pcp_irqs_off(name, expr))
#define __pcp_void(name, word, expr)                                                               \
	((void)__builtin_choose_expr(sizeof(name) == 4, __extension__({                            \
					     word;                                                 \
					     0;                                                    \
				     }),                                                           \
				     __pcp_irqs_off(name, expr)))

/* Writes @value; what was there. */
#define __pcp_swap(value)                                                                          \
	__extension__({                                                                            \
		__typeof__(*__pcp_copy) __pcp_old = *__pcp_copy;                                   \
		*__pcp_copy = (value);                                                             \
		__pcp_old;                                                                         \
	})

#undef this_cpu_read
#undef this_cpu_write
#undef this_cpu_add
#undef this_cpu_sub
#undef this_cpu_inc
#undef this_cpu_dec
#undef this_cpu_or
#undef this_cpu_and
#undef this_cpu_xchg
#define this_cpu_read(name) __pcp_value(name, pcpu_word_read(__pcp_word(name)), *__pcp_copy)
#define this_cpu_write(name, v)                                                                    \
	__pcp_void(name, pcpu_word_write(__pcp_word(name), __pcp_cast(name, v)), *__pcp_copy = (v))
#define this_cpu_add(name, v)                                                                      \
	__pcp_void(name, pcpu_word_add(__pcp_word(name), v), *__pcp_copy += (v))
#define this_cpu_sub(name, v)                                                                      \
	__pcp_void(name, pcpu_word_sub(__pcp_word(name), v), *__pcp_copy -= (v))
#define this_cpu_inc(name) __pcp_void(name, pcpu_word_inc(__pcp_word(name)), *__pcp_copy += 1)
#define this_cpu_dec(name) __pcp_void(name, pcpu_word_dec(__pcp_word(name)), *__pcp_copy -= 1)
#define this_cpu_or(name, v)                                                                       \
	__pcp_void(name, pcpu_word_or(__pcp_word(name), v),                                        \
		   *__pcp_copy = (__typeof__(name))(*__pcp_copy | (v)))
#define this_cpu_and(name, v)                                                                      \
	__pcp_void(name, pcpu_word_and(__pcp_word(name), v),                                       \
		   *__pcp_copy = (__typeof__(name))(*__pcp_copy & (v)))
#define this_cpu_xchg(name, v)                                                                     \
	__pcp_value(name, pcpu_word_xchg(__pcp_word(name), __pcp_cast(name, v)), __pcp_swap(v))

/* Writes @new if it is @old; what it was. */
#define this_cpu_cmpxchg(name, old, new)                                                           \
	__pcp_irqs_off(name, *__pcp_copy == (__typeof__(name))(old) ? __pcp_swap(new) : *__pcp_copy)
/* What it is then. */
#define this_cpu_add_return(name, v) __pcp_irqs_off(name, *__pcp_copy += (v))
#define this_cpu_sub_return(name, v) __pcp_irqs_off(name, *__pcp_copy -= (v))
#define this_cpu_inc_return(name)    this_cpu_add_return(name, 1)
#define this_cpu_dec_return(name)    this_cpu_sub_return(name, 1)

/* The forms for callers who are protected by something else are the same. */
#define __this_cpu_read       this_cpu_read
#define __this_cpu_write      this_cpu_write
#define __this_cpu_add        this_cpu_add
#define __this_cpu_sub        this_cpu_sub
#define __this_cpu_inc        this_cpu_inc
#define __this_cpu_dec        this_cpu_dec
#define __this_cpu_or         this_cpu_or
#define __this_cpu_and        this_cpu_and
#define __this_cpu_xchg       this_cpu_xchg
#define __this_cpu_cmpxchg    this_cpu_cmpxchg
#define __this_cpu_add_return this_cpu_add_return
#define __this_cpu_sub_return this_cpu_sub_return
#define __this_cpu_inc_return this_cpu_inc_return
#define __this_cpu_dec_return this_cpu_dec_return
#define raw_cpu_read          this_cpu_read
#define raw_cpu_write         this_cpu_write
#define raw_cpu_add           this_cpu_add
#define raw_cpu_sub           this_cpu_sub
#define raw_cpu_inc           this_cpu_inc
#define raw_cpu_dec           this_cpu_dec
#define raw_cpu_or            this_cpu_or
#define raw_cpu_and           this_cpu_and
#define raw_cpu_xchg          this_cpu_xchg
#define raw_cpu_cmpxchg       this_cpu_cmpxchg
#define raw_cpu_add_return    this_cpu_add_return
#define raw_cpu_ptr           this_cpu_ptr

#endif /* COMPAT_LINUX_PERCPU_H */
