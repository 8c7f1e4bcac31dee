/* SPDX-License-Identifier: MIT */
/*
 * The copied boot information: keeping notes, keeping memory, and the check of the modules.
 *
 * Everything here fills fixed places in one struct; when a list is full the loss is counted, never
 * forgotten. Boot only, one CPU, no lock.
 */
#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/stdarg.h"

struct boot_info boot_info;

void boot_note(struct boot_info *info, const char *fmt, ...)
{
	va_list args;

	if (info->note_count == BOOT_NOTES_MAX) {
		info->notes_lost++;
		return;
	}
	va_start(args, fmt);
	vsnprintf(info->note[info->note_count], BOOT_NOTE_MAX + 1, fmt, args);
	va_end(args);
	info->note_count++;
}

void boot_keep(struct boot_info *info, phys_addr_t start, u64 size)
{
	struct boot_extent *extent;

	if (size == 0)
		return;
	if (size > PHYS_ADDR_MAX - start) {
		boot_note(info, "Boot data at %#llx: %llu bytes reach past the last address.",
			  start, size);
		return;
	}
	if (info->extent_count == BOOT_EXTENTS_MAX) {
		boot_note(info, "Boot data %#llx-%#llx is one range too many: not reserved.", start,
			  start + size - 1);
		return;
	}
	extent = &info->extent[info->extent_count++];
	extent->start = start;
	extent->end = start + size;
}

static bool overlap(phys_addr_t a_start, phys_addr_t a_end, phys_addr_t b_start, phys_addr_t b_end)
{
	return a_start < b_end && b_start < a_end;
}

static void note_overlapping_modules(struct boot_info *info)
{
	unsigned int i, k;

	for (i = 0; i < info->module_count; i++) {
		const struct boot_module *a = &info->module[i];

		for (k = i + 1; k < info->module_count; k++) {
			const struct boot_module *b = &info->module[k];

			if (overlap(a->start, a->end, b->start, b->end))
				boot_note(info,
					  "Modules at %#llx-%#llx and %#llx-%#llx overlap: the "
					  "loader is broken.",
					  a->start, a->end - 1, b->start, b->end - 1);
		}
	}
}

void boot_check_modules(struct boot_info *info, phys_addr_t start, phys_addr_t end)
{
	unsigned int from, to = 0;

	for (from = 0; from < info->module_count; from++) {
		const struct boot_module *module = &info->module[from];

		if (overlap(module->start, module->end, start, end)) {
			boot_note(
				info,
				"Module at %#llx-%#llx overlaps the kernel (%#llx-%#llx): dropped.",
				module->start, module->end - 1, start, end - 1);
			continue;
		}
		if (to != from)
			info->module[to] = *module;
		to++;
	}
	info->module_count = to;
	note_overlapping_modules(info);
}

void boot_say_notes(const struct boot_info *info, const struct boot_say *say)
{
	unsigned int i;

	for (i = 0; i < info->note_count; i++)
		boot_say(say, "%s", info->note[i]);
	if (info->notes_lost)
		boot_say(say, "%u more notes about the boot information were not kept.",
			 info->notes_lost);
}
