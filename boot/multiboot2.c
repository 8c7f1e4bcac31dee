/* SPDX-License-Identifier: MIT */
/*
 * The information block of multiboot 2 [MB2 3.6].
 *
 * Two words (total size, reserved), then a chain of tags, each starting on 8 bytes with its type
 * and its size, up to the end tag. Everything lies inside the block, strings included, so one
 * bound serves all. A tag of size 0 would chain to itself: sizes are checked before they are used,
 * and every step moves on by at least 8 bytes, of at most BLOCK_MAX.
 */
#include "boot/multiboot_parse.h"
#include "lib/compiler.h"
#include "lib/errno.h"
#include "lib/string.h"

#define BLOCK_MIN  16 /* the two words and an end tag */
#define BLOCK_MAX  SZ_4M
#define TAG_HEADER 8
#define TAG_END    0

#define ENTRY_BYTES 20 /* of a map entry: u64 base, u64 size, u32 type; loaders add 4 */

/* One tag, whose SIZE bytes (header included) lie inside the block. */
struct tag {
	u64 at;
	u32 type;
	u32 size;
};

static int unreadable(struct mb_parser *p, const struct tag *tag)
{
	return mb_fail(p, -EFAULT,
		       "Truncated boot information: the tag of type %u at %#llx cannot be read.",
		       tag->type, tag->at);
}

static int parse_cmdline(struct mb_parser *p, const struct tag *tag)
{
	return mb_take_cmdline(p, tag->at + TAG_HEADER, tag->size - TAG_HEADER);
}

static int parse_loader(struct mb_parser *p, const struct tag *tag)
{
	mb_take_loader(p, tag->at + TAG_HEADER, tag->size - TAG_HEADER);
	return 0;
}

static int parse_module(struct mb_parser *p, const struct tag *tag)
{
	u8 raw[8];

	if (!mb_read(p, tag->at + TAG_HEADER, raw, sizeof(raw)))
		return unreadable(p, tag);
	mb_take_module(p, mb_get32(raw), mb_get32(raw + 4), tag->at + 16, tag->size - 16);
	return 0;
}

static int parse_sizes(struct mb_parser *p, const struct tag *tag)
{
	u8 raw[8];

	if (!mb_read(p, tag->at + TAG_HEADER, raw, sizeof(raw)))
		return unreadable(p, tag);
	p->has_sizes = true;
	p->lower = mb_get32(raw);
	p->upper = mb_get32(raw + 4);
	return 0;
}

/* u32 entry size, u32 version, entries. The stride is what the tag says, at least 20. */
static int parse_map(struct mb_parser *p, const struct tag *tag)
{
	u64 at = tag->at + 16, end = tag->at + tag->size;
	u8 raw[ENTRY_BYTES];
	u32 stride;

	if (!mb_read(p, tag->at + TAG_HEADER, raw, 4))
		return unreadable(p, tag);
	stride = mb_get32(raw);
	if (stride < ENTRY_BYTES)
		return mb_fail(p, -EINVAL,
			       "Broken memory map: entries of %u bytes, and each needs %u.", stride,
			       ENTRY_BYTES);
	for (; at < end; at += stride) {
		if (stride > end - at)
			return mb_fail(
				p, -EINVAL,
				"Truncated memory map: %llu bytes are left for an entry of %u.",
				end - at, stride);
		if (!mb_read(p, at, raw, ENTRY_BYTES))
			return unreadable(p, tag);
		if (!mb_take_range(p, mb_get64(raw), mb_get64(raw + 8), mb_get32(raw + 16)))
			break;
	}
	return 0;
}

static int parse_display(struct mb_parser *p, const struct tag *tag)
{
	u8 raw[MB_DISPLAY_BYTES];

	if (!mb_read(p, tag->at + TAG_HEADER, raw, sizeof(raw)))
		return unreadable(p, tag);
	mb_take_display(p, raw);
	return 0;
}

/* A copy of the ACPI root pointer. The newer, longer one wins if the loader gives both. */
static int parse_rsdp(struct mb_parser *p, const struct tag *tag)
{
	unsigned int length = tag->type == 14 ? 20 : BOOT_RSDP_MAX;
	struct boot_info *out = p->out;

	if (out->rsdp_length > length)
		return 0;
	if (!mb_read(p, tag->at + TAG_HEADER, out->rsdp, length))
		return unreadable(p, tag);
	out->rsdp_length = length;
	return 0;
}

static int parse_efi_running(struct mb_parser *p, const struct tag *tag)
{
	boot_note(p->out,
		  "EFI boot services still run: the memory map may be out of date (tag %u).",
		  tag->type);
	return 0;
}

/* The tags loft reads; all others are skipped by their size. MIN includes the header. */
static const struct tag_reader {
	u32 type;
	u32 min;
	int (*parse)(struct mb_parser *p, const struct tag *tag);
} readers[] = {
	{1, TAG_HEADER, parse_cmdline},      {2, TAG_HEADER, parse_loader},
	{3, TAG_HEADER + 8, parse_module},   {4, TAG_HEADER + 8, parse_sizes},
	{6, TAG_HEADER + 8, parse_map},      {8, TAG_HEADER + MB_DISPLAY_BYTES, parse_display},
	{14, TAG_HEADER + 20, parse_rsdp},   {15, TAG_HEADER + BOOT_RSDP_MAX, parse_rsdp},
	{18, TAG_HEADER, parse_efi_running},
};

static int parse_tag(struct mb_parser *p, const struct tag *tag)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		if (readers[i].type != tag->type)
			continue;
		if (tag->size < readers[i].min)
			return mb_fail(
				p, -EINVAL,
				"Broken boot information: the tag of type %u at %#llx has %u "
				"bytes and needs %u.",
				tag->type, tag->at, tag->size, readers[i].min);
		return readers[i].parse(p, tag);
	}
	return 0;
}

static int parse_tags(struct mb_parser *p, u64 at, u64 end)
{
	struct tag tag;
	u8 raw[TAG_HEADER];
	int err;

	while (at + TAG_HEADER <= end) {
		tag.at = at;
		if (!mb_read(p, at, raw, TAG_HEADER))
			return mb_fail(p, -EFAULT,
				       "Truncated boot information: a tag at %#llx cannot be read.",
				       at);
		tag.type = mb_get32(raw);
		tag.size = mb_get32(raw + 4);
		if (tag.size < TAG_HEADER || tag.size > end - at)
			return mb_fail(
				p, -EINVAL,
				"Broken boot information: the tag of type %u at %#llx has %u "
				"bytes; possible are %u to %llu.",
				tag.type, at, tag.size, TAG_HEADER, end - at);
		if (tag.type == TAG_END)
			return 0;
		err = parse_tag(p, &tag);
		if (err)
			return err;
		at += ALIGN((u64)tag.size, 8);
	}
	return mb_fail(p, -EINVAL, "Truncated boot information: no end tag up to %#llx.", end);
}

int mb2_parse(struct mb_parser *p, u32 info)
{
	u8 raw[4];
	u32 total;

	if (!mb_read(p, info, raw, sizeof(raw)))
		return mb_fail(p, -EFAULT,
			       "Truncated boot information: the multiboot 2 block at %#x cannot be "
			       "read.",
			       info);
	total = mb_get32(raw);
	if (total < BLOCK_MIN || total > BLOCK_MAX)
		return mb_fail(
			p, -EINVAL,
			"Broken boot information: the multiboot 2 block at %#x says it has %u "
			"bytes; possible are %u to %u.",
			info, total, BLOCK_MIN, BLOCK_MAX);
	boot_keep(p->out, info, total);
	return parse_tags(p, (u64)info + 8, (u64)info + total);
}
