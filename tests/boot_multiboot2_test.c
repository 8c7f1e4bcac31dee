/* SPDX-License-Identifier: MIT */
/*
 * The parser of multiboot 2: what a good block yields, and what becomes of a bad one.
 */
#include "boot/layout.h"
#include "boot/multiboot.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/boot_test.h"

#define b    (&boot_test_blocks)
#define info (&boot_test_info)

static const struct boot_range ram = {MIB(1), MIB(63), MEM_RAM};

static int parse(void)
{
	return boot_test_parse(MULTIBOOT2_MAGIC);
}

static void expect_broken(struct kunit *test, int err, const char *text)
{
	KUNIT_EXPECT_EQ(test, parse(), err);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(info->error, text) != NULL, "wanted \"%s\", got \"%s\"",
			      text, info->error);
}

static void display_tag(u8 kind)
{
	u8 body[23] = {0, 0x80, 0x0b, 0, 0, 0, 0, 0, 160, 0, 0, 0, 80, 0, 0, 0, 25, 0, 0, 0, 16};

	body[21] = kind;
	mb2_tag(b, 8, body, sizeof(body));
}

/* A block like GRUB's, with tags that loft does not read in between. */
static void full_block(u32 stride)
{
	struct boot_range map[8];
	unsigned int count = boot_test_pc(map, 4096);

	mb2_begin(b);
	mb2_tag(b, 21, "\0\0\x10\0", 4); /* load base address */
	mb2_string(b, 1, "mem=64M \"exec=a; b\"");
	mb2_string(b, 2, "GRUB 2.06-13");
	mb2_module(b, 0x200000, 0x234567, "init arg=1");
	mb2_tag(b, 9, "odd", 3); /* ELF sections, of any length */
	mb2_tag(b, 4, "\x7f\x02\0\0\x80\xfb\x0b\0", 8);
	mb2_map(b, map, count, stride);
	display_tag(2);
	mb2_tag(b, 14, "RSD PTR v1, 20 bytes", 20);
	mb2_tag(b, 15, "RSD PTR v2, longer, thirty-six bytes", 36);
	mb2_end(b);
}

static void mb2_good(struct kunit *test)
{
	struct boot_range map[8];
	unsigned int count = boot_test_pc(map, 4096);

	full_block(24);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, info->protocol, BOOT_MULTIBOOT2);
	KUNIT_EXPECT_STREQ(test, info->loader, "GRUB 2.06-13");
	KUNIT_EXPECT_STREQ(test, info->cmdline, "mem=64M \"exec=a; b\""); /* nothing dropped */
	KUNIT_ASSERT_EQ(test, info->module_count, 1u);
	KUNIT_EXPECT_EQ(test, info->module[0].start, 0x200000ull);
	KUNIT_EXPECT_EQ(test, info->module[0].end, 0x234567ull);
	KUNIT_EXPECT_STREQ(test, info->module[0].string, "init arg=1");
	KUNIT_ASSERT_EQ(test, info->map_count, count);
	boot_test_expect_map(test, map);
	KUNIT_EXPECT_EQ(test, info->display, BOOT_DISPLAY_EGA_TEXT);
	KUNIT_EXPECT_EQ(test, info->display_address, 0xb8000ull);
	KUNIT_EXPECT_EQ(test, info->display_pitch, 160u);
	KUNIT_EXPECT_EQ(test, info->display_width, 80u);
	KUNIT_EXPECT_EQ(test, info->display_height, 25u);
	KUNIT_EXPECT_EQ(test, info->display_bpp, 16u);
	KUNIT_EXPECT_EQ(test, info->rsdp_length, 36u);
	KUNIT_EXPECT_MEMEQ(test, info->rsdp, "RSD PTR v2, longer, thirty-six bytes", 36);
	KUNIT_EXPECT_EQ(test, info->extent_count, 1u); /* the block holds everything */
	KUNIT_EXPECT_EQ(test, info->extent[0].start, BLOCKS_BASE + 0ull);
	KUNIT_EXPECT_EQ(test, info->extent[0].end, (u64)BLOCKS_BASE + b->used);
}

static void mb2_strides(struct kunit *test)
{
	static const u32 strides[] = {20, 24, 21, 32, 40};
	struct boot_range map[8];
	unsigned int count = boot_test_pc(map, 4096), i;

	for (i = 0; i < ARRAY_SIZE(strides); i++) {
		full_block(strides[i]);
		KUNIT_ASSERT_EQ(test, parse(), 0);
		KUNIT_ASSERT_EQ(test, info->map_count, count);
		boot_test_expect_map(test, map);
	}
	for (i = 0; i < 20; i++) {
		mb2_begin(b);
		mb2_map(b, &ram, 1, 24);
		mb2_end(b);
		blocks_put32(b, 16, i);
		expect_broken(test, -EINVAL, "and each needs 20");
	}
	blocks_put32(b, 16, 0xffffffff);
	expect_broken(test, -EINVAL, "24 bytes are left for an entry of 4294967295");
}

/* No size of a tag makes the walk stand still, go back or leave the block. */
static void mb2_tag_sizes(struct kunit *test)
{
	static const u32 sizes[] = {0,          1,          7,          0x1000,
				    0x7fffffff, 0xfffffff8, 0xfffffff9, 0xffffffff};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		mb2_begin(b);
		mb2_tag(b, 9, "", 0);
		mb2_map(b, &ram, 1, 24);
		mb2_end(b);
		KUNIT_ASSERT_EQ(test, parse(), 0);
		blocks_put32(b, 12, sizes[i]);
		expect_broken(test, -EINVAL, "the tag of type 9 at 0x10008 has");
	}
	for (i = 0; i < 8; i++) { /* a tag that is too short for what it is */
		mb2_begin(b);
		mb2_tag(b, 3, "12345678", i);
		mb2_map(b, &ram, 1, 24);
		mb2_end(b);
		expect_broken(test, -EINVAL, "the tag of type 3 at 0x10008 has");
	}
}

static void mb2_total_size(struct kunit *test)
{
	u32 total;

	full_block(24);
	for (total = 0; total < b->used; total++) {
		blocks_put32(b, 0, total);
		KUNIT_ASSERT_EQ_MSG(test, parse(), -EINVAL, "total size %u of %zu", total, b->used);
		KUNIT_ASSERT_NE(test, info->error[0], '\0');
	}
	for (total = 0; total < 4; total++) { /* more than there is: the end tag comes first */
		blocks_put32(b, 0, (u32)b->used + (1U << 5 * total));
		KUNIT_EXPECT_EQ(test, parse(), 0);
	}
	blocks_put32(b, 0, 0x400001);
	expect_broken(test, -EINVAL, "says it has 4194305 bytes; possible are 16 to 4194304");
	blocks_put32(b, 0, 0xffffffff);
	expect_broken(test, -EINVAL, "says it has 4294967295 bytes");
}

static void mb2_truncated_everywhere(struct kunit *test)
{
	size_t whole;

	full_block(24);
	whole = b->used;
	for (b->used = 0; b->used < whole; b->used++) {
		KUNIT_ASSERT_EQ_MSG(test, parse(), -EFAULT, "cut at %zu", b->used);
		KUNIT_ASSERT_TRUE(test, strstr(info->error, "Truncated") != NULL);
	}
	KUNIT_EXPECT_EQ(test, parse(), 0);
}

static void mb2_without_map(struct kunit *test)
{
	mb2_begin(b);
	mb2_end(b);
	expect_broken(test, -ENOENT, "neither a memory map nor the sizes of memory");
	mb2_begin(b);
	mb2_tag(b, 4, "\x7f\x02\0\0\0\xfc\0\0", 8);
	mb2_end(b);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_TRUE(test, info->map_is_guess);
	KUNIT_EXPECT_EQ(test, info->map[1].size, MIB(63));
}

static void mb2_odd_but_bootable(struct kunit *test)
{
	unsigned int i;

	mb2_begin(b);
	mb2_tag(b, 1, "mem=64M quie", 12); /* no NUL: the last word may be half a word */
	mb2_tag(b, 2, "GRUB", 4);
	mb2_tag(b, 18, "", 0);
	for (i = 0; i < 40; i++)
		mb2_module(b, MIB(8), i == 39 ? 0 : MIB(9), "m");
	mb2_map(b, &ram, 1, 24);
	display_tag(1);
	mb2_end(b);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_STREQ(test, info->cmdline, "mem=64M");
	KUNIT_EXPECT_STREQ(test, info->loader, "GRUB");
	KUNIT_EXPECT_EQ(test, info->module_count, BOOT_MODULES_MAX + 0u);
	KUNIT_EXPECT_EQ(test, info->display, BOOT_DISPLAY_GRAPHICS);
	EXPECT_LINES(test, 5);
	EXPECT_SAID(test, "Command line of 12 characters without an end: cut to its first 7");
	EXPECT_SAID(test, "The boot loader's name at 0x10028 has no end in 4 characters.");
	EXPECT_SAID(test, "EFI boot services still run");
	EXPECT_SAID(test, "Module 40 ends (0x0) before it starts (0x800000): dropped.");
	EXPECT_SAID(test, "40 modules, and only the first 32 are used.");
}

static struct kunit_case multiboot2_cases[] = {
	KUNIT_CASE(mb2_good),
	KUNIT_CASE(mb2_strides),
	KUNIT_CASE(mb2_tag_sizes),
	KUNIT_CASE(mb2_total_size),
	KUNIT_CASE(mb2_truncated_everywhere),
	KUNIT_CASE(mb2_without_map),
	KUNIT_CASE(mb2_odd_but_bootable),
	{},
};

static struct kunit_suite multiboot2_suite = {
	.name = "boot_multiboot2",
	.test_cases = multiboot2_cases,
};
kunit_test_suite(multiboot2_suite);
