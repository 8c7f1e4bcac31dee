/* SPDX-License-Identifier: MIT */
/*
 * From bytes to an input, and the properties of what the parsers hand back (boot_fuzz.h).
 */
#include "boot/cmdline.h"
#include "boot/multiboot.h"
#include "lib/compiler.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/boot_fuzz.h"

/* More reads than any parse may need: each of 2^20 characters twice, and all tags. */
#define READS_MAX (4U << 20)

static struct boot_info info;
static struct mem_map map;
static struct mem_request request;

/* Physical memory, as the parsers see it: DATA at BOOT_FUZZ_BASE and nothing else. */
static struct {
	const u8 *data;
	size_t size;
	unsigned int reads;
	bool bad_request; /* the parser asked for what the reader's contract forbids */
} memory;

static bool read_memory(void *ctx, phys_addr_t pa, void *buf, size_t len)
{
	memory.reads++;
	if (len == 0 || len > 4096 || pa + len > GIB(4))
		memory.bad_request = true;
	if (pa < BOOT_FUZZ_BASE || pa - BOOT_FUZZ_BASE > memory.size ||
	    len > memory.size - (pa - BOOT_FUZZ_BASE))
		return false;
	memcpy(buf, memory.data + (pa - BOOT_FUZZ_BASE), len);
	return true;
}

static const struct phys_reader reader = {.read = read_memory};

static bool ends(const char *text, size_t room)
{
	return strnlen(text, room) < room;
}

/* Every number in the copied information is in its bounds, every string has its end. */
static const char *check_info(int err)
{
	unsigned int i;

	BOOT_FUZZ_CHECK(!memory.bad_request && memory.reads < READS_MAX);
	BOOT_FUZZ_CHECK(err == 0 || err == -EFAULT || err == -EINVAL || err == -ENOENT);
	BOOT_FUZZ_CHECK(ends(info.error, sizeof(info.error)));
	BOOT_FUZZ_CHECK((err == 0) == (info.error[0] == '\0'));
	BOOT_FUZZ_CHECK(info.note_count <= BOOT_NOTES_MAX);
	for (i = 0; i < info.note_count; i++)
		BOOT_FUZZ_CHECK(info.note[i][0] && ends(info.note[i], sizeof(info.note[i])));
	BOOT_FUZZ_CHECK(ends(info.loader, sizeof(info.loader)));
	BOOT_FUZZ_CHECK(ends(info.cmdline, sizeof(info.cmdline)));
	BOOT_FUZZ_CHECK(strlen(info.cmdline) <= info.cmdline_length);
	BOOT_FUZZ_CHECK(info.map_count <= BOOT_MAP_MAX && info.module_count <= BOOT_MODULES_MAX);
	BOOT_FUZZ_CHECK(err || info.map_count);
	BOOT_FUZZ_CHECK(info.extent_count <= BOOT_EXTENTS_MAX);
	BOOT_FUZZ_CHECK(info.rsdp_length == 0 || info.rsdp_length == 20 || info.rsdp_length == 36);
	for (i = 0; i < info.extent_count; i++)
		BOOT_FUZZ_CHECK(info.extent[i].start < info.extent[i].end);
	for (i = 0; i < info.module_count; i++) {
		const struct boot_module *m = &info.module[i];

		BOOT_FUZZ_CHECK(m->start <= m->end && ends(m->string, sizeof(m->string)));
	}
	return NULL;
}

static int set_mem(const char *value)
{
	mem_request_mem(&request, value);
	return 0;
}

static int set_highmem(const char *value)
{
	mem_request_highmem(&request, value);
	return 0;
}

static int set_vmalloc(const char *value)
{
	mem_request_vmalloc(&request, value);
	return 0;
}

static const struct boot_param params[] = {
	{"mem", set_mem, "a"}, {"highmem", set_highmem, "b"}, {"vmalloc", set_vmalloc, "c"}};

/* What comes after parsing, with whatever it was that was parsed. */
static const char *go_on(void)
{
	static char line[BOOT_CMDLINE_MAX + 1];
	struct mem_machine machine = {.pae = info.cmdline_length & 1};
	const char *broken;
	unsigned int i;

	boot_check_modules(&info, 0x12000, 0x20000);
	for (i = 0; i < info.module_count; i++)
		BOOT_FUZZ_CHECK(info.module[i].end <= 0x12000 || info.module[i].start >= 0x20000);
	memset(&request, 0, sizeof(request));
	memcpy(line, info.cmdline, strlen(info.cmdline) + 1);
	cmdline_apply(line, params, params + ARRAY_SIZE(params), NULL);
	if (memmap_sanitise(info.map, info.map_count, &map, NULL))
		BOOT_FUZZ_CHECK(memmap_ram_end(&map) == 0);
	broken = boot_fuzz_check_map(info.map, info.map_count, &map);
	return broken ? broken : boot_fuzz_check_limits(&map, &request, &machine);
}

static const char *run_multiboot(u32 magic, const u8 *data, size_t size)
{
	const char *broken;
	int err;

	memory.data = data;
	memory.size = size;
	memory.reads = 0;
	memory.bad_request = false;
	err = multiboot_parse(magic, BOOT_FUZZ_BASE, &reader, &info);
	broken = check_info(err);
	return broken || err ? broken : go_on();
}

static u64 get64(const u8 *from)
{
	u64 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/* Fills info.map with the entries in DATA, and sanitises them into map. */
static const char *run_map(const u8 *data, size_t size)
{
	unsigned int count = min(size / BOOT_FUZZ_ENTRY_SIZE, (size_t)BOOT_MAP_MAX), i;
	int err;

	for (i = 0; i < count; i++, data += BOOT_FUZZ_ENTRY_SIZE)
		info.map[i] = (struct boot_range){
			.base = get64(data), .size = get64(data + 8), .type = data[16]};
	err = memmap_sanitise(info.map, count, &map, NULL);
	BOOT_FUZZ_CHECK((err == 0) == (memmap_ram_end(&map) > 0));
	return boot_fuzz_check_map(info.map, count, &map);
}

/* Takes a text off DATA; NULL for one that begins with '!', or if none is left. */
static const char *take_text(const u8 **data, size_t *size)
{
	const char *text = (const char *)*data;
	size_t length = strnlen(text, *size);

	if (length == *size)
		return NULL;
	*data += length + 1;
	*size -= length + 1;
	return text[0] == '!' ? NULL : text;
}

static const char *run_limits(const u8 *data, size_t size)
{
	struct mem_machine machine;
	const char *text, *broken;

	if (size < 2)
		return NULL;
	machine = (struct mem_machine){.pae = data[0] & 1, .phys_bits = data[1] % 64};
	data += 2;
	size -= 2;
	memset(&request, 0, sizeof(request));
	text = take_text(&data, &size);
	if (text)
		mem_request_mem(&request, text);
	request.highmem = take_text(&data, &size);
	request.vmalloc = take_text(&data, &size);
	broken = run_map(data, size);
	return broken ? broken : boot_fuzz_check_limits(&map, &request, &machine);
}

const char *boot_fuzz_run(const u8 *data, size_t size)
{
	if (size == 0)
		return NULL;
	switch (data[0] % BOOT_FUZZ_KINDS) {
	case BOOT_FUZZ_MB1:
		return run_multiboot(0x2badb002, data + 1, size - 1);
	case BOOT_FUZZ_MB2:
		return run_multiboot(0x36d76289, data + 1, size - 1);
	case BOOT_FUZZ_LIMITS:
		return run_limits(data + 1, size - 1);
	default:
		return run_map(data + 1, size - 1);
	}
}
