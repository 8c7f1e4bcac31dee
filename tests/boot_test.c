/* SPDX-License-Identifier: MIT */
/*
 * The common ground of the suites of boot/ (boot_test.h).
 */
#include "tests/boot_test.h"
#include "boot/multiboot.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"

struct blocks boot_test_blocks;
struct boot_info boot_test_info;
struct mem_map boot_test_map;
struct mem_limits boot_test_limits;

static char said[4096];
static unsigned int lines;

static void __printf(2, 3) catch_line(void *ctx, const char *fmt, ...)
{
	size_t used = strlen(said);
	va_list args;

	va_start(args, fmt);
	used += vscnprintf(said + used, sizeof(said) - used, fmt, args);
	va_end(args);
	strlcat(said, " | ", sizeof(said));
	lines++;
}

const struct boot_say boot_test_say = {.fn = catch_line};

void boot_test_hush(void)
{
	said[0] = '\0';
	lines = 0;
}

const char *boot_test_said(void)
{
	return said;
}

unsigned int boot_test_lines(void)
{
	return lines;
}

int boot_test_parse(u32 magic)
{
	const struct phys_reader reader = {.read = blocks_read, .ctx = &boot_test_blocks};
	int err;

	memset(&boot_test_info, 0xa5, sizeof(boot_test_info));
	err = multiboot_parse(magic, BLOCKS_BASE, &reader, &boot_test_info);
	boot_test_hush();
	boot_say_notes(&boot_test_info, &boot_test_say);
	return err;
}

void boot_test_expect_map(struct kunit *test, const struct boot_range *map)
{
	unsigned int i;

	for (i = 0; i < boot_test_info.map_count; i++) {
		const struct boot_range *got = &boot_test_info.map[i];

		KUNIT_EXPECT_EQ_MSG(test, got->base, map[i].base, "entry %u", i);
		KUNIT_EXPECT_EQ_MSG(test, got->size, map[i].size, "entry %u", i);
		KUNIT_EXPECT_EQ_MSG(test, got->type, map[i].type, "entry %u", i);
	}
}

/* As -machine pc has it: up to 3583M all RAM is below 4 GiB, above that 3 GiB of it is. */
unsigned int boot_test_pc(struct boot_range *raw, u64 mib_size)
{
	u64 low = mib_size <= 3583 ? MIB(mib_size) : GIB(3);
	unsigned int n = 0;

	raw[n++] = (struct boot_range){0, 0x9fc00, MEM_RAM};
	raw[n++] = (struct boot_range){0x9fc00, 0x400, MEM_RESERVED};
	raw[n++] = (struct boot_range){0xf0000, 0x10000, MEM_RESERVED};
	raw[n++] = (struct boot_range){MIB(1), low - MIB(1) - KIB(128), MEM_RAM};
	raw[n++] = (struct boot_range){low - KIB(128), KIB(128), MEM_RESERVED};
	raw[n++] = (struct boot_range){0xfffc0000, KIB(256), MEM_RESERVED};
	if (MIB(mib_size) > low)
		raw[n++] = (struct boot_range){GIB(4), MIB(mib_size) - low, MEM_RAM};
	return n;
}

void boot_test_pc_map(struct mem_map *map, u64 mib_size)
{
	struct boot_range raw[8];

	memmap_sanitise(raw, boot_test_pc(raw, mib_size), map, NULL);
}

int boot_test_compute(u64 mib_size, bool pae, struct boot_test_request text)
{
	const struct mem_machine machine = {.pae = pae, .no_highmem = text.no_highmem};
	struct mem_request request = {0};

	boot_test_pc_map(&boot_test_map, mib_size);
	if (text.mem)
		mem_request_mem(&request, text.mem);
	if (text.highmem)
		mem_request_highmem(&request, text.highmem);
	if (text.vmalloc)
		mem_request_vmalloc(&request, text.vmalloc);
	boot_test_hush();
	return memlimits_compute(&boot_test_map, &request, &machine, &boot_test_say,
				 &boot_test_limits);
}
