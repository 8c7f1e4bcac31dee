/* SPDX-License-Identifier: MIT */
/*
 * The policy of memory limits: what is used, and where low memory ends.
 *
 * One function for each of the four steps that memlimits.h lists; each looks at the map as the
 * step before left it, takes away what it does not use, and says so. SIZE counts RAM, not
 * addresses, wherever the map has holes: highmem=64M makes 64 MiB of high memory even if a hole
 * lies between them. (mem= is different, here as in Linux: it is an address.)
 *
 * The sums are in bytes, u64 throughout; text is in KiB, because that is what meminfo prints.
 */
#include "boot/layout.h"
#include "boot/memlimits.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/string.h"

#define FRAME_BYTES   32      /* what the page allocator keeps for each frame: struct page */
#define LOWMEM_MIN    MIB(64) /* no parameter may leave less low memory than this */
#define ZONE_DMA_END  MIB(16) /* ISA DMA has 24 address lines */
#define RESERVE_ALIGN MIB(4)  /* one large page, so that the direct map can end on one */
#define DEFAULT_LINES 32      /* address lines without PAE */
#define PAE_LINES     36      /* and with it, as far as loft uses them */

/* What lies above the vmalloc area, up to the end of the address space. */
#define ABOVE_VMALLOC ((u64)GIB(4) - VMALLOC_END)

/* Page tables that map all of the kernel's part, if no large page does. */
#define PAGE_TABLES ((u64)KERNEL_SPAN / PMD_SIZE * PAGE_SIZE)

static_assert(VMALLOC_OFFSET + ABOVE_VMALLOC < RESERVE_DEFAULT, "the default reserve has a use");
static_assert(RESERVE_DEFAULT % RESERVE_ALIGN == 0, "and is rounded like any other");

static u64 kib(u64 bytes)
{
	return bytes >> 10;
}

/* A whole text that is a size. */
static bool parse_size(const char *text, u64 *size)
{
	char *end;

	*size = memparse(text, &end);
	return end != text && !*end;
}

/* The same for a size that is rounded to pages: what is less than one is a unit forgotten. */
static bool parse_pages(const char *text, u64 *size)
{
	return parse_size(text, size) &&
	       (!*size || *size >= PAGE_SIZE || control(forgotten_unit_believed));
}

/* A mem= that could act: a size that leaves anything at all. */
static bool parse_mem(const char *text, u64 *size)
{
	return parse_size(text, size) && (*size >= PAGE_SIZE || control(mem_zero_believed));
}

void mem_request_mem(struct mem_request *request, const char *value)
{
	u64 size, known;

	if (!value)
		value = "";
	if (strcmp(value, "nopentium") == 0)
		request->nopentium = true;
	else if (!parse_mem(value, &size))
		request->mem_refused = value;
	else if (!request->mem || !parse_mem(request->mem, &known) || size < known)
		request->mem = value;
}

void mem_request_highmem(struct mem_request *request, const char *value)
{
	request->highmem = value ? value : "";
}

void mem_request_vmalloc(struct mem_request *request, const char *value)
{
	request->vmalloc = value ? value : "";
}

/* Step 1: what page-table entries can hold, and what the CPU has address lines for. */
static void limit_to_machine(struct mem_map *map, const struct mem_machine *machine,
			     const struct boot_say *say)
{
	unsigned int lines = machine->pae ? PAE_LINES : DEFAULT_LINES;
	bool cpu = machine->phys_bits && machine->phys_bits < lines;
	u64 removed;

	if (cpu)
		lines = machine->phys_bits;
	removed = memmap_remove_ram_above(map, 1ULL << lines);
	if (!removed)
		return;
	if (cpu)
		boot_say(say,
			 "Warning: %llu KiB of RAM lie above what this CPU can address (%u bits): "
			 "not used. Take a CPU with more address bits (QEMU: qemu32,+pse36).",
			 kib(removed), lines);
	else if (machine->pae)
		boot_say(say, "Warning: only 64GB will be used: %llu KiB of RAM lie above.",
			 kib(removed));
	else
		boot_say(say,
			 "Warning: only 4GB will be used: %llu KiB of RAM lie above. Use the PAE "
			 "image (i386-pae, run-qemu.sh --pae).",
			 kib(removed));
}

/* Step 2: mem=. */
static void limit_to_mem(struct mem_map *map, const struct mem_request *request,
			 const struct boot_say *say)
{
	u64 size, removed;

	if (request->mem_refused)
		boot_say(
			say,
			"mem=%s is rejected and ignored: it must be an address of at least %u bytes up to which "
			"RAM is used, like mem=512M.",
			request->mem_refused, PAGE_SIZE);
	if (!request->mem || !parse_mem(request->mem, &size))
		return;
	removed = memmap_remove_ram_above(map, size);
	if (removed)
		boot_say(say, "mem=%s: %llu KiB of RAM above it are not used.", request->mem,
			 kib(removed));
}

/* The reserve for a vmalloc area of SIZE; more than the whole span if that is what it takes. */
static u64 reserve_for(u64 size)
{
	u64 reserve = VMALLOC_OFFSET + min(size, GIB(4)) + ABOVE_VMALLOC;

	return max(ALIGN(reserve, RESERVE_ALIGN), (u64)RESERVE_DEFAULT);
}

/* Step 3: vmalloc=. Returns the most bytes that the direct map can hold. */
static u64 max_lowmem(const struct mem_map *map, const char *text, const struct boot_say *say)
{
	u64 ram_end = memmap_ram_end(map), frames = ram_end >> PAGE_SHIFT;
	u64 need = frames * FRAME_BYTES + PAGE_TABLES + LOWMEM_MIN;
	u64 size, reserve, left, least;

	if (!text)
		return MAXMEM_DEFAULT;
	if (!parse_pages(text, &size)) {
		boot_say(
			say,
			"vmalloc=%s is rejected and ignored: it must be 0 or a size of at least %u bytes, "
			"like vmalloc=256M.",
			text, PAGE_SIZE);
		return MAXMEM_DEFAULT;
	}
	reserve = reserve_for(size);
	left = KERNEL_SPAN - min(reserve, (u64)KERNEL_SPAN);
	if (left >= need || ram_end < left || control(vmalloc_never_refused))
		return left;
	least = ALIGN(min(need, ram_end + 1), RESERVE_ALIGN);
	boot_say(
		say,
		"vmalloc=%s is refused and ignored: with %u KiB hole and %llu KiB guards, PKMAP and fixmap it "
		"reserves %llu KiB and leaves %llu of %u KiB to the direct map, which needs %llu: "
		"mem_map %llu (%llu frames), page tables %llu, low memory %llu. At most vmalloc=%lluK.",
		text, VMALLOC_OFFSET >> 10, kib(ABOVE_VMALLOC), kib(reserve), kib(left),
		KERNEL_SPAN >> 10, kib(need), kib(frames * FRAME_BYTES), frames, kib(PAGE_TABLES),
		kib(LOWMEM_MIN), kib(KERNEL_SPAN - least - VMALLOC_OFFSET - ABOVE_VMALLOC));
	return MAXMEM_DEFAULT;
}

/* Step 4, RAM fits: the top WANT bytes of RAM become high. Returns the end of low memory. */
static u64 carve_highmem(const struct mem_map *map, u64 want, const char *text,
			 const struct boot_say *say)
{
	u64 end = memmap_ram_end(map), total = memmap_ram_bytes(map, 0, end);

	if (want == 0)
		return end;
	if (total < LOWMEM_MIN + PAGE_SIZE)
		boot_say(
			say,
			"highmem=%s is refused and ignored: there are %llu KiB of RAM, and the first %llu must be "
			"low memory.",
			text, kib(total), kib(LOWMEM_MIN));
	else if (want >= total)
		boot_say(
			say,
			"highmem=%s is refused and ignored: there are only %llu KiB of RAM. At most "
			"highmem=%lluK.",
			text, kib(total), kib(total - LOWMEM_MIN));
	else if (total - want < LOWMEM_MIN && !control(highmem_never_refused))
		boot_say(
			say,
			"highmem=%s is refused and ignored: it would leave %llu of %llu KiB as low memory, and "
			"%llu are needed. At most highmem=%lluK.",
			text, kib(total - want), kib(total), kib(LOWMEM_MIN),
			kib(total - LOWMEM_MIN));
	else
		return memmap_ram_cut(map, 0, total - want);
	return end;
}

/* Step 4, RAM does not fit below LOW: only WANT bytes of what lies above are used. */
static void trim_highmem(struct mem_map *map, u64 low, u64 want, const char *text,
			 const struct boot_say *say)
{
	u64 have = memmap_ram_bytes(map, low, memmap_ram_end(map)), removed;

	if (want > have) {
		boot_say(
			say,
			"Warning: highmem=%s is ignored: only %llu KiB of high memory exist, above "
			"%llu KiB of low memory.",
			text, kib(have), kib(low));
		return;
	}
	removed = memmap_remove_ram_above(map, memmap_ram_cut(map, low, want));
	if (removed)
		boot_say(say, "highmem=%s: %llu KiB of RAM above it are not used.", text,
			 kib(removed));
}

/* Step 4 of a kernel without high memory. Returns the end of low memory, which is that of RAM. */
static u64 low_only(struct mem_map *map, u64 most, const char *text, const struct boot_say *say)
{
	u64 removed = memmap_remove_ram_above(map, most);

	if (text)
		boot_say(
			say,
			"highmem=%s is refused and ignored: this kernel has no high memory (it was built "
			"with HIGHMEM=0).",
			text);
	if (removed)
		boot_say(
			say,
			"%llu KiB of RAM above %llu MiB are not used: this kernel has no high memory (it was "
			"built with HIGHMEM=0).",
			kib(removed), most >> 20);
	return memmap_ram_end(map);
}

/* Step 4: highmem=. Returns the end of low memory. */
static u64 split_highmem(struct mem_map *map, u64 most, const char *text,
			 const struct boot_say *say)
{
	u64 want = 0;
	bool given = text && parse_pages(text, &want);

	if (text && !given) {
		boot_say(
			say,
			"highmem=%s is rejected and ignored: it must be 0 or a size of at least %u bytes, "
			"like highmem=64M.",
			text, PAGE_SIZE);
		want = 0;
	}
	want = ALIGN_DOWN(want, (u64)PAGE_SIZE);
	if (memmap_ram_end(map) <= most)
		return carve_highmem(map, want, text, say);
	if (given)
		trim_highmem(map, most, want, text, say);
	return min(most, memmap_ram_end(map));
}

/* Firmware keeps a little of every machine for itself, so whole MiB are compared, rounded up. */
static bool too_small(u64 bytes)
{
	return ALIGN(bytes, MIB(1)) < MIN_RAM_BYTES;
}

/*
 * Whether loft can run in low memory with so much RAM, and if not, why: FOUND is what the machine
 * has there, USED is what the parameters left of it.
 */
static int check_size(u64 found, u64 used, const char *mem, const struct boot_say *say)
{
	if (!too_small(used))
		return 0;
	if (mem && !too_small(found))
		boot_say(
			say,
			"mem=%s leaves %llu KiB of RAM: loft needs %u MiB. Give mem=%uM or more, or "
			"leave it out.",
			mem, kib(used), MIN_RAM_BYTES >> 20, MIN_RAM_BYTES >> 20);
	else
		boot_say(
			say,
			"This machine is too small: loft needs %u MiB of RAM (below %u MiB) and found "
			"%llu KiB. Give it more (QEMU: -m 64M).",
			MIN_RAM_BYTES >> 20, MAXMEM_DEFAULT >> 20, kib(used));
	return -ENOMEM;
}

int memlimits_compute(struct mem_map *map, const struct mem_request *request,
		      const struct mem_machine *machine, const struct boot_say *say,
		      struct mem_limits *out)
{
	u64 found, low, end;

	limit_to_machine(map, machine, say);
	found = memmap_ram_bytes(map, 0, MAXMEM_DEFAULT);
	limit_to_mem(map, request, say);
	out->max_lowmem = max_lowmem(map, request->vmalloc, say);
	low = machine->no_highmem ? low_only(map, out->max_lowmem, request->highmem, say)
				  : split_highmem(map, out->max_lowmem, request->highmem, say);

	end = memmap_ram_end(map);
	out->max_pfn = PFN_DOWN(end);
	out->max_low_pfn = PFN_DOWN(low);
	out->high_memory = PAGE_OFFSET + (u32)low;
	out->vmalloc_start = out->high_memory + VMALLOC_OFFSET;
	out->vmalloc_end = VMALLOC_END;
	out->zone_end_pfn[ZONE_INDEX_DMA] = PFN_DOWN(min(low, ZONE_DMA_END));
	out->zone_end_pfn[ZONE_INDEX_NORMAL] = out->max_low_pfn;
	out->zone_end_pfn[ZONE_INDEX_HIGHMEM] = out->max_pfn;
	out->total_bytes = memmap_ram_bytes(map, 0, end);
	out->high_bytes = memmap_ram_bytes(map, low, end);
	out->no_large_pages = request->nopentium;
	return check_size(found, memmap_ram_bytes(map, 0, low), request->mem, say);
}
