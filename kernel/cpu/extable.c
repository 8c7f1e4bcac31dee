/* SPDX-License-Identifier: MIT */
/*
 * Faults that were foreseen.
 *
 * An instruction that may legitimately fault (a copy from an address that somebody else chose) is
 * listed in section .ex_table with the address of its fixup code. The linker gathers the entries
 * of all files, extable_init() sorts them, and the trap handler looks a faulting EIP up by binary
 * search: the good path costs nothing. A fault at any other instruction is a bug and says so.
 *
 * Read-only after boot, so no locking; any context.
 */
#include "kernel/cpu/extable.h"
#include "boot/layout.h"
#include "lib/bsearch.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/sort.h"

extern struct ex_entry __ex_table_start[], __ex_table_end[];

/* In nofault.S: move up to @n units; return how many were not moved because of a fault. */
size_t nofault_movsb(void *dst, const void *src, size_t n);
size_t nofault_movsw(void *dst, const void *src, size_t n);
size_t nofault_movsl(void *dst, const void *src, size_t n);

static int compare_entries(const void *a, const void *b)
{
	u32 x = ((const struct ex_entry *)a)->insn;
	u32 y = ((const struct ex_entry *)b)->insn;

	return x < y ? -1 : x > y;
}

bool extable_sorted(void)
{
	const struct ex_entry *e;

	for (e = __ex_table_start; e + 1 < __ex_table_end; e++)
		if (e[0].insn >= e[1].insn)
			return false;
	return true;
}

void extable_init(void)
{
	sort(__ex_table_start, (size_t)(__ex_table_end - __ex_table_start), sizeof(struct ex_entry),
	     compare_entries, NULL);
	BUG_ON(!extable_sorted());
}

bool extable_fixup(struct pt_regs *regs)
{
	struct ex_entry key = {.insn = regs->eip};
	struct ex_entry *found;

	found = bsearch(&key, __ex_table_start, (size_t)(__ex_table_end - __ex_table_start),
			sizeof(struct ex_entry), compare_entries);
	if (!found)
		return false;
	regs->eip = found->fixup;
	return true;
}

/*
 * The widest unit that suits both addresses, then the rest. Aligned units never straddle a page,
 * so a unit that faults has no accessible byte: the count is exact to the byte.
 */
static long nofault_copy(void *dst, const void *src, size_t size)
{
	uintptr_t both = (uintptr_t)dst | (uintptr_t)src;
	size_t done = 0;

	if (both % 4 == 0) {
		if (nofault_movsl(dst, src, size / 4))
			return -EFAULT;
		done = size & ~(size_t)3;
	}
	if (both % 2 == 0) {
		if (nofault_movsw((char *)dst + done, (const char *)src + done, (size - done) / 2))
			return -EFAULT;
		done = size & ~(size_t)1;
	}
	if (nofault_movsb((char *)dst + done, (const char *)src + done, size - done))
		return -EFAULT;
	return 0;
}

long copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	if ((uintptr_t)src < PAGE_OFFSET && !control(nofault_any_address))
		return -ERANGE;
	return nofault_copy(dst, src, size);
}

long copy_to_kernel_nofault(void *dst, const void *src, size_t size)
{
	if ((uintptr_t)dst < PAGE_OFFSET)
		return -ERANGE;
	return nofault_copy(dst, src, size);
}
