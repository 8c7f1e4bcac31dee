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
#include "lib/string.h"

#define FRAMES_MAX 32

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
		if (!fn(frame.address, arg) || frame.caller <= ebp)
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

static void print_address(unsigned long address, unsigned long lookup)
{
	unsigned long offset, size;
	const char *name = symbol_lookup(lookup, &offset, &size);

	if (name)
		printk("%s [<%08lx>] %s+0x%lx/0x%lx\n", level(), address, name,
		       offset + (address - lookup), size);
	else
		printk("%s [<%08lx>] ?\n", level(), address);
}

static bool print_return_address(unsigned long address, void *arg)
{
	print_address(address, address - 1);
	return true;
}

void backtrace(unsigned long ebp, unsigned long eip)
{
	printk("%sCall trace:\n", level());
	if (eip)
		print_address(eip, eip);
	if (!walk_stack(ebp, print_return_address, NULL) && !eip)
		printk("%s (no frames at 0x%08lx)\n", level(), ebp);
}

void dump_stack(void)
{
	backtrace((unsigned long)__builtin_frame_address(0), 0);
}
