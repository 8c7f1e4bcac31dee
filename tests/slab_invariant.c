/* SPDX-License-Identifier: MIT */
/*
 * The invariant `slab`: around every test, each cache has as many objects in use as before. So what
 * a test allocates and forgets is found in that test, and named by its cache.
 */
#include "lib/printf.h"
#include "mm/kmalloc.h"
#include "tests/invariant.h"

struct count {
	u64 objects, bytes, caches;
};

static void add(struct kmem_cache *s, void *arg)
{
	struct count *sum = arg;
	unsigned long active = kmem_cache_active(s);

	sum->objects += active;
	sum->bytes += (u64)active * s->object_size;
	sum->caches++;
}

static void take(struct invariant_state *now)
{
	struct count sum = {0};

	slab_shrink_all(); /* bundles of the depot are objects in use, too */
	kmem_cache_for_each(add, &sum);
	now->value[0] = sum.objects;
	now->value[1] = sum.bytes;
	now->value[2] = kmalloc_large_pages();
}

static bool judge(const struct invariant_state *before, const struct invariant_state *after,
		  char *why, size_t size)
{
	s64 objects = (s64)(after->value[0] - before->value[0]);
	s64 bytes = (s64)(after->value[1] - before->value[1]);
	s64 pages = (s64)(after->value[2] - before->value[2]);

	if (!objects && !bytes && !pages)
		return true;
	snprintf(why, size,
		 "%lld objects with %lld bytes and %lld pages of kmalloc() were not freed", objects,
		 bytes, pages);
	return false;
}
TEST_INVARIANT(slab, take, judge);
