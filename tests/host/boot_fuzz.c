/* SPDX-License-Identifier: MIT */
/*
 * The fuzzer of everything that reads the loader's words: a million inputs a run.
 *
 * An input is made as a loader would make it and then spoilt: a few bytes set to numbers that
 * tend to hurt (edges of 16, 32, 52 and 64 bits, sizes of 0 and 1 off), or cut short. What must
 * hold is in tests/boot_fuzz.c. An input that breaks something is left in build/host/crash.bin:
 * make it small, give it a name, put it into tests/corpus/ and list it in tests/corpus/list.h.
 *
 *	build/host/boot_fuzz [CASE...]	SEED=N INPUTS=N in the environment
 */
#include <sanitizer/common_interface_defs.h>
#include "tests/host/harness.h"
#include "tests/boot_blocks.h"

#define INPUT_MAX (BLOCKS_SIZE + 1)
#define CRASH     "build/host/crash.bin"

static u8 input[INPUT_MAX];
static size_t input_size;

static void save_input(void)
{
	FILE *file = fopen(CRASH, "wb");

	if (!file)
		return;
	fwrite(input, 1, input_size, file);
	fclose(file);
	fprintf(stderr, "the input of %zu bytes is in %s\n", input_size, CRASH);
}

static bool chance(unsigned int one_in)
{
	return host_random_below(one_in) == 0;
}

/* A number near an edge that matters. */
static u64 edge(void)
{
	static const u64 edges[] = {0,          0x1000,     0x9fc00,     0xa0000,     0xf0000,
				    0x100000,   0x1000000,  0x38000000,  0x7ffe0000,  0x80000000,
				    0xfffc0000, 0xffffffff, 0x100000000, 0x140000000, 0x1000000000,
				    1ULL << 51, 1ULL << 52, 1ULL << 63,  ~0ULL};
	u64 at = edges[host_random_below(sizeof(edges) / sizeof(edges[0]))];

	switch (host_random_below(5)) {
	case 0:
		return at + host_random_below(16) - 8;
	case 1:
		return at + (host_random_below(16) - 8) * 0x400;
	case 2:
		return at + (host_random_below(16) - 8) * 0x1000;
	default:
		return at;
	}
}

static struct boot_range random_range(void)
{
	struct boot_range range = {.base = edge(), .type = chance(2) ? 1 : host_random_below(7)};

	if (chance(8))
		range.size = host_random_below(0x3000);
	else
		range.size = chance(4) ? edge() : edge() - range.base;
	return range;
}

static unsigned int random_count(void)
{
	return chance(500) ? host_random_below(300) : host_random_below(10);
}

static void random_map(struct boot_range *map, unsigned int count)
{
	while (count--)
		map[count] = random_range();
}

static const char *random_size(void)
{
	static const char *const sizes[] = {"0",    "1",       "3M",        "12M",
					    "64M",  "128M",    "512M",      "0x1000",
					    "960M", "900M",    "1G",        "10G",
					    "16E",  "garbage", "",          "M",
					    "-1",   "512Mx",   "nopentium", "99999999999999999999",
					    "!",    "4096",    "200M",      "700M"};

	return sizes[host_random_below(sizeof(sizes) / sizeof(sizes[0]))];
}

static const char *random_cmdline(void)
{
	static char line[700];

	snprintf(line, sizeof(line), "loft.elf mem=%s highmem=%s vmalloc=%s exec=\"a; b\" %s",
		 random_size(), random_size(), random_size(), chance(4) ? "\"x=\\\"y z" : "quiet");
	return line;
}

static void add_bytes(const void *from, size_t size)
{
	memcpy(input + input_size, from, size);
	input_size += size;
}

static void add_entries(void)
{
	unsigned int count = random_count();

	while (count--) {
		struct boot_range range = random_range();
		u8 type = range.type;

		add_bytes(&range.base, 8);
		add_bytes(&range.size, 8);
		add_bytes(&type, 1);
	}
}

static void make_limits(void)
{
	unsigned int i;

	input[input_size++] = host_random();
	input[input_size++] = chance(2) ? 0 : 30 + host_random_below(12);
	for (i = 0; i < 3; i++) {
		const char *text = random_size();

		add_bytes(text, strlen(text) + 1);
	}
	add_entries();
}

static void make_mb1(struct blocks *b)
{
	static const u32 strides[] = {24, 24, 28, 25, 31, 127};
	struct boot_range map[300];
	unsigned int count = random_count();
	u32 words[80];

	mb1_begin(b);
	if (chance(2))
		mb1_sizes(b, 640, chance(2) ? 0x7fbc0 : host_random());
	if (!chance(4))
		mb1_loader(b, chance(4) ? "GRUB 2.06" : "qemu");
	if (!chance(4))
		mb1_cmdline(b, random_cmdline());
	if (chance(3)) {
		unsigned int modules = chance(10) ? 40 : 2, i;

		for (i = 0; i < 2 * modules; i++)
			words[i] = edge();
		mb1_modules(b, words, modules, "module=1 a");
	}
	random_map(map, count);
	if (!chance(8))
		mb1_map(b, map, count, count > 100 ? 24 : strides[host_random_below(6)]);
	if (chance(4))
		mb1_flag(b, 12);
}

static void make_mb2(struct blocks *b)
{
	static const u32 strides[] = {24, 24, 20, 32, 21, 40};
	struct boot_range map[300];
	unsigned int count = random_count(), modules = chance(20) ? 40 : host_random_below(3);
	u8 rest[36] = {0};

	mb2_begin(b);
	if (!chance(4))
		mb2_string(b, 1, random_cmdline());
	if (!chance(4))
		mb2_string(b, 2, chance(4) ? "qemu" : "GRUB 2.06");
	while (modules--)
		mb2_module(b, edge(), edge(), "module=1 a");
	if (chance(2))
		mb2_tag(b, 4, "\x80\x02\0\0\xc0\xfb\x07\0", 8);
	random_map(map, count);
	if (!chance(8))
		mb2_map(b, map, count, count > 100 ? 24 : strides[host_random_below(6)]);
	if (chance(4))
		mb2_tag(b, 8, rest, 23);
	if (chance(4))
		mb2_tag(b, chance(2) ? 14 : 15, rest, chance(2) ? 20 : 36);
	mb2_end(b);
}

/* Sets a few words to hurting numbers, mostly where they are likely to be counts and pointers. */
static void spoil(void)
{
	unsigned int times = host_random_below(4);

	while (times-- && input_size > 5) {
		size_t at = 1 + host_random_below(chance(2) ? min(input_size - 5, (size_t)128)
							    : input_size - 5);
		u64 number = chance(2) ? edge() : BOOT_FUZZ_BASE + host_random_below(input_size);

		if (chance(3))
			input[at] = number;
		else if (chance(2))
			memcpy(input + at, &number, 4);
		else if (at >= 5)
			memcpy(input + 1 + (at - 1) / 4 * 4, &number, 4);
	}
	if (chance(6))
		input_size = 1 + host_random_below(input_size);
}

static void make_input(void)
{
	static struct blocks b;
	unsigned int kind = host_random_below(BOOT_FUZZ_KINDS);

	input[0] = kind;
	input_size = 1;
	b.used = 0;
	if (kind == BOOT_FUZZ_MAP)
		add_entries();
	else if (kind == BOOT_FUZZ_LIMITS)
		make_limits();
	else if (kind == BOOT_FUZZ_MB1)
		make_mb1(&b);
	else
		make_mb2(&b);
	add_bytes(b.data, b.used);
	spoil();
}

/* The bytes go to the code in a block of exactly their size, so that ASan sees one too many. */
static bool run_input(void)
{
	u8 *exact = malloc(input_size);
	const char *broken;

	memcpy(exact, input, input_size);
	broken = boot_fuzz_run(exact, input_size);
	free(exact);
	if (broken) {
		printf("    # %s\n", broken);
		save_input();
	}
	return !broken;
}

static void random_inputs(void)
{
	const char *wanted = getenv("INPUTS");
	unsigned long inputs = wanted ? strtoul(wanted, NULL, 0) : 1000000, i;

	for (i = 0; i < inputs && host_ok(); i++) {
		make_input();
		EXPECT(run_input());
	}
	printf("    # %lu inputs\n", i);
}

/* Every file of the corpus that the kernel also has built in. */
static void corpus(void)
{
	static const char *const files[] = {
#define CORPUS(name) "tests/corpus/" #name ".bin",
#include "tests/corpus/list.h"
#undef CORPUS
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *file = fopen(files[i], "rb");

		EXPECT(file);
		if (!file)
			continue;
		input_size = fread(input, 1, sizeof(input), file);
		fclose(file);
		if (!run_input()) {
			printf("    # %s\n", files[i]);
			EXPECT(!"a file of the corpus breaks a property");
		}
	}
}

static const struct host_case cases[] = {HOST_CASE(corpus), HOST_CASE(random_inputs), {0}};

int main(int argc, char **argv)
{
	__sanitizer_set_death_callback(save_input);
	return host_main("boot_fuzz", cases, argc, argv);
}
