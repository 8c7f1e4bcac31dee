/* SPDX-License-Identifier: MIT */
/*
 * What must hold for every input, however hostile, of the code that reads the loader's words.
 *
 * One entry point takes bytes, makes of them an input for one of four subjects, runs it, and
 * checks the properties that hold for all inputs. The same function serves the host's fuzzers
 * (tests/host/boot_fuzz.c, libFuzzer), the saved corpus on the host, and the saved corpus in the
 * kernel (tests/boot_corpus_test.c), so an input that once broke something is tried everywhere.
 *
 * The first byte chooses the subject (modulo BOOT_FUZZ_KINDS), the rest is for it:
 *   MAP     map entries, 17 bytes each: u64 base, u64 size, u8 type
 *   MB1/2   physical memory from BOOT_FUZZ_BASE on, the information block at its start; what it
 *           yields goes on through the sanitiser, the command line and the limits
 *   LIMITS  u8: bit 0 PAE; u8: address bits of the CPU; the texts of mem=, highmem= and vmalloc=,
 *           each ended by NUL, absent if it begins with '!'; map entries as above
 *
 * Pure; static buffers, so one caller at a time.
 */
#ifndef TESTS_BOOT_FUZZ_H
#define TESTS_BOOT_FUZZ_H

#include "boot/bootinfo.h"
#include "boot/memlimits.h"
#include "boot/memmap.h"
#include "lib/types.h"

#define BOOT_FUZZ_BASE       0x10000U
#define BOOT_FUZZ_ENTRY_SIZE 17

enum boot_fuzz_kind {
	BOOT_FUZZ_MAP,
	BOOT_FUZZ_MB1,
	BOOT_FUZZ_MB2,
	BOOT_FUZZ_LIMITS,
	BOOT_FUZZ_KINDS
};

/* Tries SIZE bytes. Returns NULL, or the property that did not hold, as text. */
const char *boot_fuzz_run(const u8 *data, size_t size);

/*
 * The properties of memory, in boot_fuzz_memory.c. The first compares a sanitised map with its law,
 * page by page wherever anything changes; the second runs the limits over a copy of MAP.
 */
const char *boot_fuzz_check_map(const struct boot_range *raw, unsigned int count,
				const struct mem_map *map);
const char *boot_fuzz_check_limits(const struct mem_map *map, const struct mem_request *request,
				   const struct mem_machine *machine);

/* Returns the text of a property from the calling function if it does not hold. */
#define BOOT_FUZZ_CHECK(cond)                                                                      \
	do {                                                                                       \
		if (!(cond))                                                                       \
			return __FILE__ ": " #cond;                                                \
	} while (0)

#endif /* TESTS_BOOT_FUZZ_H */
