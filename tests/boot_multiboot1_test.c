/* SPDX-License-Identifier: MIT */
/*
 * The parser of multiboot 1: what a good block yields, and what becomes of a bad one.
 *
 * Blocks are built in a small memory outside of which nothing can be read, so every step too far
 * shows. The last case cuts a full block at each of its bytes.
 */
#include "boot/layout.h"
#include "boot/multiboot.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/boot_test.h"

#define b    (&boot_test_blocks)
#define info (&boot_test_info)

static const struct boot_range ram = {MIB(1), MIB(63), MEM_RAM};
static struct boot_range many[BOOT_MAP_MAX + 4];

static int parse(void)
{
	return boot_test_parse(MULTIBOOT1_MAGIC);
}

/* A block like QEMU's: name, command line, one module, a map. */
static void full_block(u32 stride)
{
	static const u32 module[] = {0x200000, 0x234567};
	struct boot_range map[8];
	unsigned int count = boot_test_pc(map, 4096);

	mb1_begin(b);
	mb1_sizes(b, 639, 0xbfb80);
	mb1_loader(b, "qemu");
	mb1_cmdline(b, "loft.elf mem=64M  exec=\"a; b\"");
	mb1_modules(b, module, 1, "init arg=1");
	mb1_map(b, map, count, stride);
}

static void mb1_good(struct kunit *test)
{
	struct boot_range map[8];
	unsigned int count = boot_test_pc(map, 4096);

	full_block(24);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, info->protocol, BOOT_MULTIBOOT1);
	KUNIT_EXPECT_STREQ(test, info->loader, "qemu");
	KUNIT_EXPECT_STREQ(test, info->cmdline, "mem=64M  exec=\"a; b\"");
	KUNIT_EXPECT_EQ(test, info->module_count, 1u);
	KUNIT_EXPECT_EQ(test, info->module[0].start, 0x200000ull);
	KUNIT_EXPECT_EQ(test, info->module[0].end, 0x234567ull);
	KUNIT_EXPECT_STREQ(test, info->module[0].string, "init arg=1");
	KUNIT_ASSERT_EQ(test, info->map_count, count);
	boot_test_expect_map(test, map);
	KUNIT_EXPECT_FALSE(test, info->map_is_guess);
	KUNIT_EXPECT_EQ(test, info->display, BOOT_DISPLAY_UNKNOWN);
	KUNIT_EXPECT_EQ(test, info->rsdp_length, 0u);
	KUNIT_EXPECT_STREQ(test, info->error, "");
}

/* Every byte that was read is in some extent, so nobody gets that memory too early. */
static void mb1_extents(struct kunit *test)
{
	unsigned int i;
	size_t at;

	full_block(24);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	for (at = 0; at < b->used; at++) {
		for (i = 0; i < info->extent_count; i++)
			if (info->extent[i].start <= BLOCKS_BASE + at &&
			    info->extent[i].end > BLOCKS_BASE + at)
				break;
		KUNIT_ASSERT_LT_MSG(test, i, info->extent_count, "byte %zu is not kept", at);
	}
}

static void mb1_strides(struct kunit *test)
{
	static const u32 strides[] = {24, 25, 28, 31, 48, 127};
	struct boot_range map[8];
	unsigned int count = boot_test_pc(map, 4096), i;

	for (i = 0; i < ARRAY_SIZE(strides); i++) {
		full_block(strides[i]);
		KUNIT_ASSERT_EQ(test, parse(), 0);
		KUNIT_ASSERT_EQ(test, info->map_count, count);
		boot_test_expect_map(test, map);
	}
}

/* From one entry to as many as are kept, and more, which is said once. */
static void mb1_entry_counts(struct kunit *test)
{
	unsigned int count;

	for (count = 0; count < ARRAY_SIZE(many); count++)
		many[count] = (struct boot_range){MIB(1) + count * 0x2000, 0x1000, 1 + count % 5};
	for (count = 1; count <= ARRAY_SIZE(many); count += count < 250 ? 83 : 1) {
		mb1_begin(b);
		mb1_map(b, many, count, 24);
		KUNIT_ASSERT_EQ(test, parse(), 0);
		KUNIT_ASSERT_EQ(test, info->map_count, min(count, BOOT_MAP_MAX + 0u));
		boot_test_expect_map(test, many);
		EXPECT_LINES(test, count > BOOT_MAP_MAX);
	}
	EXPECT_SAID(test, "The memory map has more than 256 entries: the rest is dropped.");
}

static void expect_broken(struct kunit *test, int err, const char *text)
{
	KUNIT_EXPECT_EQ(test, parse(), err);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(info->error, text) != NULL, "wanted \"%s\", got \"%s\"",
			      text, info->error);
}

static void mb1_map_lies(struct kunit *test)
{
	static const u32 sizes[] = {0, 1, 19, 21, 0x7fffffff, 0xfffffffc, 0xffffffff};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) { /* of the only entry; 20 would be right */
		mb1_begin(b);
		mb1_map(b, &ram, 1, 24);
		blocks_put32(b, 116, sizes[i]);
		expect_broken(test, -EINVAL, "Broken memory map: entry 0 says it has ");
	}
	for (i = 1; i < 24; i++) { /* the list ends inside an entry */
		mb1_begin(b);
		mb1_map(b, &ram, 1, 24);
		blocks_put32(b, 44, 24 + i);
		expect_broken(test, -EINVAL, "Truncated memory map: ");
		blocks_put32(b, 44, i);
		expect_broken(test, -EINVAL, "Truncated memory map: ");
	}
	mb1_begin(b); /* the list goes on where there is no memory, and past 4 GiB */
	mb1_map(b, &ram, 1, 24);
	blocks_put32(b, 44, 0xffffffff);
	expect_broken(test, -EFAULT, "its entry 1 at 0x1008c cannot be read");
	blocks_put32(b, 48, 0xfffffff0);
	expect_broken(test, -EFAULT, "its entry 0 at 0xfffffff0 cannot be read");
}

static void mb1_no_map(struct kunit *test)
{
	mb1_begin(b);
	mb1_sizes(b, 640, 0xfc00);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_TRUE(test, info->map_is_guess);
	KUNIT_EXPECT_EQ(test, info->map_count, 2u);
	KUNIT_EXPECT_EQ(test, info->map[0].size, 0xa0000ull);
	KUNIT_EXPECT_EQ(test, info->map[1].base, MIB(1));
	KUNIT_EXPECT_EQ(test, info->map[1].size, MIB(63));
	EXPECT_SAID(test,
		    "No memory map from the boot loader: using 640 KiB from 0, 64512 KiB from 1M");

	mb1_sizes(b, 0xffffffff, 0xffffffff); /* 4 TiB, and no more than 640 KiB */
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_EQ(test, info->map[0].size, 0xa0000ull);
	KUNIT_EXPECT_EQ(test, info->map[1].size, 0xffffffffull << 10);
	mb1_sizes(b, 640, 0);
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_EQ(test, info->map_count, 1u);
	mb1_map(b, NULL, 0, 24); /* a map without entries is none */
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_TRUE(test, info->map_is_guess);

	mb1_sizes(b, 0, 0);
	expect_broken(test, -ENOENT, "neither a memory map nor the sizes of memory");
	mb1_begin(b);
	expect_broken(test, -ENOENT, "neither a memory map nor the sizes of memory");
}

static void mb1_modules_broken(struct kunit *test)
{
	static const u32 words[] = {0x300000, 0x200000, 0x400000, 0x400000, 0x111000, 0x112000,
				    0x500000, 0x600000, 0x5fffff, 0x700000, 0,        0xffffffff};
	static u32 crowd[2 * 40];
	unsigned int i;

	mb1_begin(b);
	mb1_map(b, &ram, 1, 24);
	mb1_modules(b, words, 5, "m");
	KUNIT_ASSERT_EQ(test, parse(), 0);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "Module 1 ends (0x200000) before it starts (0x300000): dropped.");
	KUNIT_ASSERT_EQ(test, info->module_count, 4u);

	/* One lies in the kernel's image, one begins where it ends, two lie in each other. */
	boot_check_modules(info, MIB(1), 0x400000);
	KUNIT_ASSERT_EQ(test, info->module_count, 3u);
	KUNIT_EXPECT_EQ(test, info->module[0].start, 0x400000ull);
	KUNIT_EXPECT_EQ(test, info->module[1].start, 0x500000ull);
	boot_test_hush();
	boot_say_notes(info, &boot_test_say);
	EXPECT_SAID(test,
		    "Module at 0x111000-0x111fff overlaps the kernel (0x100000-0x3fffff): dropped");
	EXPECT_SAID(test, "Modules at 0x500000-0x5fffff and 0x5fffff-0x6fffff overlap");

	for (i = 0; i < ARRAY_SIZE(crowd); i++)
		crowd[i] = MIB(16) + i * 0x1000;
	mb1_begin(b);
	mb1_map(b, &ram, 1, 24);
	mb1_modules(b, crowd, 40, "crowd");
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_EQ(test, info->module_count, BOOT_MODULES_MAX + 0u);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "40 modules, and only the first 32 are used.");
	blocks_put32(b, 20, 0xffffffff); /* 4 thousand million modules: still 32 */
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_EQ(test, info->module_count, BOOT_MODULES_MAX + 0u);
	blocks_put32(b, 24, 0xfffffff8);
	expect_broken(test, -EFAULT, "module 1 of 4294967295, at 0xfffffff8, cannot be read");
}

static void mb1_display(struct kunit *test)
{
	mb1_begin(b);
	mb1_map(b, &ram, 1, 24);
	mb1_flag(b, 12);
	blocks_put64(b, 88, 0xb8000);
	blocks_put32(b, 96, 160);
	blocks_put32(b, 100, 80);
	blocks_put32(b, 104, 25);
	b->data[108] = 16;
	b->data[109] = 2;
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_EQ(test, info->display, BOOT_DISPLAY_EGA_TEXT);
	KUNIT_EXPECT_EQ(test, info->display_address, 0xb8000ull);
	KUNIT_EXPECT_EQ(test, info->display_pitch, 160u);
	KUNIT_EXPECT_EQ(test, info->display_width, 80u);
	KUNIT_EXPECT_EQ(test, info->display_height, 25u);
	KUNIT_EXPECT_EQ(test, info->display_bpp, 16u);
	b->data[109] = 1;
	KUNIT_ASSERT_EQ(test, parse(), 0);
	KUNIT_EXPECT_EQ(test, info->display, BOOT_DISPLAY_GRAPHICS);
}

/* A block that ends too early is an error at every byte that matters, and never a crash. */
static void mb1_truncated_everywhere(struct kunit *test)
{
	size_t whole, loader;
	int err;

	full_block(24);
	whole = b->used;
	loader = 116 + strlen("qemu") + 1;
	for (b->used = 0; b->used < whole; b->used++) {
		err = parse();
		/* Only the loader's name may be cut without harm to the rest, and the rest follows.
		 */
		KUNIT_ASSERT_NE_MSG(test, err, 0, "cut at %zu", b->used);
		KUNIT_ASSERT_TRUE(test, err == -EFAULT || err == -EINVAL);
		KUNIT_ASSERT_NE(test, info->error[0], '\0');
		if (b->used < 68 || b->used > loader)
			KUNIT_EXPECT_TRUE(test, strstr(info->error, "Truncated") != NULL);
	}
	KUNIT_EXPECT_EQ(test, parse(), 0);
}

static void multiboot_unknown_magic(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, boot_test_parse(0x12345678), -ENOEXEC);
	KUNIT_EXPECT_TRUE(test,
			  strstr(info->error, "EAX is 0x12345678, neither multiboot 1") != NULL);
}

static struct kunit_case multiboot1_cases[] = {
	KUNIT_CASE(mb1_good),
	KUNIT_CASE(mb1_extents),
	KUNIT_CASE(mb1_strides),
	KUNIT_CASE(mb1_entry_counts),
	KUNIT_CASE(mb1_map_lies),
	KUNIT_CASE(mb1_no_map),
	KUNIT_CASE(mb1_modules_broken),
	KUNIT_CASE(mb1_display),
	KUNIT_CASE(mb1_truncated_everywhere),
	KUNIT_CASE(multiboot_unknown_magic),
	{},
};

static struct kunit_suite multiboot1_suite = {
	.name = "boot_multiboot1",
	.test_cases = multiboot1_cases,
};
kunit_test_suite(multiboot1_suite);
