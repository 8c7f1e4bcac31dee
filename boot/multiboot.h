/* SPDX-License-Identifier: MIT */
/*
 * Reading the information block of a multiboot 1 or 2 loader.
 *
 * The block comes from outside: any length in it may be a lie, any address may lead nowhere, any
 * string may lack its end. The parser therefore never follows a pointer by itself; it asks a
 * reader for bytes, bounds every loop by what a struct boot_info can hold, and turns what it
 * cannot believe into an error code with a text. It is pure: host tests and the fuzzer run the
 * same code over blocks from hell.
 *
 * [MB1] Multiboot Specification 0.6.96, [MB2] Multiboot2 Specification 2.0.
 */
#ifndef BOOT_MULTIBOOT_H
#define BOOT_MULTIBOOT_H

#include "boot/bootinfo.h"
#include "lib/types.h"

#define MULTIBOOT1_MAGIC 0x2badb002 /* in EAX at entry [MB1 3.2] */
#define MULTIBOOT2_MAGIC 0x36d76289 /* in EAX at entry [MB2 3.3] */

/*
 * How the parser sees physical memory. read() copies LEN (1..4096) bytes from physical address PA
 * to BUF and returns true, or returns false if any of them cannot be read; BUF is then undefined.
 * PA + LEN never exceeds 4 GiB, and a range may cross a page.
 */
struct phys_reader {
	bool (*read)(void *ctx, phys_addr_t pa, void *buf, size_t len);
	void *ctx;
};

/*
 * Fills OUT (all of it; it may hold garbage before) from the block at physical address INFO, for
 * the loader whose MAGIC was in EAX.
 *
 * Returns 0, or
 *   -ENOEXEC  MAGIC belongs to no loader we know
 *   -EFAULT   a part of the block that must be there cannot be read
 *   -EINVAL   the block contradicts itself (truncated, sizes that cannot be)
 *   -ENOENT   it says nothing at all about memory
 * and then OUT->error says so in one line that names the place and the numbers.
 *
 * Not errors, but noted: entries beyond what OUT holds, modules whose end is before their start,
 * strings without an end, a command line that had to be cut (never inside a word: half a word does
 * not act), a missing map that was made up from mem_lower and mem_upper.
 *
 * Where the loader calls itself `qemu` the first word of the command line is the image's name,
 * and is dropped. Early boot, one CPU; needs no allocator and less than 1 KiB of stack.
 */
int multiboot_parse(u32 magic, u32 info, const struct phys_reader *reader, struct boot_info *out);

#endif /* BOOT_MULTIBOOT_H */
