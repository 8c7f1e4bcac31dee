/* SPDX-License-Identifier: MIT */
/*
 * Questions to a finished memory map: how much RAM, where does it end, where to cut it.
 *
 * Each is one pass over a sorted list of disjoint regions, a dozen on a real machine. Pure.
 */
#include "boot/layout.h"
#include "boot/memmap.h"
#include "lib/compiler.h"

u64 memmap_remove_ram_above(struct mem_map *map, u64 limit)
{
	unsigned int from, to = 0;
	u64 removed = 0;

	limit = ALIGN_DOWN(limit, (u64)PAGE_SIZE);
	for (from = 0; from < map->count; from++) {
		struct mem_region region = map->region[from];

		if (region.type == MEM_RAM && region.end > limit) {
			u64 keep = max(region.start, limit);

			removed += region.end - keep;
			region.end = keep;
		}
		if (region.start < region.end)
			map->region[to++] = region;
	}
	map->count = to;
	return removed;
}

u64 memmap_ram_bytes(const struct mem_map *map, u64 start, u64 end)
{
	const struct mem_region *r;
	u64 bytes = 0;

	for_each_ram_region(map, r)
	{
		u64 first = max(r->start, start), last = min(r->end, end);

		if (first < last)
			bytes += last - first;
	}
	return bytes;
}

u64 memmap_ram_end(const struct mem_map *map)
{
	const struct mem_region *r;
	u64 end = 0;

	for_each_ram_region(map, r) end = r->end;
	return end;
}

u64 memmap_ram_cut(const struct mem_map *map, u64 start, u64 bytes)
{
	const struct mem_region *r;
	u64 at = start;

	bytes = ALIGN_DOWN(bytes, (u64)PAGE_SIZE);
	for_each_ram_region(map, r)
	{
		u64 first = max(r->start, start);

		if (bytes == 0)
			break;
		if (first >= r->end)
			continue;
		at = first + min(bytes, r->end - first);
		bytes -= at - first;
	}
	return at;
}

bool memmap_is_ram(const struct mem_map *map, u64 start, u64 end)
{
	return start >= end || memmap_ram_bytes(map, start, end) == end - start;
}

void memmap_drop_lost_modules(const struct mem_map *map, struct boot_info *info,
			      const struct boot_say *say)
{
	unsigned int from, to = 0;

	for (from = 0; from < info->module_count; from++) {
		const struct boot_module *module = &info->module[from];

		if (!memmap_is_ram(map, module->start, module->end)) {
			boot_say(
				say,
				"Module \"%s\" at %#llx-%#llx is not in RAM that is used (%llu KiB of "
				"it are): dropped. Look at mem=, or at the boot loader.",
				module->string, module->start, module->end - 1,
				memmap_ram_bytes(map, module->start, module->end) >> 10);
			continue;
		}
		if (to != from)
			info->module[to] = *module;
		to++;
	}
	info->module_count = to;
}

const char *mem_type_name(u32 type)
{
	switch (type) {
	case MEM_RAM:
		return "System RAM";
	case MEM_ACPI:
		return "ACPI Tables";
	case MEM_NVS:
		return "ACPI Non-volatile Storage";
	case MEM_UNUSABLE:
		return "Unusable memory";
	default:
		return "Reserved";
	}
}
