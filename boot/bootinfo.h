/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader told us, copied into memory of our own.
 *
 * The loader leaves its information block wherever it likes, in memory that soon gets another
 * owner. So the parser (boot/multiboot.h) copies everything that matters into one struct
 * boot_info of fixed size, once, and nobody looks at the original again. Nothing here points into
 * the loader's memory; `extent` only remembers where that memory is, so that it can be kept away
 * from the allocators until the copies have been checked.
 *
 * Whatever did not fit or made no sense is remembered as a note, one line of text, because the
 * copying is done before anything can be printed with a level and a time stamp. The caller prints
 * the notes as soon as it can.
 *
 * Pure data and pure code. One writer at boot, readers for ever after; no lock.
 */
#ifndef BOOT_BOOTINFO_H
#define BOOT_BOOTINFO_H

#include "lib/types.h"
#include "lib/compiler.h"

#define BOOT_CMDLINE_MAX 16383 /* characters kept; a longer command line is cut, and said */
#define BOOT_MAP_MAX     256   /* entries of the loader's memory map kept */
#define BOOT_MODULES_MAX 32    /* modules kept */
#define BOOT_STRING_MAX  255   /* characters kept of a module's string and of the loader's name */
#define BOOT_EXTENTS_MAX 40    /* block, map, module list, command line, name, module strings */
#define BOOT_NOTES_MAX   16
#define BOOT_NOTE_MAX    159 /* characters of a note */
#define BOOT_RSDP_MAX    36  /* bytes of the ACPI root pointer, version 2 [MB2 3.6.15] */

static_assert(BOOT_EXTENTS_MAX >= BOOT_MODULES_MAX + 5, "each string has an extent");

/* Who started us. The value is for printing and for tests; all protocols fill the same fields. */
enum boot_protocol { BOOT_PROTOCOL_NONE, BOOT_MULTIBOOT1, BOOT_MULTIBOOT2 };

/* What the screen is, as far as the loader says. UNKNOWN means: it did not say. */
enum boot_display { BOOT_DISPLAY_UNKNOWN, BOOT_DISPLAY_EGA_TEXT, BOOT_DISPLAY_GRAPHICS };

/* One entry of the loader's memory map, untouched: base + size may wrap, type may be anything. */
struct boot_range {
	u64 base;
	u64 size;
	u32 type; /* 1 is usable RAM, everything else is not [MB1 3.3] [MB2 3.6.8] */
};

/* Memory [start, end) whose contents the loader prepared. */
struct boot_extent {
	phys_addr_t start;
	phys_addr_t end;
};

/* A file the loader put into memory [start, end), start <= end, with the words given with it. */
struct boot_module {
	phys_addr_t start;
	phys_addr_t end;
	char string[BOOT_STRING_MAX + 1];
};

struct boot_info {
	enum boot_protocol protocol;
	char loader[BOOT_STRING_MAX + 1]; /* "" if the loader gave no name */

	/*
	 * Raw: not split, quotes still in it, without the image's name. cmdline_length is what the
	 * loader handed over; more than strlen(cmdline) if it was cut.
	 */
	char cmdline[BOOT_CMDLINE_MAX + 1];
	size_t cmdline_length;

	/* In the loader's order. Made from two sizes where the loader has no map (map_is_guess). */
	unsigned int map_count;
	struct boot_range map[BOOT_MAP_MAX];
	bool map_is_guess;

	unsigned int module_count;
	struct boot_module module[BOOT_MODULES_MAX];

	/* To be reserved until boot is over. Unsorted, may overlap; modules are not repeated here.
	 */
	unsigned int extent_count;
	struct boot_extent extent[BOOT_EXTENTS_MAX];

	/* The ACPI root pointer, where the loader copied it (multiboot 2); 0, 20 or 36 bytes. */
	unsigned int rsdp_length;
	u8 rsdp[BOOT_RSDP_MAX];

	/* The screen. Address and geometry are 0 unless display says what it is. */
	enum boot_display display;
	phys_addr_t display_address;
	u32 display_pitch; /* bytes a line */
	u32 display_width; /* characters in text, pixels in graphics */
	u32 display_height;
	u32 display_bpp; /* bits a pixel; 16 in text */

	/* What was dropped, cut or odd; complete sentences without a newline. */
	unsigned int note_count;
	unsigned int notes_lost; /* notes that found no room here */
	char note[BOOT_NOTES_MAX][BOOT_NOTE_MAX + 1];

	/* Why parsing failed; "" after success. */
	char error[BOOT_NOTE_MAX + 1];
};

/*
 * Where pure code sends a line of text for a person to read: no newline at its end, no prefix.
 * Boot code below the console's floor never prints by itself; its caller passes one of these.
 * `fn` is printf-like and may be NULL (then nothing is said); `ctx` goes to it untouched.
 */
struct boot_say {
	void (*fn)(void *ctx, const char *fmt, ...) __printf(2, 3);
	void *ctx;
};

/* Says a line through SAY (struct boot_say *, may be NULL), printf-like. */
#define boot_say(say, ...)                                                                         \
	do {                                                                                       \
		const struct boot_say *__say = (say);                                              \
		if (__say && __say->fn)                                                            \
			__say->fn(__say->ctx, __VA_ARGS__);                                        \
	} while (0)

/*
 * The machine's own boot information: filled by multiboot_parse() in init/, zero before.
 */
extern struct boot_info boot_info;

/*
 * Adds a note, printf-like, cut at BOOT_NOTE_MAX characters; counts it in notes_lost when all
 * BOOT_NOTES_MAX places are taken.
 */
void boot_note(struct boot_info *info, const char *fmt, ...) __printf(2, 3);

/*
 * Adds [start, start + size) to the memory to be kept. An empty range is left out. No room is a
 * note, and so is a range that would wrap; never an overrun.
 */
void boot_keep(struct boot_info *info, phys_addr_t start, u64 size);

/*
 * Drops the modules that share a byte with the kernel image [start, end), each with a note: the
 * loader, or whoever wrote the block, cannot have put both there. Modules that overlap each other
 * stay, with a note. Call once, after parsing.
 */
void boot_check_modules(struct boot_info *info, phys_addr_t start, phys_addr_t end);

/* Says each note once through SAY, then how many were lost, if any. */
void boot_say_notes(const struct boot_info *info, const struct boot_say *say);

#endif /* BOOT_BOOTINFO_H */
