/* SPDX-License-Identifier: MIT */
/*
 * The tools of both multiboot parsers: guarded reads, strings, and the filling of fixed places.
 *
 * Strings are the dangerous part: they have no length, and the loader's word is all there is for
 * their having an end. They are read in small chunks that never cross a page, byte by byte where a
 * chunk cannot be read, and given up after a bound.
 */
#include "boot/layout.h"
#include "boot/multiboot_parse.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"

#define CHUNK 64U

/* How the reading of a string ended. */
enum string_end {
	STRING_ENDED,      /* at its NUL */
	STRING_ENDLESS,    /* no NUL within the bound */
	STRING_UNREADABLE, /* the memory ended first */
};

int mb_fail(struct mb_parser *p, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(p->out->error, sizeof(p->out->error), fmt, args);
	va_end(args);
	return err;
}

bool mb_read(const struct mb_parser *p, phys_addr_t pa, void *buf, size_t len)
{
	return pa < SZ_4G && len <= SZ_4G - pa && p->reader->read(p->reader->ctx, pa, buf, len);
}

u32 mb_get32(const u8 *from)
{
	return from[0] | (u32)from[1] << 8 | (u32)from[2] << 16 | (u32)from[3] << 24;
}

u64 mb_get64(const u8 *from)
{
	return mb_get32(from) | (u64)mb_get32(from + 4) << 32;
}

/*
 * Copies the string at PA to TO, which has room for ROOM characters and a NUL and is terminated in
 * any case. *LENGTH is the string's own length, as far as it was read.
 */
static enum string_end take_string(const struct mb_parser *p, phys_addr_t pa, size_t scan, char *to,
				   size_t room, size_t *length)
{
	char chunk[CHUNK];
	size_t at = 0, n, i;

	*to = '\0';
	for (*length = 0; at < scan; *length = at) {
		n = min3((size_t)CHUNK, scan - at, (size_t)(PAGE_SIZE - ((pa + at) % PAGE_SIZE)));
		if (!mb_read(p, pa + at, chunk, n)) {
			n = 1;
			if (!mb_read(p, pa + at, chunk, n))
				return STRING_UNREADABLE;
		}
		for (i = 0; i < n; i++, at++) {
			*length = at;
			if (!chunk[i])
				return STRING_ENDED;
			if (at < room) {
				to[at] = chunk[i];
				to[at + 1] = '\0';
			}
		}
	}
	return STRING_ENDLESS;
}

int mb_take_cmdline(struct mb_parser *p, phys_addr_t pa, size_t scan)
{
	struct boot_info *out = p->out;
	enum string_end end;

	end = take_string(p, pa, scan, out->cmdline, BOOT_CMDLINE_MAX, &out->cmdline_length);
	if (end == STRING_UNREADABLE)
		return mb_fail(p, -EFAULT,
			       "Truncated boot information: the command line at %#llx cannot be "
			       "read after %zu characters.",
			       pa, out->cmdline_length);
	p->cmdline_cut = end != STRING_ENDED || out->cmdline_length > BOOT_CMDLINE_MAX;
	if (out->protocol == BOOT_MULTIBOOT1)
		boot_keep(out, pa, out->cmdline_length + 1);
	return 0;
}

/* A string of which only the beginning matters; WHAT names it in the note. */
static void take_short_string(struct mb_parser *p, phys_addr_t pa, size_t scan, char *to,
			      const char *what)
{
	size_t length;
	enum string_end end = take_string(p, pa, scan, to, BOOT_STRING_MAX, &length);

	if (end != STRING_ENDED)
		boot_note(p->out, "The %s at %#llx has no end in %zu characters.", what, pa,
			  length);
	else if (length > BOOT_STRING_MAX)
		boot_note(p->out, "The %s has %zu characters: cut to %u.", what, length,
			  BOOT_STRING_MAX);
	if (p->out->protocol == BOOT_MULTIBOOT1)
		boot_keep(p->out, pa, length + 1);
}

void mb_take_loader(struct mb_parser *p, phys_addr_t pa, size_t scan)
{
	take_short_string(p, pa, scan, p->out->loader, "boot loader's name");
}

void mb_take_module(struct mb_parser *p, u32 start, u32 end, phys_addr_t pa, size_t scan)
{
	struct boot_info *out = p->out;
	struct boot_module *module;

	p->modules_seen++;
	if (end < start && !control(module_end_believed)) {
		boot_note(out, "Module %u ends (%#x) before it starts (%#x): dropped.",
			  p->modules_seen, end, start);
		return;
	}
	if (out->module_count == BOOT_MODULES_MAX)
		return;
	module = &out->module[out->module_count++];
	module->start = start;
	module->end = end;
	if (scan)
		take_short_string(p, pa, scan, module->string, "string of a module");
}

bool mb_take_range(struct mb_parser *p, u64 base, u64 size, u32 type)
{
	struct boot_info *out = p->out;

	if (out->map_count == BOOT_MAP_MAX) {
		if (!p->map_full)
			boot_note(out,
				  "The memory map has more than %u entries: the rest is dropped.",
				  BOOT_MAP_MAX);
		p->map_full = true;
		return false;
	}
	out->map[out->map_count++] = (struct boot_range){.base = base, .size = size, .type = type};
	return true;
}

void mb_take_display(struct mb_parser *p, const u8 *from)
{
	struct boot_info *out = p->out;

	out->display_address = mb_get64(from);
	out->display_pitch = mb_get32(from + 8);
	out->display_width = mb_get32(from + 12);
	out->display_height = mb_get32(from + 16);
	out->display_bpp = from[20];
	out->display = from[21] == 2 ? BOOT_DISPLAY_EGA_TEXT : BOOT_DISPLAY_GRAPHICS;
}
