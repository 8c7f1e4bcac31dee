/* SPDX-License-Identifier: MIT */
/*
 * What the parsers of multiboot 1 and multiboot 2 share; private to boot/multiboot*.c.
 *
 * The two protocols wrap the same facts differently. Each parser finds its facts and hands them to
 * the functions here, which copy, bound, note and reserve, so that a limit exists only once.
 */
#ifndef BOOT_MULTIBOOT_PARSE_H
#define BOOT_MULTIBOOT_PARSE_H

#include "boot/bootinfo.h"
#include "boot/multiboot.h"

/* How far a string is searched for its end before we stop believing that it has one. */
#define MB_CMDLINE_SCAN (1U << 20)
#define MB_STRING_SCAN  4096U

/* One parse in progress. */
struct mb_parser {
	const struct phys_reader *reader;
	struct boot_info *out;
	bool has_sizes; /* lower and upper are known: KiB from 0 and from 1 MiB */
	u32 lower;
	u32 upper;
	u32 modules_seen; /* more than out->module_count if some were dropped */
	bool cmdline_cut;
	bool map_full; /* said that there are too many entries */
};

/* Writes the reason into out->error, printf-like; returns ERR, for `return mb_fail(...)`. */
int mb_fail(struct mb_parser *p, int err, const char *fmt, ...) __printf(3, 4);

/* Reads LEN (1..4096) bytes at PA; false if they are not all below 4 GiB and readable. */
bool mb_read(const struct mb_parser *p, phys_addr_t pa, void *buf, size_t len);

/* Little-endian numbers out of a byte buffer of any alignment. */
u32 mb_get32(const u8 *from);
u64 mb_get64(const u8 *from);

/*
 * The command line at PA, which ends within SCAN bytes if the protocol knows. Returns 0, or
 * -EFAULT after mb_fail() if it ends in memory that cannot be read.
 */
int mb_take_cmdline(struct mb_parser *p, phys_addr_t pa, size_t scan);

/* The loader's name at PA. Whatever is wrong with it is a note. */
void mb_take_loader(struct mb_parser *p, phys_addr_t pa, size_t scan);

/* A module [start, end) whose string is at PA. Impossible ones, and those too many, are notes. */
void mb_take_module(struct mb_parser *p, u32 start, u32 end, phys_addr_t pa, size_t scan);

/* An entry of the memory map. Returns false, and has noted it once, if there is no more room. */
bool mb_take_range(struct mb_parser *p, u64 base, u64 size, u32 type);

/*
 * The screen, from the 22 bytes that both protocols share: u64 address, u32 pitch, width, height,
 * u8 bits a pixel, u8 kind [MB1 3.3] [MB2 3.6.12].
 */
#define MB_DISPLAY_BYTES 22
void mb_take_display(struct mb_parser *p, const u8 *from);

/* The protocols: fill p->out from the block at INFO. Return as multiboot_parse(). */
int mb1_parse(struct mb_parser *p, u32 info);
int mb2_parse(struct mb_parser *p, u32 info);

#endif /* BOOT_MULTIBOOT_PARSE_H */
