/* SPDX-License-Identifier: MIT */
/*
 * The saved corpus in the kernel: every input that was designed to hurt, or that a fuzzer found,
 * against the same properties as on the host, but compiled for this machine.
 */
#include "lib/compiler.h"
#include "tests/boot_fuzz.h"
#include "tests/kunit.h"

#define CORPUS(name) extern const u8 corpus_##name[], corpus_##name##_end[];
#include "tests/corpus/list.h"
#undef CORPUS

struct corpus_file {
	const char *name;
	const u8 *start;
	const u8 *end;
};

static const struct corpus_file files[] = {
#define CORPUS(name) {#name, corpus_##name, corpus_##name##_end},
#include "tests/corpus/list.h"
#undef CORPUS
};

static void corpus_holds(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		size_t size = (size_t)(files[i].end - files[i].start);
		const char *broken = boot_fuzz_run(files[i].start, size);

		KUNIT_EXPECT_NULL_MSG(test, broken, "tests/corpus/%s.bin: %s", files[i].name,
				      broken);
	}
	KUNIT_EXPECT_GE(test, i, 60u);
}

static struct kunit_case corpus_cases[] = {
	KUNIT_CASE(corpus_holds),
	{},
};

static struct kunit_suite corpus_suite = {
	.name = "boot_corpus",
	.test_cases = corpus_cases,
};
kunit_test_suite(corpus_suite);
