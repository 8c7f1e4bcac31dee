/* SPDX-License-Identifier: MIT */
/*
 * /proc/iomem: "start-end : name" in hexadecimal, ends included, children indented by two.
 */
#include "mm/iomem.h"
#include "boot/bootinfo.h"
#include "boot/layout.h"
#include "lib/printf.h"
#include "mm/meminit.h"

typedef void (*print_line_t)(const char *fmt, ...);

/* Eight digits, more where the last address of the region needs them. */
static int digits(u64 last)
{
	int n = 8;

	while (n < 16 && last >> (4 * n))
		n++;
	return n;
}

static void child(print_line_t print_line, const struct mem_region *parent, phys_addr_t start,
		  phys_addr_t end, const char *name)
{
	int width = digits(parent->end - 1);

	if (start < parent->start || start >= parent->end || end <= start)
		return;
	print_line("  %0*llx-%0*llx : %s", width, start, width, end - 1, name);
}

static void children(print_line_t print_line, const struct mem_region *region)
{
	char name[32];

	child(print_line, region, __pa(__text_start), __pa(__text_end), "Kernel code");
	child(print_line, region, __pa(__rodata_start), __pa(__rodata_end), "Kernel rodata");
	child(print_line, region, __pa(__data_start), __pa(__data_end), "Kernel data");
	child(print_line, region, __pa(__bss_start), __pa(__bss_end), "Kernel bss");
	for (unsigned int i = 0; i < boot_info.module_count; i++) {
		snprintf(name, sizeof(name), "Module %u", i);
		child(print_line, region, boot_info.module[i].start, boot_info.module[i].end, name);
	}
}

void iomem_show(print_line_t print_line)
{
	for (unsigned int i = 0; i < firmware_map.count; i++) {
		const struct mem_region *region = &firmware_map.region[i];
		int width = digits(region->end - 1);

		print_line("%0*llx-%0*llx : %s", width, region->start, width, region->end - 1,
			   mem_type_name(region->type));
		if (region->type == MEM_RAM)
			children(print_line, region);
	}
}
