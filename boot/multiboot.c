/* SPDX-License-Identifier: MIT */
/*
 * Multiboot: choice of the protocol, and what is the same in both when the walk is over.
 *
 * After either parser has collected its facts, three things remain: a memory map must exist or be
 * made up, the command line must lose the image's name where the loader put it in front, and a
 * command line that did not fit must end at a word's end. See multiboot_parse.h for the tools and
 * multiboot1.c and multiboot2.c for the walks.
 */
#include "boot/layout.h"
#include "boot/multiboot.h"
#include "boot/multiboot_parse.h"
#include "lib/control.h"
#include "lib/ctype.h"
#include "lib/errno.h"
#include "lib/string.h"

/* The first 640 KiB are all that mem_lower can speak of [MB1 3.3]. */
#define LOWER_MAX_KIB 640U

/* Without a map: the two sizes of old, as RAM from 0 and from 1 MiB. */
static int guess_map(struct mb_parser *p)
{
	struct boot_info *out = p->out;

	if (!p->has_sizes || (p->lower == 0 && p->upper == 0))
		return mb_fail(p, -ENOENT,
			       "The boot loader gave neither a memory map nor the sizes of memory: "
			       "use one that does (GRUB, QEMU -kernel).");
	if (p->lower)
		mb_take_range(p, 0, KIB(min(p->lower, LOWER_MAX_KIB)), 1);
	if (p->upper)
		mb_take_range(p, SZ_1M, KIB(p->upper), 1);
	out->map_is_guess = true;
	boot_note(out, "No memory map from the boot loader: using %u KiB from 0, %u KiB from 1M.",
		  min(p->lower, LOWER_MAX_KIB), p->upper);
	return 0;
}

/* QEMU's -kernel puts the image's file name in front of the words, and only QEMU does. */
static void drop_image_name(struct boot_info *out)
{
	const char *rest = out->cmdline;

	if (strcmp(out->loader, "qemu") != 0)
		return;
	while (isspace((u8)*rest))
		rest++;
	while (*rest && !isspace((u8)*rest))
		rest++;
	while (isspace((u8)*rest))
		rest++;
	memmove(out->cmdline, rest, strlen(rest) + 1);
}

/* Ends LINE after the last word that is surely whole: a blank outside quotes follows it. */
static void keep_whole_words(char *line)
{
	bool quoted = false;
	size_t i, end = 0;

	for (i = 0; line[i]; i++) {
		if (line[i] == '\\' && line[i + 1] && strchr("\"'\\", line[i + 1]))
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (isspace((u8)line[i]) && !quoted)
			end = i;
	}
	line[end] = '\0';
}

static int finish(struct mb_parser *p)
{
	struct boot_info *out = p->out;

	drop_image_name(out);
	if (p->cmdline_cut) {
		if (!control(half_words_act))
			keep_whole_words(out->cmdline);
		boot_note(out,
			  "Command line of %zu characters%s: cut to its first %zu (whole words; "
			  "loft keeps %u).",
			  out->cmdline_length,
			  out->cmdline_length > BOOT_CMDLINE_MAX ? "" : " without an end",
			  strlen(out->cmdline), BOOT_CMDLINE_MAX);
	}
	if (p->modules_seen > BOOT_MODULES_MAX)
		boot_note(out, "%u modules, and only the first %u are used.", p->modules_seen,
			  BOOT_MODULES_MAX);
	return out->map_count ? 0 : guess_map(p);
}

int multiboot_parse(u32 magic, u32 info, const struct phys_reader *reader, struct boot_info *out)
{
	struct mb_parser p = {.reader = reader, .out = out};
	int err;

	memset(out, 0, sizeof(*out));
	switch (magic) {
	case MULTIBOOT1_MAGIC:
		out->protocol = BOOT_MULTIBOOT1;
		err = mb1_parse(&p, info);
		break;
	case MULTIBOOT2_MAGIC:
		out->protocol = BOOT_MULTIBOOT2;
		err = mb2_parse(&p, info);
		break;
	default:
		return mb_fail(&p, -ENOEXEC,
			       "Unknown boot loader: EAX is %#x, neither multiboot 1 (%#x) nor "
			       "2 (%#x). Start loft by GRUB or QEMU -kernel.",
			       magic, MULTIBOOT1_MAGIC, MULTIBOOT2_MAGIC);
	}
	return err ? err : finish(&p);
}
