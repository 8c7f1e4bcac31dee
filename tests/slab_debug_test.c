/* SPDX-License-Identifier: MIT */
/*
 * Proves: a cache with debug flags finds what is written beside an object and to a free one, byte
 * by byte, names it, counts it, puts it right and goes on; and knows who had the object.
 */
#include "lib/string.h"
#include "mm/slab_debug.h"
#include "mm/slab_internal.h"
#include "tests/kunit.h"

#define SIZE 100 /* of an object */

static void destroy(void *cache)
{
	kmem_cache_destroy(cache);
}

static struct kmem_cache *cache(struct kunit *test, slab_flags_t flags)
{
	struct kmem_cache *s = kmem_cache_create("test_debug", SIZE, 0, flags, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, destroy, s), 0);
	return s;
}

static u8 *object_of(struct kunit *test, struct kmem_cache *s)
{
	u8 *object = kmem_cache_alloc(s, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, object);
	return object;
}

static void nothing_wrong(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	void *p[40];

	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(p); i++)
			memset(p[i] = object_of(test, s), (int)i, SIZE);
		KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 0u);
		for (unsigned int i = 0; i < ARRAY_SIZE(p); i++)
			kmem_cache_free(s, p[i]);
		KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 0u);
	}
	KUNIT_EXPECT_EQ(test, s->errors, 0u);
}

static void patterns(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	u8 *object = object_of(test, s);

	KUNIT_EXPECT_EQ(test, object[-1], SLUB_RED_ACTIVE);
	KUNIT_EXPECT_EQ(test, object[SIZE], SLUB_RED_ACTIVE);
	kmem_cache_free(s, object);
	KUNIT_EXPECT_EQ(test, object[-1], SLUB_RED_INACTIVE);
	KUNIT_EXPECT_EQ(test, object[SIZE], SLUB_RED_INACTIVE);
	KUNIT_EXPECT_NULL(test, memchr_inv(object, POISON_FREE, SIZE - 1));
	KUNIT_EXPECT_EQ(test, object[SIZE - 1], POISON_END);
}

/* Damage to an object in use shows when it is freed, once, and is put right. */
static void red_zones(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_RED_ZONE);
	u8 *object = object_of(test, s);

	object[SIZE] = 0x41;
	KUNIT_EXPECT_WARN_COUNT(
		test, 1, "BUG test_debug: Right Redzone overwritten*offset 100 to 100*0xcc*0x41",
		kmem_cache_free(s, object));
	KUNIT_EXPECT_EQ(test, s->errors, 1u);
	object = object_of(test, s);
	object[-1] = 0x42;
	KUNIT_EXPECT_WARN_COUNT(
		test, 1, "BUG test_debug: Left Redzone overwritten*offset -1 to -1*0xcc*0x42",
		KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 1u));
	kmem_cache_free(s, object);
	KUNIT_EXPECT_EQ(test, s->errors, 2u);
	KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 0u);
}

/* Damage to a free object, wherever: when it is handed out. Each byte is as good as any other. */
static const struct spot {
	const char *name, *report;
	int offset;
} spots[] = {
	{"first word", "*Poison overwritten*offset 0 to 0*0x6b*0x99", 0},
	{"50th byte", "*Poison overwritten*offset 49 to 49*0x6b*0x99", 49},
	{"last byte", "*Poison overwritten*offset 99 to 99*0xa5*0x99", SIZE - 1},
	{"right red zone", "*Right Redzone overwritten*0xbb*0x99", SIZE},
	{"left red zone", "*Left Redzone overwritten*0xbb*0x99", -1},
};

static void describe(const struct spot *spot, char *desc)
{
	strscpy(desc, spot->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(spot, spots, describe);

static void write_after_free(struct kunit *test)
{
	const struct spot *spot = test->param_value;
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	u8 *object = object_of(test, s), *again = NULL;

	kmem_cache_free(s, object);
	object[spot->offset] = 0x99;
	KUNIT_EXPECT_WARN_COUNT(test, 1, spot->report, again = kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, s->errors, 1u);
	kmem_cache_free(s, again);
	KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 0u);
	KUNIT_EXPECT_EQ(test, s->errors, 1u);
}

/* The link of a free object: reported, and the list of free objects is made anew. */
static void free_pointer(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	u8 *object = object_of(test, s), *again = NULL;
	unsigned int slots = slab_slots(virt_to_head_page(object));

	kmem_cache_free(s, object);
	slab_free_part(s, object)->link = test;
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_debug: Free pointer overwritten*",
				again = kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_ASSERT_NOT_NULL(test, again);
	/* Nothing was lost: the slab still gives all of its objects. */
	for (unsigned int i = 1; i < slots; i++)
		KUNIT_EXPECT_NOT_NULL(test, kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, s->nr_slabs, 1u);
	for (unsigned int i = 0; i < slots; i++)
		kmem_cache_free(s, slab_object(s, virt_to_head_page(again), i));
	KUNIT_EXPECT_EQ(test, kmem_cache_active(s), 0u);
	KUNIT_EXPECT_EQ(test, s->errors, 1u);
}

static void free_mark(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	u8 *object = object_of(test, s), *again = NULL;

	kmem_cache_free(s, object);
	slab_free_part(s, object)->mark = 0x77777777;
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_debug: Free pointer overwritten*77777777",
				again = kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_PTR_EQ(test, again, object);
	kmem_cache_free(s, again);
}

static void padding(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	u8 *object = object_of(test, s);
	unsigned int used = s->track_offset + 2 * slab_track_size();

	/* Where there is none, the next slot's red zone is what follows. */
	if (used < s->size - s->red_left) {
		object[used] ^= 1;
		KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_debug: Padding overwritten*",
					KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 1u));
	}
	kmem_cache_free(s, object);
	KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 0u);
}

static void double_free(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_DEBUG_FLAGS);
	u8 *object = object_of(test, s), *other;

	kmem_cache_free(s, object);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_debug: object*freed twice",
				kmem_cache_free(s, object));
	object = object_of(test, s);
	other = object_of(test, s);
	KUNIT_EXPECT_PTR_NE(test, object, other);
	kmem_cache_free(s, object);
	kmem_cache_free(s, other);
}

static noinline u8 *allocate_here(struct kunit *test, struct kmem_cache *s)
{
	u8 *object = object_of(test, s);

	barrier();
	return object;
}

/* Among the calls that are remembered is the function that allocated. */
static void users_are_known(struct kunit *test)
{
	struct kmem_cache *s = cache(test, SLAB_STORE_USER);
	u8 *object = allocate_here(test, s);
	const unsigned long *words = (unsigned long *)(object + s->track_offset);
	unsigned long start = (unsigned long)allocate_here;
	bool found = false;

	for (unsigned int i = 0; i < slab_track_size() / sizeof(long); i++)
		found |= words[i] > start && words[i] < start + 200;
	KUNIT_EXPECT_TRUE(test, found);
	kmem_cache_free(s, object);
}

static struct kunit_case slab_debug_cases[] = {
	KUNIT_CASE(nothing_wrong),   KUNIT_CASE(patterns),
	KUNIT_CASE(red_zones),       KUNIT_CASE_PARAM(write_after_free, spot_gen_params),
	KUNIT_CASE(free_pointer),    KUNIT_CASE(free_mark),
	KUNIT_CASE(padding),         KUNIT_CASE(double_free),
	KUNIT_CASE(users_are_known), {},
};

static struct kunit_suite slab_debug_suite = {
	.name = "slab_debug",
	.test_cases = slab_debug_cases,
	.quick = true,
};
kunit_test_suites(&slab_debug_suite);
