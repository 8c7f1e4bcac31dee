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
#include "boot/x86.h"
#include "lib/kstrtox.h"
#include "lib/string.h"
#include "mm/buddy.h"
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

/* Takes all free pages of ZONE, single ones, and links them by their lru. */
static void drain(struct zone *zone, struct list_head *taken)
{
	struct page *page;
	unsigned long flags;

	local_irq_save(flags);
	while ((page = buddy_alloc(zone, 0, MIGRATE_MOVABLE)) != NULL)
		list_add(&page->lru, taken);
	local_irq_restore(flags);
}

static void refill(struct zone *zone, struct list_head *taken)
{
	unsigned long flags;

	local_irq_save(flags);
	while (!list_empty(taken)) {
		struct page *page = list_first_entry(taken, struct page, lru);

		list_del(&page->lru);
		buddy_free(zone, page, 0);
	}
	local_irq_restore(flags);
}

/*
 * Takes all free memory of the zone that loaders put modules in, fills it, and sums the modules
 * again: an allocator that hands out a module's pages destroys it here.
 */
static void modules_survive_allocation(struct kunit *test)
{
	struct page *page;
	LIST_HEAD(taken);

	if (boot_info.module_count == 0)
		kunit_skip(test, "no module was loaded");
	drain(&node_zones[ZONE_DMA], &taken);
	list_for_each_entry(page, &taken, lru) {
		__ClearPagePoisoned(page); /* taken from below the allocator, and written to */
		memset(page_to_virt(page), 0x5a, PAGE_SIZE);
	}
	refill(&node_zones[ZONE_DMA], &taken);
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
