/* SPDX-License-Identifier: MIT */
/*
 * Instructions that the compiler would never emit: ways to raise each trap on purpose.
 */
#ifndef TESTS_CPU_RAISE_H
#define TESTS_CPU_RAISE_H

#include "lib/types.h"

/* INT n; RET for each n from 0 to 255, RAISE_STUB_BYTES apart. */
#define RAISE_STUB_BYTES 4
#define RAISE_INT_BYTES  2
extern const char raise_stubs[];

/* Executes INT @vector. Not for vectors whose exception has an error code: INT pushes none. */
void raise_vector(unsigned int vector);

/* Faults by the real thing, each at the instruction that its label names. */
void raise_divide(void);    /* DIV by zero */
void raise_overflow(void);  /* INTO */
void raise_bound(void);     /* BOUND */
void raise_undefined(void); /* UD2 */
/* MOV to ES: general protection with the selector as error code. */
void raise_protection(u16 selector);

/* Calls itself until the stack is full; no compiler can make a loop of it. For recover_try(). */
void raise_stack_overflow(void *unused);
extern const char raise_divide_insn[], raise_undefined_insn[];

/* The general registers as a test set them and found them, in the order of struct pt_regs. */
struct raise_registers {
	u32 ebx, ecx, edx, esi, edi, ebp, eax;
};

/*
 * Loads @r into the registers, sets EFLAGS.DF, executes INT @vector's stub, and writes back to @r
 * what is in them then. Returns EFLAGS after it; DF is clear again.
 */
u32 raise_with_registers(struct raise_registers *r, unsigned int vector);

/* Writes 1, 2, 3 to the three words at @words: three stores that step_stores_end ends. */
void step_stores(void *words);
extern const char step_store_1[], step_store_2[], step_store_3[], step_stores_end[];

#endif
