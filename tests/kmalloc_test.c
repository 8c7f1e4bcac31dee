/* SPDX-License-Identifier: MIT */
/*
 * Proves: kmalloc() gives at least the size and alignment asked for, from the cache that the size
 * belongs to; its kin keep their promises; and what is freed wrongly is reported and
 * reused by nobody.
 */
#include "lib/limits.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"

static const u16 classes[NR_KMALLOC_CACHES] = {8,   16,  32,   64,   96,   128, 192,
					       256, 512, 1024, 2048, 4096, 8192};

/* What a request of SIZE bytes must give. */
static size_t class_of(size_t size)
{
	for (unsigned int i = 0; i < NR_KMALLOC_CACHES; i++)
		if (size <= classes[i])
			return classes[i];
	return 0;
}

static void size_classes(struct kunit *test)
{
	for (size_t size = 1; size <= 8192; size += size < 300 ? 1 : 97) {
		void *p = kmalloc(size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, ksize(p), class_of(size));
		KUNIT_EXPECT_EQ(test, kmalloc_size_roundup(size), class_of(size));
		kfree(p);
	}
}

/* The compiler's choice for constants is the table's for variables. */
static void constants_agree(struct kunit *test)
{
#define SAME(n)                                                                                    \
	do {                                                                                       \
		void *p = kmalloc(n, GFP_KERNEL);                                                  \
		KUNIT_EXPECT_EQ(test, ksize(p), class_of(n));                                      \
		kfree(p);                                                                          \
	} while (0)
	SAME(1);
	SAME(8);
	SAME(9);
	SAME(33);
	SAME(65);
	SAME(96);
	SAME(97);
	SAME(129);
	SAME(192);
	SAME(193);
	SAME(257);
	SAME(4096);
	SAME(4097);
	SAME(8192);
#undef SAME
}

static void powers_of_two_are_aligned(struct kunit *test)
{
	for (size_t size = 8; size <= 65536; size *= 2) {
		void *a = kmalloc(size, GFP_KERNEL), *b = kmalloc(size, GFP_KERNEL);

		KUNIT_EXPECT_EQ_MSG(test, (uintptr_t)a % size, 0u, "%zu bytes", size);
		KUNIT_EXPECT_EQ_MSG(test, (uintptr_t)b % size, 0u, "%zu bytes", size);
		kfree(a);
		kfree(b);
	}
}

static void highmem_is_taken_away(struct kunit *test)
{
	void *p = NULL;

	KUNIT_EXPECT_WARN_COUNT(test, 1, "Unexpected gfp*HIGHMEM*",
				p = kmalloc(100, GFP_KERNEL | __GFP_HIGHMEM));
	KUNIT_EXPECT_TRUE(test, virt_addr_valid(p));
	kfree(p);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "Unexpected gfp*HIGHMEM*",
				p = kmalloc(50000, GFP_KERNEL | __GFP_HIGHMEM));
	KUNIT_EXPECT_TRUE(test, virt_addr_valid(p));
	kfree(p);
}

static void dma_is_low(struct kunit *test)
{
	void *p = kmalloc(100, GFP_KERNEL | __GFP_DMA);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_LT(test, virt_to_phys(p), (phys_addr_t)16 << 20);
	kfree(p);
}

static void size_zero(struct kunit *test)
{
	void *p = kmalloc(0, GFP_KERNEL);

	KUNIT_EXPECT_PTR_EQ(test, p, ZERO_SIZE_PTR);
	KUNIT_EXPECT_EQ(test, ksize(p), 0u);
	KUNIT_EXPECT_EQ(test, ksize(NULL), 0u);
	KUNIT_EXPECT_FAULT_WRITE(test, p);
	kfree(p);
	kfree(NULL);
}

static void too_much(struct kunit *test)
{
	volatile size_t most = SIZE_MAX;

	KUNIT_EXPECT_WARN_COUNT(test, 1, "kmalloc of 4294967295 bytes*",
				KUNIT_EXPECT_NULL(test, kmalloc(most, GFP_KERNEL)));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kmalloc of*",
				KUNIT_EXPECT_NULL(test, kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL)));
	KUNIT_EXPECT_NULL(test, kmalloc(most, GFP_KERNEL | __GFP_NOWARN));
}

static void overflow_fails(struct kunit *test)
{
	volatile size_t half = SIZE_MAX / 2 + 2;

	KUNIT_EXPECT_NULL(test, kcalloc(half, 2, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc_array(65536, 65537, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, krealloc_array(NULL, half, 2, GFP_KERNEL));
}

static void zeroed(struct kunit *test)
{
	static const u16 sizes[] = {1, 7, 8, 30, 96, 190, 4096, 8192, 12000};

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *p = kmalloc(sizes[i], GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		memset(p, 0xee, sizes[i]);
		kfree(p);
		p = kzalloc(sizes[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, sizes[i]));
		kfree(p);
	}
}

static void large_blocks(struct kunit *test)
{
	unsigned long pages = kmalloc_large_pages();
	u8 *p = kmalloc(20000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, ksize(p), 32768u);
	KUNIT_EXPECT_EQ(test, kmalloc_large_pages(), pages + 8);
	memset(p, 1, 32768);
	KUNIT_EXPECT_WARN(test, "kfree of*inside a block*", kfree(p + PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, ksize(p), 32768u);
	kfree(p);
	KUNIT_EXPECT_EQ(test, kmalloc_large_pages(), pages);
	KUNIT_EXPECT_WARN(test, "kfree of*", kfree(p));
}

static void reallocation(struct kunit *test)
{
	char *p = krealloc(NULL, 10, GFP_KERNEL), *q;

	KUNIT_ASSERT_NOT_NULL(test, p);
	strscpy(p, "123456789", 10);
	q = krealloc(p, 16, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, p, q);
	q = krealloc(q, 20000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_STREQ(test, q, "123456789");
	KUNIT_EXPECT_PTR_EQ(test, krealloc(q, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

/*
 * krealloc() with __GFP_ZERO, as in Linux: it knows how large the old block is, and not how much of
 * it was asked for. So what lies in that block is kept, in place or moved, and what lies behind it
 * is zero.
 */
static void reallocation_zeroes_what_it_knows(struct kunit *test)
{
	u8 *dirty = kmalloc(2000, GFP_KERNEL), *p = kmalloc(70, GFP_KERNEL), *q;
	size_t old = ksize(p);

	KUNIT_ASSERT_NOT_NULL(test, dirty);
	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(dirty, 0xd1, 2000);
	kfree(dirty); /* what the block is moved to is not zero by chance */
	memset(p, 0x5b, old);
	q = krealloc(p, old, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_PTR_EQ(test, q, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x5b, old));
	q = krealloc(p, 2000, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_NULL(test, memchr_inv(q, 0x5b, old));
	KUNIT_EXPECT_NULL(test, memchr_inv(q + old, 0, ksize(q) - old));
	kfree(q);
}

/* Whoever asks for zeroes each time, and writes only what is his, has them. */
static void reallocation_of_a_zeroed_block(struct kunit *test)
{
	u8 *p = kzalloc(1, GFP_KERNEL);

	for (size_t size = 1; size < 10000; size += 1 + size / 3) {
		u8 *q = krealloc(p, size, GFP_KERNEL | __GFP_ZERO);

		KUNIT_ASSERT_NOT_NULL(test, q);
		KUNIT_EXPECT_NULL(test, memchr_inv(q + 1, 0, size - 1));
		q[0] = 0x77;
		p = q;
	}
	kfree(p);
}

static void copies(struct kunit *test)
{
	char *a = kstrdup("loft", GFP_KERNEL), *b = kstrndup("kernel", 4, GFP_KERNEL);
	char *c = kmemdup("abc", 3, GFP_KERNEL), *d = kasprintf(GFP_KERNEL, "%d-%s", 7, "x");

	KUNIT_EXPECT_STREQ(test, a, "loft");
	KUNIT_EXPECT_STREQ(test, b, "kern");
	KUNIT_EXPECT_MEMEQ(test, c, "abc", 3);
	KUNIT_EXPECT_STREQ(test, d, "7-x");
	KUNIT_EXPECT_NULL(test, kstrdup(NULL, GFP_KERNEL));
	kfree(a);
	kfree(b);
	kfree(c);
	kfree_sensitive(d);
}

static char static_data[64];

static void wrong_addresses(struct kunit *test)
{
	char on_stack[64];
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kfree of*", kfree(on_stack));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kfree of*", kfree(static_data));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kfree of*not in the direct map", kfree((void *)0x1000));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kfree of*not in the direct map", kfree(high_memory));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kfree of*not in the direct map",
				kfree((void *)0xfff00000));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kfree of*kmalloc did not give*",
				kfree(page_to_virt(page)));
	__free_page(page);
}

static void inside_an_object(struct kunit *test)
{
	static const u16 sizes[] = {32, 96, 192, 256, 4096};

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *p = kmalloc(sizes[i], GFP_KERNEL), *q;

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG kmalloc-*not the start of an object",
					kfree(p + 4));
		KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG kmalloc-*not the start of an object",
					kfree(p + sizes[i] / 2));
		q = kmalloc(sizes[i], GFP_KERNEL);
		KUNIT_EXPECT_PTR_NE(test, p, q);
		kfree(p);
		kfree(q);
	}
}

/* Behind the last object of a page lies a rest that is none, whatever its address divides by. */
static void behind_the_last_object(struct kunit *test)
{
	static const u16 sizes[] = {96, 192};

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *p = kmalloc(sizes[i], GFP_KERNEL);
		unsigned int rest = PAGE_SIZE / sizes[i] * sizes[i];

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG kmalloc-*not the start of an object",
					kfree((char *)((uintptr_t)p & PAGE_MASK) + rest));
		kfree(p);
	}
}

/* An object that is freed twice is not handed out twice: wherever it lay the second time. */
static void double_free(struct kunit *test)
{
	enum { N = 80 };
	static void *p[N];

	for (unsigned int round = 0; round < 3; round++) {
		unsigned int i, j, same = 0;

		for (i = 0; i < N; i++)
			p[i] = kmalloc(64, GFP_KERNEL);
		for (i = 0; i < N; i++)
			kfree(p[i]);
		/* The last one is hot, the one before in the magazine, the first in its slab. */
		KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG kmalloc-64: object*freed twice",
					kfree(p[round == 0   ? N - 1
						: round == 1 ? N - 5
							     : 0]));
		for (i = 0; i < N; i++)
			p[i] = kmalloc(64, GFP_KERNEL);
		for (i = 0; i < N; i++)
			for (j = 0; j < i; j++)
				same += p[i] == p[j];
		KUNIT_EXPECT_EQ(test, same, 0u);
		for (i = 0; i < N; i++)
			kfree(p[i]);
	}
}

/* What looks like a free object because its user wrote the mark is freed like any other. */
static void mark_as_data(struct kunit *test)
{
	unsigned long *p = kmalloc(64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	*p = SLAB_MARK;
	kfree(p);
	KUNIT_EXPECT_WARN(test, "BUG kmalloc-64*freed twice", kfree(p));
}

static struct kunit_case kmalloc_cases[] = {
	KUNIT_CASE(size_classes),
	KUNIT_CASE(constants_agree),
	KUNIT_CASE(powers_of_two_are_aligned),
	KUNIT_CASE(highmem_is_taken_away),
	KUNIT_CASE(dma_is_low),
	KUNIT_CASE(size_zero),
	KUNIT_CASE(too_much),
	KUNIT_CASE(overflow_fails),
	KUNIT_CASE(zeroed),
	KUNIT_CASE(large_blocks),
	KUNIT_CASE(reallocation),
	KUNIT_CASE(reallocation_zeroes_what_it_knows),
	KUNIT_CASE(reallocation_of_a_zeroed_block),
	KUNIT_CASE(copies),
	KUNIT_CASE(wrong_addresses),
	KUNIT_CASE(inside_an_object),
	KUNIT_CASE(behind_the_last_object),
	KUNIT_CASE(double_free),
	KUNIT_CASE(mark_as_data),
	{},
};

static struct kunit_suite kmalloc_suite = {
	.name = "kmalloc",
	.test_cases = kmalloc_cases,
	.quick = true,
};
kunit_test_suites(&kmalloc_suite);
