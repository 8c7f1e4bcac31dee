/* SPDX-License-Identifier: MIT */
/*
 * The early allocator. See memblock.h for the idea.
 *
 * Both lists keep one invariant, which memblock_check() states: sorted by base, no empty region,
 * and a gap between neighbours (touching regions are merged). Adding therefore replaces a run of
 * regions by one; removing cuts a run and may leave a stump on each side. Lists are short and this
 * is boot: linear walks and memmove() are enough.
 *
 * A list that is nearly full is doubled, in memory that memblock finds and reserves like any other,
 * once there is a map to reach it by. Before that the static lists must do.
 */
#include "mm/memblock.h"
#include "lib/bug.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/string.h"

static struct memblock_region memory_regions[MEMBLOCK_REGIONS];
static struct memblock_region reserved_regions[MEMBLOCK_REGIONS];

struct memblock memblock = {
	.current_limit = MEMBLOCK_ALLOC_ANYWHERE,
	.memory = {0, MEMBLOCK_REGIONS, memory_regions, 0, "memory"},
	.reserved = {0, MEMBLOCK_REGIONS, reserved_regions, 0, "reserved"},
};

static phys_addr_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

/* Every function that changes a list or would hand out memory asks this first. */
static void must_not_be_retired(void)
{
	BUG_ON(memblock.retired && !control(memblock_not_retired));
}

void memblock_retire(void)
{
	memblock.retired = true;
}

void memblock_init(void)
{
	must_not_be_retired();
	memblock.memory = (struct memblock_type){0, MEMBLOCK_REGIONS, memory_regions, 0, "memory"};
	memblock.reserved =
		(struct memblock_type){0, MEMBLOCK_REGIONS, reserved_regions, 0, "reserved"};
	memblock.bottom_up = false;
	memblock.to_virt = NULL;
	memblock.current_limit = MEMBLOCK_ALLOC_ANYWHERE;
}

static void make_room(struct memblock_type *type, phys_addr_t base, phys_addr_t size);

/* Replace regions [from, to) of @type by @count new ones; -ENOMEM if they do not fit. */
static int splice(struct memblock_type *type, unsigned int from, unsigned int to,
		  const struct memblock_region *with, unsigned int count)
{
	unsigned int tail = type->cnt - to;

	if (type->cnt - (to - from) + count > type->max)
		return -ENOMEM;
	memmove(&type->regions[from + count], &type->regions[to], tail * sizeof(*with));
	memcpy(&type->regions[from], with, count * sizeof(*with));
	type->cnt = from + count + tail;
	return 0;
}

/* The first region that ends at or after @addr. */
static unsigned int first_ending_from(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned int i = 0;

	while (i < type->cnt && region_end(&type->regions[i]) < addr)
		i++;
	return i;
}

static int add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	struct memblock_region merged = {base, size};
	phys_addr_t end = base + size;
	unsigned int from, to;

	must_not_be_retired();
	if (end < base)
		return -EINVAL;
	if (size == 0)
		return 0;
	make_room(type, base, size);
	from = first_ending_from(type, base);
	for (to = from; to < type->cnt && type->regions[to].base <= end; to++)
		end = max(end, region_end(&type->regions[to]));
	if (to > from)
		merged.base = min(base, type->regions[from].base);
	merged.size = end - merged.base;
	return splice(type, from, to, &merged, 1);
}

static int remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	struct memblock_region stumps[2];
	phys_addr_t end = base + size;
	unsigned int from, to, count = 0;

	must_not_be_retired();
	if (end < base)
		return -EINVAL;
	if (size == 0)
		return 0;
	make_room(type, base, size);
	from = first_ending_from(type, base + 1);
	for (to = from; to < type->cnt && type->regions[to].base < end; to++)
		;
	if (to == from)
		return 0;
	if (type->regions[from].base < base)
		stumps[count++] = (struct memblock_region){type->regions[from].base,
							   base - type->regions[from].base};
	if (region_end(&type->regions[to - 1]) > end)
		stumps[count++] =
			(struct memblock_region){end, region_end(&type->regions[to - 1]) - end};
	return splice(type, from, to, stumps, count);
}

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	return add_range(&memblock.memory, base, size);
}

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	return remove_range(&memblock.memory, base, size);
}

int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	return add_range(&memblock.reserved, base, size);
}

int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	return remove_range(&memblock.reserved, base, size);
}

/*
 * The free range that follows @at: skips reserved regions, ends where RAM or the free run ends.
 * The two lists are walked together; both indices only grow within one call.
 */
bool memblock_next_free(phys_addr_t *start, phys_addr_t *end)
{
	const struct memblock_type *mem = &memblock.memory, *res = &memblock.reserved;
	unsigned int m = first_ending_from(mem, *start + 1);
	unsigned int r = first_ending_from(res, *start + 1);

	for (; m < mem->cnt; m++) {
		phys_addr_t from = max(*start, mem->regions[m].base);
		phys_addr_t stop = region_end(&mem->regions[m]);

		for (; r < res->cnt && res->regions[r].base <= from; r++)
			from = max(from, region_end(&res->regions[r]));
		if (from >= stop) {
			*start = from;
			continue;
		}
		*start = from;
		*end = r < res->cnt ? min(stop, res->regions[r].base) : stop;
		return true;
	}
	return false;
}

/* The fit inside one free range, or 0, which is therefore no fit itself. */
static phys_addr_t fit_in(phys_addr_t from, phys_addr_t to, phys_addr_t size, phys_addr_t align)
{
	phys_addr_t base;

	from = max(from, (phys_addr_t)1);
	if (to <= from || to - from < size)
		return 0;
	if (memblock.bottom_up)
		base = (from + align - 1) & ~(align - 1);
	else
		base = (to - size) & ~(align - 1);
	return base >= from && base <= to - size ? base : 0;
}

/* The highest fit (or the lowest, bottom-up) in [start, end), or 0; takes nothing. */
static phys_addr_t find_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
			      phys_addr_t end)
{
	phys_addr_t from, to, best = 0;

	for (from = start; memblock_next_free(&from, &to) && from < end; from = to) {
		phys_addr_t base = fit_in(from, min(to, end), size, align);

		if (base != 0)
			best = base;
		if (best != 0 && memblock.bottom_up)
			break;
	}
	return best;
}

/* --- growth ----------------------------------------------------------------------------------- */

void memblock_allow_resize(phys_addr_t limit, void *(*to_virt)(phys_addr_t))
{
	memblock.resize_limit = limit;
	memblock.to_virt = to_virt;
}

/*
 * Twice the list for TYPE, in memory that is free and not in [base, base + size), which its caller
 * is about to take. The old one goes back if it came from here. Leaves everything as it is on
 * failure.
 */
static void grow(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	struct memblock_region *old = type->regions;
	phys_addr_t bytes = (phys_addr_t)type->max * 2 * sizeof(*old), old_phys = type->phys, pa;

	pa = find_range(bytes, sizeof(u64), base + size, memblock.resize_limit);
	if (pa == 0)
		pa = find_range(bytes, sizeof(u64), 0, min(base, memblock.resize_limit));
	if (pa == 0)
		return;
	type->regions = memblock.to_virt(pa);
	memcpy(type->regions, old, type->cnt * sizeof(*old));
	type->phys = pa;
	type->max *= 2;
	memblock_reserve(pa, bytes);
	if (old_phys != 0)
		memblock_phys_free(old_phys, bytes / 2);
}

/*
 * Called before a change of TYPE's list, which can make it one region longer. A new list takes a
 * reservation itself, so there is room for that first; three changes in all at the most.
 */
static void make_room(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	if (!memblock.to_virt || memblock.growing)
		return;
	memblock.growing = true;
	if (memblock.reserved.max - memblock.reserved.cnt < 4)
		grow(&memblock.reserved, base, size);
	if (type->max - type->cnt < 4)
		grow(type, base, size);
	memblock.growing = false;
}

phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
				      phys_addr_t end)
{
	phys_addr_t base;

	must_not_be_retired();
	BUG_ON(align == 0 || (align & (align - 1)) != 0);
	if (size == 0)
		return 0;
	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = memblock.current_limit;
	make_room(&memblock.reserved, 0, 0);
	base = find_range(size, align, start, end);
	if (base == 0 || memblock_reserve(base, size) != 0)
		return 0;
	return base;
}

phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_phys_alloc_range(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE);
}

/* The region of @type that holds @addr, or NULL. */
static const struct memblock_region *region_of(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned int i = first_ending_from(type, addr + 1);

	return i < type->cnt && type->regions[i].base <= addr ? &type->regions[i] : NULL;
}

bool memblock_is_memory(phys_addr_t addr)
{
	return region_of(&memblock.memory, addr) != NULL;
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return region_of(&memblock.reserved, addr) != NULL;
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region = region_of(&memblock.memory, base);

	return region != NULL && region_end(region) - base >= size;
}

static phys_addr_t overlap(const struct memblock_type *type, phys_addr_t start, phys_addr_t end)
{
	phys_addr_t sum = 0;

	for (unsigned int i = 0; i < type->cnt; i++) {
		phys_addr_t from = max(start, type->regions[i].base);
		phys_addr_t to = min(end, region_end(&type->regions[i]));

		if (to > from)
			sum += to - from;
	}
	return sum;
}

bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size)
{
	return overlap(&memblock.reserved, base, base + size) != 0;
}

phys_addr_t memblock_phys_mem_size(void)
{
	return overlap(&memblock.memory, 0, MEMBLOCK_ALLOC_ANYWHERE);
}

phys_addr_t memblock_reserved_size(void)
{
	return overlap(&memblock.reserved, 0, MEMBLOCK_ALLOC_ANYWHERE);
}

phys_addr_t memblock_start_of_DRAM(void)
{
	return memblock.memory.cnt ? memblock.memory.regions[0].base : 0;
}

phys_addr_t memblock_end_of_DRAM(void)
{
	const struct memblock_type *mem = &memblock.memory;

	return mem->cnt ? region_end(&mem->regions[mem->cnt - 1]) : 0;
}

phys_addr_t memblock_memory_in(phys_addr_t start, phys_addr_t end)
{
	return overlap(&memblock.memory, start, end);
}

phys_addr_t memblock_free_in(phys_addr_t start, phys_addr_t end)
{
	phys_addr_t from, to, sum = 0;

	for (from = start; memblock_next_free(&from, &to) && from < end; from = to)
		sum += min(to, end) - from;
	return sum;
}

static void check_list(const struct memblock_type *type)
{
	BUG_ON(type->cnt > type->max);
	for (unsigned int i = 0; i < type->cnt; i++) {
		const struct memblock_region *region = &type->regions[i];

		BUG_ON(region->size == 0 || region_end(region) < region->base);
		BUG_ON(i > 0 && region_end(region - 1) >= region->base);
	}
}

void memblock_check(void)
{
	check_list(&memblock.memory);
	check_list(&memblock.reserved);
}
