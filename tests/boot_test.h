/* SPDX-License-Identifier: MIT */
/*
 * What the suites of boot/ share: a catcher of what is said, one boot information and one memory
 * with a loader's block in it, and the memory map of a PC. All static, one test at a time.
 */
#ifndef TESTS_BOOT_TEST_H
#define TESTS_BOOT_TEST_H

#include "boot/bootinfo.h"
#include "boot/layout.h"
#include "boot/memlimits.h"
#include "boot/memmap.h"
#include "tests/boot_blocks.h"
#include "tests/kunit.h"

/* Catches messages, one a line; boot_test_hush() forgets them. */
extern const struct boot_say boot_test_say;
void boot_test_hush(void);
const char *boot_test_said(void);
unsigned int boot_test_lines(void);

/* Some message contains TEXT; exactly N messages have been said since boot_test_hush(). */
#define EXPECT_SAID(test, text)                                                                    \
	KUNIT_EXPECT_TRUE_MSG(test, strstr(boot_test_said(), text) != NULL,                        \
			      "wanted \"%s\", said was: %s", text, boot_test_said())
#define EXPECT_LINES(test, n)                                                                      \
	KUNIT_EXPECT_EQ_MSG(test, boot_test_lines(), (unsigned int)(n), "said was: %s",            \
			    boot_test_said())

/* What the PC of QEMU keeps at the end of RAM below 4 GiB, and the most low memory there is. */
#define FIRMWARE KIB(128)
#define MAXMEM   ((u64)MAXMEM_DEFAULT)

/* The memory in which a test builds a block, and what the parser made of it. */
extern struct blocks boot_test_blocks;
extern struct boot_info boot_test_info;

/* Parses boot_test_blocks into boot_test_info, which held garbage; notes go to the catcher. */
int boot_test_parse(u32 magic);

/* The entries of boot_test_info are those of MAP (not compared as bytes: there is padding). */
void boot_test_expect_map(struct kunit *test, const struct boot_range *map);

/* The raw map of a QEMU PC with MIB_SIZE MiB of RAM; the number of its entries (at most 8). */
unsigned int boot_test_pc(struct boot_range *raw, u64 mib_size);

/* The same, sanitised. */
void boot_test_pc_map(struct mem_map *map, u64 mib_size);

/* The limits of a machine, computed on boot_test_map into boot_test_limits; said are the refusals.
 */
extern struct mem_map boot_test_map;
extern struct mem_limits boot_test_limits;
struct boot_test_request {
	const char *mem, *highmem, *vmalloc; /* as on the command line; NULL: not given */
	bool no_highmem;                     /* as a kernel built with HIGHMEM=0 */
};
int boot_test_compute(u64 mib_size, bool pae, struct boot_test_request text);

/* The same, for a machine of MIB_SIZE MiB, with the request's fields by name. */
#define COMPUTE(mib_size, pae, ...)                                                                \
	boot_test_compute(mib_size, pae, (struct boot_test_request){__VA_ARGS__})

/* Where low memory, and all RAM that is used, then end. */
static inline u64 low_end(void)
{
	return (u64)boot_test_limits.max_low_pfn << PAGE_SHIFT;
}

static inline u64 ram_end(void)
{
	return (u64)boot_test_limits.max_pfn << PAGE_SHIFT;
}

#endif /* TESTS_BOOT_TEST_H */
