/* SPDX-License-Identifier: MIT */
/*
 * The same inputs and properties as tests/host/boot_fuzz.c, driven by libFuzzer's coverage. By
 * hand:
 *
 *	make -f tests/host/Makefile build/host/boot_libfuzzer
 *	build/host/boot_libfuzzer -max_len=2048 tests/corpus
 */
#include "tests/boot_fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (boot_fuzz_run(data, size))
		__builtin_trap();
	return 0;
}
