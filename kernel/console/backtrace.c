/* SPDX-License-Identifier: MIT */
/*
 * Walking the stack by frame pointers.
 *
 * Every function begins with "push ebp; mov ebp, esp" (-fno-omit-frame-pointer), so [ebp] is the
 * caller's frame and [ebp + 4] the address where it goes on. A chain in a broken stack may point
 * anywhere, so a step is taken only if the frame is aligned and lies above the last one (which
 * also ends every loop), and its two words are read from a known stack, or, elsewhere, by the
 * read that survives faults.
 *
 * A return address lies behind its call; where the call is a function's last instruction (the
 * callee never returns), that is already the next function. So names are looked up one byte
 * before it.
 */
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/console/symbols.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/stacks.h"
#include "lib/control.h"
#include "lib/string.h"

#define FRAMES_MAX 2048 /* walked */
#define LINES_MAX  24   /* printed */

/* First bytes of instructions. */
#define PUSH_EBP      0x55
#define CALL_RELATIVE 0xe8
#define CALL_INDIRECT 0xff

struct frame {
	unsigned long caller;
	unsigned long address;
};

static bool read_frame(unsigned long ebp, struct frame *frame)
{
	const struct kernel_stack *stack = stack_holding(ebp);

	if (ebp % sizeof(long) || ebp < PAGE_OFFSET)
		return false;
	if (stack) {
		if (stack->top - ebp < sizeof(*frame))
			return false;
		memcpy(frame, (const void *)ebp, sizeof(*frame));
		return true;
	}
	return copy_from_kernel_nofault(frame, (const void *)ebp, sizeof(*frame)) == 0;
}

unsigned int walk_stack(unsigned long ebp, bool (*fn)(unsigned long address, void *arg), void *arg)
{
	struct frame frame;
	unsigned int n = 0;

	while (n < FRAMES_MAX && read_frame(ebp, &frame) && frame.address) {
		n++;
		if (!fn(frame.address, arg) ||
		    (frame.caller <= ebp && !control(backtrace_goes_round)))
			break;
		ebp = frame.caller;
	}
	return n;
}

/* In a panic nothing may hide the trace; a warning's or dump_stack()'s own is a warning. */
static const char *level(void)
{
	return panic_depth ? KERN_EMERG : KERN_WARNING;
}

/* Whether ADDRESS is in the kernel's text and behind a call: direct, or through a register or
 * memory [SDM2 CALL]. */
static bool follows_call(unsigned long address)
{
	u8 before[7];

	if (!symbol_lookup(address - 1, NULL, NULL) ||
	    copy_from_kernel_nofault(before, (const void *)(address - 7), sizeof(before)))
		return false;
	return before[2] == CALL_RELATIVE || before[5] == CALL_INDIRECT ||
	       before[4] == CALL_INDIRECT || before[1] == CALL_INDIRECT ||
	       before[0] == CALL_INDIRECT;
}

/* A recursion shows as one line and how often it goes on. */
struct printing {
	unsigned long last;
	unsigned int repeated;
	unsigned int lines;
};

static void print_repeats(struct printing *p)
{
	if (p->repeated)
		printk("%s ... and %u times more\n", level(), p->repeated);
	p->repeated = 0;
}

static bool print_return_address(unsigned long address, void *arg)
{
	struct printing *p = arg;

	if (address == p->last) {
		p->repeated++;
		return true;
	}
	print_repeats(p);
	p->last = address;
	if (p->lines++ == LINES_MAX) {
		printk("%s ... and further up\n", level());
		return false;
	}
	printk("%s [<%08lx>] %pB\n", level(), address, (void *)address);
	return true;
}

void backtrace(unsigned long ebp)
{
	struct printing p = {0};

	printk("%sCall trace:\n", level());
	if (!walk_stack(ebp, print_return_address, &p))
		printk("%s (no frames at 0x%08lx)\n", level(), ebp);
	print_repeats(&p);
}

/*
 * Who called the code at EIP, if that code has no frame of its own yet or at all, so that the top
 * of its stack is the return address: it lies outside the kernel's text (a wild call), at a
 * function's first byte, or in a function that does not begin with "push ebp" (gcc spares leaf
 * functions that). Else 0.
 */
static unsigned long frameless_caller(unsigned long eip, unsigned long esp)
{
	unsigned long offset, caller;
	u8 first;

	if (symbol_lookup(eip, &offset, NULL) && offset &&
	    (copy_from_kernel_nofault(&first, (const void *)(eip - offset), 1) ||
	     first == PUSH_EBP))
		return 0;
	if (copy_from_kernel_nofault(&caller, (const void *)esp, sizeof(caller)))
		return 0;
	return follows_call(caller) ? caller : 0;
}

void backtrace_regs(struct pt_regs *regs)
{
	unsigned long caller = frameless_caller(regs->eip, regs_stack_pointer(regs));
	bool in_text = symbol_lookup(regs->eip, NULL, NULL);
	struct printing p = {0};

	printk("%sCall trace:\n", level());
	if (in_text)
		printk("%s [<%08lx>] %pS\n", level(), regs->eip, (void *)regs->eip);
	if (caller)
		print_return_address(caller, &p);
	walk_stack(regs->ebp, print_return_address, &p);
	print_repeats(&p);
}

void dump_stack(void)
{
	backtrace((unsigned long)__builtin_frame_address(0));
}
