/* SPDX-License-Identifier: MIT */
/*
 * /proc/meminfo. Counted from memblock's lists when asked; nothing is kept twice.
 */
#include "mm/meminfo.h"
#include "boot/layout.h"
#include "mm/memblock.h"
#include "mm/meminit.h"

static u64 total_low, total_high;

static phys_addr_t low_end(void)
{
	return PFN_PHYS(mem_limits.max_low_pfn);
}

void meminfo_init(void)
{
	total_low = memblock_free_in(0, low_end());
	total_high = memblock_free_in(low_end(), MEMBLOCK_ALLOC_ANYWHERE);
}

void meminfo_read(struct meminfo *info)
{
	info->high_total_bytes = total_high;
	info->total_bytes = total_low + total_high;
	info->high_free_bytes = memblock_free_in(low_end(), MEMBLOCK_ALLOC_ANYWHERE);
	info->free_bytes = info->high_free_bytes + memblock_free_in(0, low_end());
	info->vmalloc_total_bytes = mem_limits.vmalloc_end - mem_limits.vmalloc_start;
}

void meminfo_show(void (*print_line)(const char *fmt, ...))
{
	struct meminfo info;

	meminfo_read(&info);
	print_line("MemTotal:       %8llu kB", info.total_bytes >> 10);
	print_line("MemFree:        %8llu kB", info.free_bytes >> 10);
	print_line("HighTotal:      %8llu kB", info.high_total_bytes >> 10);
	print_line("HighFree:       %8llu kB", info.high_free_bytes >> 10);
	print_line("LowTotal:       %8llu kB", (info.total_bytes - info.high_total_bytes) >> 10);
	print_line("LowFree:        %8llu kB", (info.free_bytes - info.high_free_bytes) >> 10);
	print_line("VmallocTotal:   %8llu kB", info.vmalloc_total_bytes >> 10);
}
