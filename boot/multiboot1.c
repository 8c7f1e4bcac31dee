/* SPDX-License-Identifier: MIT */
/*
 * The information block of multiboot 1 [MB1 3.3].
 *
 * A record of fixed places, each valid only if its bit in the first word is set, most of them
 * pointers to further memory: the map, the list of modules, strings. Nothing says how long the
 * record is; a field is read only when its bit is set, and must then be readable.
 */
#include "boot/multiboot_parse.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"

#define BLOCK_BYTES 116

#define MODULE_BYTES 16 /* u32 start, end, string, reserved */

/*
 * A map entry: u32 size of what follows, u64 base, u64 size, u32 type. The stride is the first
 * word + 4, and is at least 24; loaders have used more.
 */
#define ENTRY_BYTES    24
#define ENTRY_SIZE_MIN 20

/* u32 KiB from 0, KiB from 1 MiB. */
static int parse_sizes(struct mb_parser *p, const u8 *field)
{
	p->has_sizes = true;
	p->lower = mb_get32(field);
	p->upper = mb_get32(field + 4);
	return 0;
}

/* u32 address of a string; 0 stands for none. */
static int parse_loader(struct mb_parser *p, const u8 *field)
{
	u32 address = mb_get32(field);

	if (address)
		mb_take_loader(p, address, MB_STRING_SCAN);
	return 0;
}

static int parse_cmdline(struct mb_parser *p, const u8 *field)
{
	u32 address = mb_get32(field);

	return address ? mb_take_cmdline(p, address, MB_CMDLINE_SCAN) : 0;
}

/* u32 bytes, address. */
static int parse_map(struct mb_parser *p, const u8 *field)
{
	u32 bytes = mb_get32(field), address = mb_get32(field + 4);
	u64 at = address, end = at + bytes;
	u8 raw[ENTRY_BYTES];

	while (at < end) {
		u64 left = end - at;
		u32 size;

		if (left < ENTRY_BYTES)
			return mb_fail(
				p, -EINVAL,
				"Truncated memory map: %llu bytes are left for an entry of at "
				"least %u, at %#llx.",
				left, ENTRY_BYTES, at);
		if (!mb_read(p, at, raw, ENTRY_BYTES))
			return mb_fail(
				p, -EFAULT,
				"Truncated memory map: its entry %u at %#llx cannot be read.",
				p->out->map_count, at);
		size = mb_get32(raw);
		if (size < ENTRY_SIZE_MIN || size > left - 4)
			return mb_fail(
				p, -EINVAL,
				"Broken memory map: entry %u says it has %u bytes; it needs %u "
				"and %llu are left.",
				p->out->map_count, size, ENTRY_SIZE_MIN, left - 4);
		if (!mb_take_range(p, mb_get64(raw + 4), mb_get64(raw + 12), mb_get32(raw + 20)))
			break;
		at += control(map_stride_ignored) ? ENTRY_BYTES : (u64)size + 4;
	}
	boot_keep(p->out, address, bytes);
	return 0;
}

/* u32 count, address. */
static int parse_modules(struct mb_parser *p, const u8 *field)
{
	u32 count = mb_get32(field), address = mb_get32(field + 4);
	u32 i, used = min(count, BOOT_MODULES_MAX + 0U);
	u8 raw[MODULE_BYTES];

	for (i = 0; i < used; i++) {
		u64 at = (u64)address + (u64)i * MODULE_BYTES;
		u32 string;

		if (!mb_read(p, at, raw, MODULE_BYTES))
			return mb_fail(
				p, -EFAULT,
				"Truncated boot information: module %u of %u, at %#llx, cannot "
				"be read.",
				i + 1, count, at);
		string = mb_get32(raw + 8);
		mb_take_module(p, mb_get32(raw), mb_get32(raw + 4), string,
			       string ? MB_STRING_SCAN : 0);
	}
	p->modules_seen = count;
	boot_keep(p->out, address, (u64)used * MODULE_BYTES);
	return 0;
}

static int parse_display(struct mb_parser *p, const u8 *field)
{
	mb_take_display(p, field);
	return 0;
}

/* The parts of the record that loft reads: valid if the bit is set in the first word. */
static const struct part {
	u32 bit;
	u32 at;
	u32 bytes;
	int (*parse)(struct mb_parser *p, const u8 *field);
} parts[] = {
	{0, 4, 8, parse_sizes},    {9, 64, 4, parse_loader},
	{2, 16, 4, parse_cmdline}, {3, 20, 8, parse_modules},
	{6, 44, 8, parse_map},     {12, 88, MB_DISPLAY_BYTES, parse_display},
};

/* A part of the record at INFO. */
static int read_part(struct mb_parser *p, u32 info, u32 at, u8 *to, u32 bytes)
{
	if (mb_read(p, (u64)info + at, to, bytes))
		return 0;
	return mb_fail(p, -EFAULT,
		       "Truncated boot information: bytes %u to %u of the multiboot 1 block at %#x "
		       "cannot be read.",
		       at, at + bytes - 1, info);
}

int mb1_parse(struct mb_parser *p, u32 info)
{
	u8 field[MB_DISPLAY_BYTES]; /* the longest part */
	unsigned int i;
	u32 flags;
	int err;

	err = read_part(p, info, 0, field, 4);
	if (err)
		return err;
	flags = mb_get32(field);
	boot_keep(p->out, info, BLOCK_BYTES);
	for (i = 0; i < ARRAY_SIZE(parts) && !err; i++) {
		if (!(flags & (1U << parts[i].bit)))
			continue;
		err = read_part(p, info, parts[i].at, field, parts[i].bytes);
		if (!err)
			err = parts[i].parse(p, field);
	}
	return err;
}
