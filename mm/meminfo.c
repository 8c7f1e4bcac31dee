/* SPDX-License-Identifier: MIT */
/*
 * /proc/meminfo. Counted from the zones when asked; nothing is kept twice.
 */
#include "mm/meminfo.h"
#include "mm/meminit.h"
#include "mm/mmzone.h"
#include "mm/vmalloc.h"
#include "mm/slab.h"

void meminfo_read(struct meminfo *info)
{
	const struct zone *zone;

	*info = (struct meminfo){0};
	for_each_zone(zone)
	{
		u64 managed = PFN_PHYS(zone->managed_pages), free = PFN_PHYS(zone->nr_free_pages);

		info->total_bytes += managed;
		info->free_bytes += free;
		if (is_highmem(zone)) {
			info->high_total_bytes = managed;
			info->high_free_bytes = free;
		}
	}
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
	print_line("Slab:           %8lu kB", slab_pages() * (PAGE_SIZE >> 10));
	print_line("VmallocTotal:   %8llu kB", info.vmalloc_total_bytes >> 10);
	print_line("VmallocUsed:    %8lu kB", vmalloc_nr_pages() << (PAGE_SHIFT - 10));
	print_line("VmallocChunk:   %8lu kB", 0ul); /* Linux counts it no more, and says so */
}
