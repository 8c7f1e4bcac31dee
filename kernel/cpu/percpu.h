/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU data: one copy of a variable for each CPU, reached through %fs in one instruction.
 *
 *   .percpu section (linker.ld)      __percpu_areas (.bss)
 *   +------------------+--------+--------+-- ... --+
 *   | variables: CPU 0 | CPU 1  | CPU 2  |         |   one copy of the section each
 *   +------------------+--------+--------+-- ... --+
 *   |<---- a unit ---->|
 *
 * A variable's address is that of CPU 0's copy; CPU n finds its own percpu_offset[n] bytes higher,
 * and that number is the base of its %fs segment (kernel/cpu/gdt.c). CPU 0's offset is 0, so
 * per-CPU data works from the first C instruction on, with any flat %fs.
 *
 * The copies lie side by side, a unit apart: whole pages, as many as the section needs. So memory
 * that is made later for all CPUs (mm/percpu_alloc.h) is found by the same offsets, if its copies
 * are a unit apart, too.
 *
 * this_cpu_*() are single instructions, hence atomic against interrupts of this CPU, but not
 * against other CPUs. Whoever uses the value for more than one of them must not be moved to
 * another CPU in between: preemption off.
 */
#ifndef KERNEL_CPU_PERCPU_H
#define KERNEL_CPU_PERCPU_H

#include "boot/layout.h"
#include "kernel/cpu/cpumask.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* Said of a pointer: what it points to has a copy for each CPU. */
#define __percpu

#define DEFINE_PER_CPU(type, name)  __section(".percpu") __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __section(".percpu") __typeof__(type) name

extern unsigned long percpu_offset[NR_CPUS]; /* CPU n: n units */

/* Bytes of a unit. */
static inline size_t percpu_unit_size(void)
{
	return (size_t)(__percpu_end - __percpu_start);
}

/*
 * percpu_init() - fill the copies of all CPUs but the first from its still pristine one, and the
 * table of offsets. Once, before anything writes per-CPU data: the first call of the boot.
 */
void percpu_init(void);

/* per_cpu(name, cpu): another CPU's copy, as an lvalue; per_cpu_ptr(&name, cpu) its address. */
#define per_cpu_ptr(ptr, cpu) ((__typeof__(ptr))((uintptr_t)(ptr) + READ_ONCE(percpu_offset[cpu])))
#define per_cpu(name, cpu)    (*per_cpu_ptr(&(name), cpu))

/*
 * The operators below want variables of 4 bytes: int, long, pointers. Foreign sources have some of
 * them for other sizes, too: compat/linux/linux/percpu.h.
 */
#define this_cpu_read(name)     pcpu_word_read(name)
#define this_cpu_write(name, v) pcpu_word_write(name, v)
#define this_cpu_add(name, v)   pcpu_word_add(name, v)
#define this_cpu_sub(name, v)   pcpu_word_sub(name, v)
#define this_cpu_inc(name)      pcpu_word_inc(name)
#define this_cpu_dec(name)      pcpu_word_dec(name)
#define this_cpu_or(name, v)    pcpu_word_or(name, v)
#define this_cpu_and(name, v)   pcpu_word_and(name, v)
/* Writes @v; what it was before. Atomic, a barrier. */
#define this_cpu_xchg(name, v) pcpu_word_xchg(name, v)

#define __percpu_word(name)                                                                        \
	static_assert(sizeof(name) == 4, "a per-CPU word is 4 bytes; else turn preemption "        \
					 "off and use this_cpu_ptr()")

#define pcpu_word_read(name)                                                                       \
	__extension__({                                                                            \
		__typeof__(name) __pcp_value;                                                      \
		__percpu_word(name);                                                               \
		__asm__ volatile("movl %%fs:%1, %0" : "=r"(__pcp_value) : "m"(name));              \
		__pcp_value;                                                                       \
	})
/* Is it not zero? One compare with memory, whose flags the caller's branch uses. */
#define this_cpu_nonzero(name)                                                                     \
	__extension__({                                                                            \
		bool __pcp_nonzero;                                                                \
		__percpu_word(name);                                                               \
		__asm__ volatile("cmpl $0, %%fs:%1" : "=@ccne"(__pcp_nonzero) : "m"(name));        \
		__pcp_nonzero;                                                                     \
	})
/* Is any bit of @mask set? */
#define this_cpu_test(name, mask)                                                                  \
	__extension__({                                                                            \
		bool __pcp_nonzero;                                                                \
		__percpu_word(name);                                                               \
		__asm__ volatile("testl %2, %%fs:%1"                                               \
				 : "=@ccne"(__pcp_nonzero)                                         \
				 : "m"(name), "ri"((u32)(mask)));                                  \
		__pcp_nonzero;                                                                     \
	})
/*
 * For what is the same whichever CPU runs the caller (the running task): the compiler may keep the
 * value.
 */
#define this_cpu_read_stable(name)                                                                 \
	__extension__({                                                                            \
		__typeof__(name) __pcp_value;                                                      \
		__percpu_word(name);                                                               \
		__asm__("movl %%fs:%1, %0" : "=r"(__pcp_value) : "m"(name));                       \
		__pcp_value;                                                                       \
	})
#define pcpu_word_write(name, value)                                                               \
	do {                                                                                       \
		__typeof__(name) __pcp_value = (value);                                            \
		__percpu_word(name);                                                               \
		__asm__ volatile("movl %1, %%fs:%0" : "=m"(name) : "ri"(__pcp_value));             \
	} while (0)
#define pcpu_word_add(name, value)                                                                 \
	do {                                                                                       \
		__percpu_word(name);                                                               \
		__asm__ volatile("addl %1, %%fs:%0" : "+m"(name) : "ri"((u32)(value)) : "cc");     \
	} while (0)
#define pcpu_word_sub(name, value) pcpu_word_add(name, -(s32)(value))
#define pcpu_word_inc(name)                                                                        \
	do {                                                                                       \
		__percpu_word(name);                                                               \
		__asm__ volatile("incl %%fs:%0" : "+m"(name) : : "cc");                            \
	} while (0)
#define pcpu_word_dec(name)                                                                        \
	do {                                                                                       \
		__percpu_word(name);                                                               \
		__asm__ volatile("decl %%fs:%0" : "+m"(name) : : "cc");                            \
	} while (0)
#define pcpu_word_or(name, value)                                                                  \
	do {                                                                                       \
		__percpu_word(name);                                                               \
		__asm__ volatile("orl %1, %%fs:%0" : "+m"(name) : "ri"((u32)(value)) : "cc");      \
	} while (0)
#define pcpu_word_and(name, value)                                                                 \
	do {                                                                                       \
		__percpu_word(name);                                                               \
		__asm__ volatile("andl %1, %%fs:%0" : "+m"(name) : "ri"((u32)(value)) : "cc");     \
	} while (0)
#define pcpu_word_xchg(name, value)                                                                \
	__extension__({                                                                            \
		__typeof__(name) __pcp_value = (value);                                            \
		__percpu_word(name);                                                               \
		__asm__ volatile("xchgl %0, %%fs:%1"                                               \
				 : "+r"(__pcp_value), "+m"(name)                                   \
				 :                                                                 \
				 : "memory");                                                      \
		__pcp_value;                                                                       \
	})
/* Takes @value from it; true if that leaves 0. */
#define this_cpu_sub_and_test(name, value)                                                         \
	__extension__({                                                                            \
		bool __pcp_zero;                                                                   \
		__percpu_word(name);                                                               \
		__asm__ volatile("subl %2, %%fs:%0"                                                \
				 : "+m"(name), "=@ccz"(__pcp_zero)                                 \
				 : "ri"((u32)(value)));                                            \
		__pcp_zero;                                                                        \
	})
/* Sets bit @n, of any number, of a bitmap that other CPUs change, too: atomic, a barrier. */
#define this_cpu_set_bit_locked(n, map)                                                            \
	__asm__ volatile("lock btsl %1, %%fs:%0" : "+m"(map) : "r"((u32)(n)) : "memory", "cc")
/* Adds @value; what it was before. For what other CPUs change, too: atomic, a barrier. */
#define this_cpu_fetch_add_locked(name, value)                                                     \
	__extension__({                                                                            \
		__typeof__(name) __pcp_value = (value);                                            \
		__percpu_word(name);                                                               \
		__asm__ volatile("lock xaddl %0, %%fs:%1"                                          \
				 : "+r"(__pcp_value), "+m"(name)                                   \
				 :                                                                 \
				 : "memory", "cc");                                                \
		__pcp_value;                                                                       \
	})

DECLARE_PER_CPU(unsigned long, this_cpu_offset);
DECLARE_PER_CPU(unsigned int, cpu_number);

/* The address of this CPU's copy: for structures. Stays this CPU's only with preemption off. */
#define this_cpu_ptr(ptr) ((__typeof__(ptr))((uintptr_t)(ptr) + pcpu_word_read(this_cpu_offset)))

/* Which CPU this is, 0 .. NR_CPUS - 1. */
#define smp_processor_id() this_cpu_read(cpu_number)

/* The same plus one: never 0. What a spin lock's word says of its holder. */
DECLARE_PER_CPU(unsigned int, cpu_token);

#endif
