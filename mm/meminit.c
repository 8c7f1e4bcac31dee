/* SPDX-License-Identifier: MIT */
/*
 * The first steps of memory: detect, limit, reserve, report.
 *
 * Order matters. The map is sanitised before anything believes it; the limits cut it before
 * memblock sees it, so that no allocator can ever hand out what mem= took away; and everything that
 * already lies in RAM (the image, the modules, the loader's strings) is reserved before the first
 * allocation.
 */
#include "mm/meminit.h"
#include "boot/layout.h"
#include "boot/pgentry.h"
#include "boot/trampoline.h"
#include "kernel/console/printk.h"
#include "kernel/console/say.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/power.h"
#include "mm/direct_map.h"
#include "mm/meminfo.h"
#include "mm/memblock.h"
#include "mm/regions.h"

#define LOW_RAM_END 0xa0000

struct mem_map firmware_map;
struct mem_limits mem_limits;

static void print_firmware_map(void)
{
	pr_info("Physical RAM map, as the %s gave it (%u entries), put in order:\n",
		boot_info.map_is_guess ? "loader's two sizes" : "boot loader", boot_info.map_count);
	for (unsigned int i = 0; i < firmware_map.count; i++) {
		const struct mem_region *region = &firmware_map.region[i];

		pr_info("  [mem 0x%016llx-0x%016llx] %s\n", region->start, region->end - 1,
			mem_type_name(region->type));
	}
}

void memory_detect(void)
{
	struct mem_machine machine = {
		.pae = PDPT_ENTRIES > 1,
		.phys_bits = boot_cpu.phys_bits,
		.no_highmem = NO_HIGHMEM,
	};
	int err = memmap_sanitise(boot_info.map, boot_info.map_count, &firmware_map, &say_warnings);

	print_firmware_map();
	if (err == 0)
		err = memlimits_compute(&firmware_map, &boot_mem_request, &machine, &say_warnings,
					&mem_limits);
	if (err != 0)
		machine_exit(EXIT_CANNOT_RUN);
	memmap_drop_lost_modules(&firmware_map, &boot_info, &say_warnings);
}

static void reserve(phys_addr_t start, phys_addr_t end)
{
	phys_addr_t from = start & PAGE_MASK;

	memblock_reserve(from, PFN_PHYS(PFN_UP(end)) - from);
}

void memory_reserve(void)
{
	const struct mem_region *ram;

	memblock_init();
	for_each_ram_region(&firmware_map, ram) memblock_add(ram->start, ram->end - ram->start);
	if (control(image_not_reserved) == 0)
		reserve(__pa(__image_start), __pa(__image_end));
	if (control(modules_not_reserved) == 0)
		for (unsigned int i = 0; i < boot_info.module_count; i++)
			reserve(boot_info.module[i].start, boot_info.module[i].end);
	for (unsigned int i = 0; i < boot_info.extent_count && !control(loader_data_not_reserved);
	     i++)
		reserve(boot_info.extent[i].start, boot_info.extent[i].end);
	/* Other CPUs begin in real mode, so somewhere in the first 640 KiB; taken now, while there
	 * is room. */
	trampoline_page = memblock_phys_alloc_range(PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, LOW_RAM_END);
	memblock_check();
}

static void print_zones(void)
{
	static const char *const names[] = {"DMA", "Normal", "HighMem"};
	unsigned long start = 1;

	pr_info("Zone ranges:\n");
	for (int zone = 0; zone < ZONE_INDEX_COUNT; zone++) {
		unsigned long end = mem_limits.zone_end_pfn[zone];

		if (end > start)
			pr_info("  %-8s [mem 0x%016llx-0x%016llx]\n", names[zone], PFN_PHYS(start),
				PFN_PHYS(end) - 1);
		else
			pr_info("  %-8s empty\n", names[zone]);
		start = max(start, end);
	}
}

static unsigned long kib(const char *start, const char *end)
{
	return (unsigned long)(end - start) >> 10;
}

void memory_report(void)
{
	struct meminfo info;

	print_zones();
	meminfo_read(&info);
	pr_info("Direct map: %lu large pages, %lu small pages, %lu page tables (those above "
		"high_memory included)\n",
		direct_map_stats.large_pages, direct_map_stats.small_pages,
		direct_map_stats.tables);
	pr_info("Memory: %lluK/%lluK available (%luK kernel code, %luK rwdata, %luK rodata, %luK bss, "
		"%lluK reserved, %lluK highmem)\n",
		info.free_bytes >> 10, mem_limits.total_bytes >> 10, kib(__text_start, __text_end),
		kib(__data_start, __data_end), kib(__rodata_start, __rodata_end),
		kib(__bss_start, __bss_end), (mem_limits.total_bytes - info.total_bytes) >> 10,
		info.high_total_bytes >> 10);
	regions_print();
}
