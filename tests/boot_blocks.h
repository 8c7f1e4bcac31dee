/* SPDX-License-Identifier: MIT */
/*
 * Builds information blocks as a boot loader would leave them, in a small physical memory that
 * begins at BLOCKS_BASE, so that tests and the fuzzer can then spoil them.
 */
#ifndef TESTS_BOOT_BLOCKS_H
#define TESTS_BOOT_BLOCKS_H

#include "boot/multiboot.h"
#include "lib/string.h"
#include "tests/boot_fuzz.h"

#define BLOCKS_BASE BOOT_FUZZ_BASE
#define BLOCKS_SIZE 0x6000

/* Physical memory [BLOCKS_BASE, BLOCKS_BASE + used). */
struct blocks {
	u8 data[BLOCKS_SIZE];
	size_t used;
};

static inline void blocks_put32(struct blocks *b, size_t at, u32 value)
{
	memcpy(b->data + at, &value, 4);
}

static inline void blocks_put64(struct blocks *b, size_t at, u64 value)
{
	memcpy(b->data + at, &value, 8);
}

/* Appends bytes; the physical address of the first. */
static inline u32 blocks_add(struct blocks *b, const void *from, size_t size)
{
	u32 pa = BLOCKS_BASE + (u32)b->used;

	if (size > sizeof(b->data) - b->used)
		size = sizeof(b->data) - b->used;
	memcpy(b->data + b->used, from, size);
	b->used += size;
	return pa;
}

static inline u32 blocks_add_string(struct blocks *b, const char *text)
{
	return blocks_add(b, text, strlen(text) + 1);
}

/* An empty multiboot 1 record, 116 bytes, at the start. */
static inline void mb1_begin(struct blocks *b)
{
	memset(b->data, 0, 116);
	b->used = 116;
}

static inline void mb1_flag(struct blocks *b, unsigned int bit)
{
	u32 flags;

	memcpy(&flags, b->data, 4);
	blocks_put32(b, 0, flags | 1U << bit);
}

static inline void mb1_sizes(struct blocks *b, u32 lower, u32 upper)
{
	mb1_flag(b, 0);
	blocks_put32(b, 4, lower);
	blocks_put32(b, 8, upper);
}

static inline void mb1_cmdline(struct blocks *b, const char *text)
{
	mb1_flag(b, 2);
	blocks_put32(b, 16, blocks_add_string(b, text));
}

static inline void mb1_loader(struct blocks *b, const char *text)
{
	mb1_flag(b, 9);
	blocks_put32(b, 64, blocks_add_string(b, text));
}

/* The map, each entry STRIDE >= 24 bytes from the next. */
static inline void mb1_map(struct blocks *b, const struct boot_range *map, unsigned int count,
			   u32 stride)
{
	u8 entry[512] = {0};
	unsigned int i;

	mb1_flag(b, 6);
	blocks_put32(b, 44, count * stride);
	blocks_put32(b, 48, BLOCKS_BASE + (u32)b->used);
	for (i = 0; i < count; i++) {
		u32 size = stride - 4;

		memcpy(entry, &size, 4);
		memcpy(entry + 4, &map[i].base, 8);
		memcpy(entry + 12, &map[i].size, 8);
		memcpy(entry + 20, &map[i].type, 4);
		blocks_add(b, entry, stride);
	}
}

/* Modules, all with the same string; words has start and end of each. */
static inline void mb1_modules(struct blocks *b, const u32 *words, unsigned int count,
			       const char *text)
{
	u32 string = blocks_add_string(b, text);
	unsigned int i;

	mb1_flag(b, 3);
	blocks_put32(b, 20, count);
	blocks_put32(b, 24, BLOCKS_BASE + (u32)b->used);
	for (i = 0; i < count; i++) {
		u32 module[4] = {words[2 * i], words[2 * i + 1], string, 0};

		blocks_add(b, module, sizeof(module));
	}
}

/* The two words at the start of a multiboot 2 block; mb2_end() fills in the size. */
static inline void mb2_begin(struct blocks *b)
{
	memset(b->data, 0, 8);
	b->used = 8;
}

/* A tag whose body has SIZE bytes, then the padding to 8. */
static inline void mb2_tag(struct blocks *b, u32 type, const void *body, size_t size)
{
	static const u8 zeroes[8];
	u32 header[2] = {type, (u32)size + 8};

	blocks_add(b, header, 8);
	blocks_add(b, body, size);
	blocks_add(b, zeroes, -size & 7);
}

static inline void mb2_end(struct blocks *b)
{
	mb2_tag(b, 0, "", 0);
	blocks_put32(b, 0, (u32)b->used);
}

static inline void mb2_string(struct blocks *b, u32 type, const char *text)
{
	mb2_tag(b, type, text, strlen(text) + 1);
}

static inline void mb2_module(struct blocks *b, u32 start, u32 end, const char *text)
{
	u8 body[600];
	size_t length = strlen(text) + 1;

	memcpy(body, &start, 4);
	memcpy(body + 4, &end, 4);
	memcpy(body + 8, text, length);
	mb2_tag(b, 3, body, 8 + length);
}

static inline void mb2_map(struct blocks *b, const struct boot_range *map, unsigned int count,
			   u32 stride)
{
	static u8 body[BLOCKS_SIZE];
	u32 header[2] = {stride, 0};
	unsigned int i;

	memset(body, 0, sizeof(body));
	memcpy(body, header, 8);
	for (i = 0; i < count; i++) {
		u8 *entry = body + 8 + i * stride;

		memcpy(entry, &map[i].base, 8);
		memcpy(entry + 8, &map[i].size, 8);
		memcpy(entry + 16, &map[i].type, 4);
	}
	mb2_tag(b, 6, body, 8 + count * stride);
}

/* What the parser's reader sees: a struct blocks, and nothing outside it. */
static inline bool blocks_read(void *ctx, phys_addr_t pa, void *buf, size_t len)
{
	const struct blocks *b = ctx;

	if (pa < BLOCKS_BASE || pa + len > BLOCKS_BASE + b->used)
		return false;
	memcpy(buf, b->data + (pa - BLOCKS_BASE), len);
	return true;
}

#endif /* TESTS_BOOT_BLOCKS_H */
