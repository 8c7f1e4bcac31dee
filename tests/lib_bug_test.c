/* SPDX-License-Identifier: MIT */
/*
 * Failed checks and the words of lib/compiler.h and lib/err.h: BUG stops, WARN reports and goes
 * on, the _ONCE forms report once for each place; macros evaluate their arguments once.
 */
#include "lib/bug.h"
#include "lib/err.h"
#include "lib/limits.h"
#include "tests/kunit.h"

static void bug_stops(struct kunit *test)
{
	volatile int reached = 0;

	BUG_ON(reached);
	KUNIT_EXPECT_BUG(test, "*reached == 1*", {
		reached = 1;
		BUG_ON(reached == 1);
		reached = 2;
	});
	KUNIT_EXPECT_EQ(test, reached, 1);
	KUNIT_EXPECT_BUG(test, "*", BUG());
}

static void warn_returns_its_condition(struct kunit *test)
{
	unsigned long before = warn_count;
	bool warned = false;

	KUNIT_EXPECT_FALSE(test, WARN(false, "not said"));
	KUNIT_EXPECT_FALSE(test, WARN_ON(before != warn_count));
	KUNIT_EXPECT_WARN(test, "slot 3 is taken", warned = WARN(8 & 12, "slot %d is taken", 3));
	KUNIT_EXPECT_TRUE(test, warned);
	KUNIT_EXPECT_WARN(test, "*before + 1 == warn_count*", WARN_ON(before + 1 == warn_count));
	KUNIT_EXPECT_EQ(test, warn_count, before + 2);
}

static bool warns_once(bool condition)
{
	return WARN_ONCE(condition, "only once");
}

static void warn_once_reports_once(struct kunit *test)
{
	unsigned int n = 0;

	warn_once_reset();
	KUNIT_EXPECT_FALSE(test, warns_once(false));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "only once", {
		for (int i = 0; i < 5; i++)
			n += warns_once(true);
	});
	KUNIT_EXPECT_EQ(test, n, 5u);
	/* A second run in the same boot must see it again. */
	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "only once", warns_once(true));
}

static void error_pointers(struct kunit *test)
{
	int object;

	KUNIT_EXPECT_TRUE(test, IS_ERR(ERR_PTR(-EPERM)));
	KUNIT_EXPECT_TRUE(test, IS_ERR(ERR_PTR(-MAX_ERRNO)));
	KUNIT_EXPECT_FALSE(test, IS_ERR(ERR_PTR(-MAX_ERRNO - 1)));
	KUNIT_EXPECT_FALSE(test, IS_ERR(&object));
	KUNIT_EXPECT_FALSE(test, IS_ERR(NULL));
	KUNIT_EXPECT_TRUE(test, IS_ERR_OR_NULL(NULL));
	KUNIT_EXPECT_EQ(test, PTR_ERR(ERR_PTR(-ENOMEM)), (long)-ENOMEM);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(ERR_PTR(-EIO)), -EIO);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(&object), 0);
}

static void min_max_and_swap(struct kunit *test)
{
	int i = 3, j = 7;

	KUNIT_EXPECT_EQ(test, min(i++, 9), 3);
	KUNIT_EXPECT_EQ(test, i, 4);
	KUNIT_EXPECT_EQ(test, max3(i, j, 5), 7);
	KUNIT_EXPECT_EQ(test, clamp(j, 0, 5), 5);
	KUNIT_EXPECT_EQ(test, clamp(-1, 0, 5), 0);
	KUNIT_EXPECT_EQ(test, min_t(u8, 0x101, 2), 1);
	KUNIT_EXPECT_EQ(test, max(1u, 1ull << 40), 1ull << 40);
	swap(i, j);
	KUNIT_EXPECT_EQ(test, i, 7);
	KUNIT_EXPECT_EQ(test, j, 4);
	KUNIT_EXPECT_EQ(test, clamp_val((u8)7, 8, 0x105), 5);
	KUNIT_EXPECT_EQ(test, min_not_zero(0, i) + min_not_zero(j, 0) + min_not_zero(i, j++), 15);
	KUNIT_EXPECT_EQ(test, j, 5);
}

static void alignment(struct kunit *test)
{
	phys_addr_t high = 0x123456789ull;
	int n;

	KUNIT_EXPECT_EQ(test, ALIGN(5, 4), 8);
	KUNIT_EXPECT_EQ(test, ALIGN(8, 4), 8);
	/* A 32-bit alignment must not cut a 64-bit address. */
	KUNIT_EXPECT_EQ(test, ALIGN_DOWN(high, 4096u), 0x123456000ull);
	KUNIT_EXPECT_EQ(test, ALIGN(high, SZ_4K), 0x123457000ull);
	KUNIT_EXPECT_EQ(test, ALIGN(U64_MAX, SZ_4K), 0ull);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(high - 0x789, SZ_4K));
	KUNIT_EXPECT_FALSE(test, IS_ALIGNED(high, 2));
	KUNIT_EXPECT_PTR_EQ(test, PTR_ALIGN((char *)0x1001, 16), (char *)0x1010);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP(9, 4), 3);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(10, 4), 3);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(-7, 2), -4);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(7, -2), -4);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(-7, -2), 4);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(-5, 4), -1);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(0xfffffffdu, 2), 0x7fffffffu);
	n = 5;
	KUNIT_EXPECT_EQ(test, DIV_ROUND_CLOSEST(n++, 2), 3);
	KUNIT_EXPECT_EQ(test, n, 6);
	KUNIT_EXPECT_EQ(test, roundup(n++, 4), 8);
	KUNIT_EXPECT_EQ(test, rounddown(n++, 4), 4);
	KUNIT_EXPECT_EQ(test, n, 8);
	KUNIT_EXPECT_EQ(test, roundup(10u, 7u) + rounddown(10u, 7u), 21u);
	KUNIT_EXPECT_EQ(test, mult_frac(0x80000001u, 3u, 4u), 0x60000000u);
	KUNIT_EXPECT_EQ(test, MIB(4096), GIB(4));
}

struct holder {
	int first;
	u16 member;
};

static void container(struct kunit *test)
{
	struct holder holder = {1, 2};
	u16 *member = &holder.member;

	KUNIT_EXPECT_PTR_EQ(test, container_of(member, struct holder, member), &holder);
	KUNIT_EXPECT_EQ(test, sizeof_field(struct holder, member), 2u);
	KUNIT_EXPECT_EQ(test, offsetof(struct holder, member), sizeof(int));
}

/* That it compiles is most of what there is to prove. */
static void checks_are_statements(struct kunit *test)
{
	static char buffer[4 + BUILD_BUG_ON_ZERO(sizeof(int) != 4)];

	if (test)
		BUILD_BUG_ON(sizeof(u32) != 4);
	else
		BUILD_BUG_ON_MSG(sizeof(u64) != 8, "no 64 bits");
	switch (sizeof(buffer)) {
	case 4:
		BUILD_BUG_ON(sizeof(buffer) != 4);
		break;
	default:
		KUNIT_FAIL(test, "sizes");
	}
}

static struct kunit_case bug_cases[] = {
	KUNIT_CASE(checks_are_statements),
	KUNIT_CASE(bug_stops),
	KUNIT_CASE(warn_returns_its_condition),
	KUNIT_CASE(warn_once_reports_once),
	KUNIT_CASE(error_pointers),
	KUNIT_CASE(min_max_and_swap),
	KUNIT_CASE(alignment),
	KUNIT_CASE(container),
	{},
};

static struct kunit_suite bug_suite = {
	.name = "lib_bug",
	.test_cases = bug_cases,
	.quick = true,
};
kunit_test_suite(bug_suite);
