/* SPDX-License-Identifier: MIT */
/*
 * /proc/vmallocinfo: the areas of the vmalloc window, lowest first, in Linux's format.
 *
 * The lock of the books is taken anew for each line, since a console may be slow: areas that come
 * and go meanwhile may be seen or not, each line by itself is true.
 */
#include "lib/printf.h"
#include "mm/vmap_internal.h"

#define LINE_MAX 256

static const struct {
	unsigned long flag;
	const char *text;
} words[] = {
	{VM_IOREMAP, " ioremap"},
	{VM_ALLOC, " vmalloc"},
	{VM_MAP, " vmap"},
	{VM_USERMAP, " user"},
};

static size_t put_range(char *line, unsigned long start, unsigned long end)
{
	return scnprintf(line, LINE_MAX, "0x%08lx-0x%08lx %7ld", start, end, end - start);
}

static void put_area(char *line, const struct vm_struct *vm)
{
	size_t n = put_range(line, vm->va.start, vm->va.start + vm->size);

	if (vm->flags & VM_MAP_RAM) {
		scnprintf(line + n, LINE_MAX - n, " vm_map_ram");
		return;
	}
	if (vm->caller)
		n += scnprintf(line + n, LINE_MAX - n, " %pS", vm->caller);
	if (vm->nr_pages)
		n += scnprintf(line + n, LINE_MAX - n, " pages=%u", vm->nr_pages);
	if (vm->flags & VM_IOREMAP)
		n += scnprintf(line + n, LINE_MAX - n, " phys=%pa", &vm->phys_addr);
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		if (vm->flags & words[i].flag)
			n += scnprintf(line + n, LINE_MAX - n, "%s", words[i].text);
	if (is_vmalloc_addr(vm->pages))
		scnprintf(line + n, LINE_MAX - n, " vpages");
}

void vmallocinfo_show(void (*print_line)(const char *fmt, ...))
{
	unsigned long addr, start, end;
	struct vm_struct vm;
	char line[LINE_MAX];

	for (addr = VMALLOC_START; vm_area_copy(addr, &vm); addr = vm.va.end) {
		if (vm.va.dying)
			continue;
		put_area(line, &vm);
		print_line("%s", line);
	}
	for (addr = VMALLOC_START; vm_lazy_range(addr, &start, &end); addr = end) {
		put_range(line, start, end);
		print_line("%s unpurged vm_area", line);
	}
}
