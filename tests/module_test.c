/* SPDX-License-Identifier: MIT */
/*
 * Proves: what the loader put into memory is still there, byte for byte, after loft has made its
 * page tables and taken what it needs.
 *
 * A module whose string has the word crc32=XXXXXXXX is summed up, through the physical window (it
 * may lie above the direct map). The machine matrix passes such a module.
 */
#include "boot/bootinfo.h"
#include "boot/phys_window.h"
#include "lib/kstrtox.h"
#include "lib/string.h"
#include "mm/memblock.h"
#include "tests/kunit.h"

/* The CRC of zip and Ethernet, bit by bit: a few megabytes once, so no table. */
static u32 crc32_update(u32 crc, const u8 *data, size_t n)
{
	while (n--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

static u32 crc32_physical(struct kunit *test, phys_addr_t start, phys_addr_t end)
{
	static u8 buffer[PAGE_SIZE];
	u32 crc = ~0u;

	while (start < end) {
		size_t n = end - start < sizeof(buffer) ? (size_t)(end - start) : sizeof(buffer);

		KUNIT_ASSERT_TRUE(test, phys_copy(buffer, start, n));
		crc = crc32_update(crc, buffer, n);
		start += n;
	}
	return ~crc;
}

static void modules_are_intact(struct kunit *test)
{
	unsigned int judged = 0;

	for (unsigned int i = 0; i < boot_info.module_count; i++) {
		const struct boot_module *module = &boot_info.module[i];
		const char *word = strstr(module->string, "crc32=");
		char *end;
		u32 expected;

		if (!word)
			continue;
		expected = (u32)simple_strtoull(word + strlen("crc32="), &end, 16);
		KUNIT_EXPECT_EQ_MSG(test, crc32_physical(test, module->start, module->end),
				    expected, "module %u (%s)", i, module->string);
		judged++;
	}
	if (judged == 0)
		kunit_skip(test, "no module with crc32= in its arguments was loaded");
}

/*
 * Takes free memory, next to the modules first, fills it, and sums the modules again: an allocator
 * that hands out a module's pages destroys it here.
 */
static void modules_survive_allocation(struct kunit *test)
{
	phys_addr_t taken[64];
	unsigned int n = 0;

	if (boot_info.module_count == 0)
		kunit_skip(test, "no module was loaded");
	memblock.bottom_up = true;
	while (n < ARRAY_SIZE(taken)) {
		phys_addr_t pa = memblock_phys_alloc_range(16 * PAGE_SIZE, PAGE_SIZE, 0x100000,
							   EARLY_MAP_SIZE * 2);

		if (pa == 0)
			break;
		memset(__va(pa), 0x5a, 16 * PAGE_SIZE);
		taken[n++] = pa;
	}
	memblock.bottom_up = false;
	while (n > 0)
		memblock_phys_free(taken[--n], 16 * PAGE_SIZE);
	modules_are_intact(test);
}

static struct kunit_case module_cases[] = {
	KUNIT_CASE(modules_are_intact),
	KUNIT_CASE(modules_survive_allocation),
	{},
};

static struct kunit_suite module_suite = {
	.name = "modules",
	.test_cases = module_cases,
};
kunit_test_suite(module_suite);
