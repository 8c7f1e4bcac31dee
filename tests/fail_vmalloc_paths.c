/* SPDX-License-Identifier: MIT */
/*
 * Paths through the vmalloc window, for tests/fail_path_test.c: the books, the array of pages, and
 * each page; and what is made of such areas.
 */
#include "kernel/cpu/pgprot.h"
#include "mm/ioremap.h"
#include "mm/kvfree_rcu.h"
#include "mm/page_alloc.h"
#include "mm/percpu_alloc.h"
#include "mm/vmalloc.h"
#include "tests/fail_path.h"

static bool try_area(unsigned int pages, gfp_t gfp)
{
	void *area = __vmalloc(pages * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN | gfp);

	vfree(area);
	return area;
}

/*
 * Four pages have their array in the area's record, ten in an object: where that needs a new slab
 * (debug builds, with their larger objects), a smaller one is taken if the large one fails.
 */
static bool areas_of_pages(void)
{
	return try_area(1, 0) && try_area(4, __GFP_ZERO) && try_area(10, 0);
}
FAIL_PATH_FALLBACK(areas_of_pages);

/* 1025 pages have it in an area of its own. */
static bool a_large_area(void)
{
	return try_area(1025, 0);
}
FAIL_PATH_SLOW(a_large_area);

static bool pages_side_by_side(void)
{
	struct page *pages[6] = {NULL};
	unsigned long nr = alloc_pages_bulk_array(GFP_HIGHUSER, ARRAY_SIZE(pages), pages);
	void *area = NULL;

	if (nr == ARRAY_SIZE(pages))
		area = vmap(pages, ARRAY_SIZE(pages), VM_MAP, PAGE_KERNEL);
	vunmap(area);
	release_pages(pages, (int)nr);
	return area;
}
FAIL_PATH_FALLBACK(pages_side_by_side);

/* So many that the records of areas that were given back do not serve them all. */
static bool many_devices(void)
{
	static void *area[2 * PAGE_SIZE / sizeof(struct vm_struct)];
	unsigned int i, n = 0;

	while (n < ARRAY_SIZE(area) && (area[n] = ioremap(0xfed00000, PAGE_SIZE)))
		n++;
	for (i = 0; i < n; i++)
		iounmap(area[i]);
	return n == ARRAY_SIZE(area);
}
FAIL_PATH(many_devices);

/* A chunk's record, and its area; with an object there already, a request too large for the rest.
 */
static bool objects_for_each_cpu(void)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;
	void *small = __alloc_percpu_gfp(8, 8, gfp);
	void *large = __alloc_percpu_gfp(percpu_unit_size(), 8, gfp);

	free_percpu(small);
	free_percpu(large);
	return small && large;
}
FAIL_PATH_FALLBACK(objects_for_each_cpu);

/* Without a record for it the grace period is waited for. */
static bool an_area_freed_late(void)
{
	void *area = vmalloc(PAGE_SIZE);

	kvfree_rcu_mightsleep(area);
	kvfree_rcu_drain();
	return area;
}
FAIL_PATH_FALLBACK(an_area_freed_late);
