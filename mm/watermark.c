/* SPDX-License-Identifier: MIT */
/*
 * The sums behind the watermarks; see watermark.h.
 */
#include "mm/watermark.h"
#include "lib/div64.h"
#include "mm/page_alloc.h"
#include "mm/pcp.h"

#define MIN_FREE_KBYTES_MIN 128ul
#define MIN_FREE_KBYTES_MAX 262144ul
/* The least and the most that HighMem keeps: nothing there is ever needed urgently. */
#define HIGHMEM_MARK_MIN 32ul
#define HIGHMEM_MARK_MAX 128ul

unsigned long min_free_kbytes;
unsigned int watermark_scale_factor = 10;
unsigned int sysctl_lowmem_reserve_ratio[MAX_NR_ZONES] = {
	[ZONE_DMA] = 256, [ZONE_NORMAL] = 32, [ZONE_HIGHMEM] = 0};

/* The largest number whose square is not above N: bit by bit from the top. */
static unsigned long int_sqrt(unsigned long n)
{
	unsigned long root = 0;

	for (unsigned long bit = 1ul << 15; bit != 0; bit >>= 1)
		if ((u64)(root + bit) * (root + bit) <= n)
			root += bit;
	return root;
}

static unsigned long lowmem_pages(void)
{
	return node_zones[ZONE_DMA].managed_pages + node_zones[ZONE_NORMAL].managed_pages;
}

static unsigned long share(unsigned long n, unsigned long part, unsigned long whole)
{
	return whole == 0 ? 0 : (unsigned long)div_u64((u64)n * part, (u32)whole);
}

void setup_per_zone_wmarks(void)
{
	unsigned long pages_min = min_free_kbytes >> (PAGE_SHIFT - 10), low = lowmem_pages();
	struct zone *zone;

	for_each_zone(zone)
	{
		unsigned long managed = zone->managed_pages;
		unsigned long min_share = share(pages_min, managed, low), step;

		zone->watermark[WMARK_MIN] = min_share;
		if (is_highmem(zone))
			zone->watermark[WMARK_MIN] =
				clamp(managed / 1024, HIGHMEM_MARK_MIN, HIGHMEM_MARK_MAX);
		/* The step of HighMem comes from its whole share, although its min does not. */
		if (control(highmem_step_capped))
			min_share = zone->watermark[WMARK_MIN];
		step = max(min_share / 4, share(managed, watermark_scale_factor, 10000));
		zone->watermark[WMARK_LOW] = zone->watermark[WMARK_MIN] + step;
		zone->watermark[WMARK_HIGH] = zone->watermark[WMARK_LOW] + step;
	}
	pcp_set_limits();
}

/* What a lower zone keeps back grows with what the request could have had above it. */
void setup_per_zone_lowmem_reserve(void)
{
	for (unsigned int lower = 0; lower < MAX_NR_ZONES; lower++) {
		struct zone *zone = &node_zones[lower];
		unsigned int ratio = sysctl_lowmem_reserve_ratio[lower];
		unsigned long above = 0;

		for (unsigned int upper = lower + 1; upper < MAX_NR_ZONES; upper++) {
			above += node_zones[upper].managed_pages;
			zone->lowmem_reserve[upper] =
				ratio == 0 || zone->managed_pages == 0 ? 0 : above / ratio;
		}
	}
}

void watermark_init(void)
{
	unsigned long low_kib = (control(min_free_of_all) ? totalram_pages() : lowmem_pages())
				<< (PAGE_SHIFT - 10);

	min_free_kbytes = clamp(int_sqrt(low_kib * 16), MIN_FREE_KBYTES_MIN, MIN_FREE_KBYTES_MAX);
	setup_per_zone_wmarks();
	setup_per_zone_lowmem_reserve();
}

bool zone_watermark_ok(const struct zone *zone, unsigned int order, unsigned long mark,
		       enum zone_type highest, unsigned int alloc_flags)
{
	long need = (long)mark, free = (long)READ_ONCE(zone->nr_free_pages);
	bool harder = alloc_flags & ALLOC_HARDER;

	free -= (1l << order) - 1;
	if (!harder)
		free -= (long)zone->nr_reserved_highatomic;
	if (alloc_flags & ALLOC_HIGH)
		need -= need / 2;
	if (harder)
		need -= need / 4;
	if (!control(reserve_ignored))
		need += (long)zone->lowmem_reserve[highest];
	if (free <= need && !control(watermark_ignored))
		return false;
	return order == 0 ||
	       buddy_has_block(zone, order, harder ? MIGRATE_HIGHATOMIC : MIGRATE_MOVABLE);
}
