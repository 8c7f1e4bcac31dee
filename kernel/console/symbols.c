/* SPDX-License-Identifier: MIT */
/*
 * The symbol table, as scripts and the Makefile make it: the kernel is linked once, its symbols
 * are listed in address order, and the list is linked in at the image's end, where it moves no
 * other symbol. In the first link the weak definitions below stand for it.
 *
 * Read only, found by bisection; safe in any context, in a panic too.
 */
#include "kernel/console/symbols.h"

#include "boot/layout.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"

extern const u32 ksym_count __weak;
extern const u32 ksym_addrs[] __weak;
extern const u32 ksym_names[] __weak;
extern const char ksym_strings[] __weak;

/* The number of symbols: 0 where no table was linked in. */
static u32 count(void)
{
	return &ksym_count ? ksym_count : 0;
}

const char *symbol_name(unsigned int i)
{
	return i < count() ? ksym_strings + ksym_names[i] : NULL;
}

const char *symbol_lookup(unsigned long addr, unsigned long *offset, unsigned long *size)
{
	unsigned long end = (unsigned long)__text_end;
	u32 low = 0, high = count();

	if (!high || addr < ksym_addrs[0] || addr >= end)
		return NULL;
	/* ksym_addrs[low] <= addr, and addr < ksym_addrs[high] or high is the count */
	while (high - low > 1) {
		u32 middle = low + (high - low) / 2;

		if (ksym_addrs[middle] <= addr)
			low = middle;
		else
			high = middle;
	}
	if (high < count() && ksym_addrs[high] < end)
		end = ksym_addrs[high];
	if (offset)
		*offset = addr - ksym_addrs[low];
	if (size)
		*size = end - ksym_addrs[low];
	return symbol_name(low);
}

unsigned long symbol_address(const char *name)
{
	u32 i;

	for (i = 0; i < count(); i++)
		if (!strcmp(symbol_name(i), name))
			return ksym_addrs[i];
	return 0;
}

/* What %pS, %pB and %ps print: name+0xoffset/0xsize, %ps the name alone; or the bare address. */
static int format_symbol(char *buf, size_t n, unsigned long addr, enum printf_symbol what)
{
	unsigned long offset, size, back = what == PRINTF_SYMBOL_CALLER && !control(callers_next);
	const char *name = symbol_lookup(addr - back, &offset, &size);

	if (!name)
		return snprintf(buf, n, "0x%lx", addr);
	if (what == PRINTF_SYMBOL_NAME)
		return snprintf(buf, n, "%s", name);
	return snprintf(buf, n, "%s+0x%lx/0x%lx", name, offset + back, size);
}

void symbols_init(void)
{
	printf_symbol_hook = format_symbol;
}
