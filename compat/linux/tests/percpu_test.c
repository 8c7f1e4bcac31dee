/* SPDX-License-Identifier: MIT */
/*
 * Proves: in foreign sources the per-CPU operators work on variables of 1, 2, 4 and 8 bytes, static
 * ones and those of alloc_percpu(), and touch no other CPU's copy and no neighbour.
 */
#include <kunit/test.h>
#include <linux/percpu.h>
#include <linux/string.h>

/* Defines a case that leads a variable of TYPE through all operators, between two neighbours. */
#define CASE_OF(type, top)                                                                         \
	struct type##_row {                                                                        \
		type before, it, behind;                                                           \
	};                                                                                         \
	static DEFINE_PER_CPU(struct type##_row, type##_static);                                   \
	static void type##_steps(struct kunit *test, struct type##_row __percpu *row)              \
	{                                                                                          \
		struct type##_row *mine = get_cpu_ptr(row);                                        \
		const type big = (type)(top);                                                      \
                                                                                                   \
		memset(mine, 0, sizeof(*mine));                                                    \
		this_cpu_write(row->it, big);                                                      \
		KUNIT_EXPECT_EQ(test, mine->it, big);                                              \
		KUNIT_EXPECT_EQ(test, this_cpu_read(row->it), big);                                \
		this_cpu_inc(row->it);                                                             \
		this_cpu_add(row->it, 4);                                                          \
		__this_cpu_sub(row->it, 2);                                                        \
		raw_cpu_dec(row->it);                                                              \
		KUNIT_EXPECT_EQ(test, mine->it, (type)(big + 2));                                  \
		KUNIT_EXPECT_EQ(test, this_cpu_xchg(row->it, 0x51), (type)(big + 2));              \
		this_cpu_or(row->it, 0x0e);                                                        \
		this_cpu_and(row->it, 0x5a);                                                       \
		KUNIT_EXPECT_EQ(test, mine->it, 0x5a);                                             \
		KUNIT_EXPECT_EQ(test, this_cpu_add_return(row->it, 3), 0x5d);                      \
		KUNIT_EXPECT_EQ(test, __this_cpu_inc_return(row->it), 0x5e);                       \
		KUNIT_EXPECT_EQ(test, this_cpu_dec_return(row->it), 0x5d);                         \
		KUNIT_EXPECT_EQ(test, this_cpu_cmpxchg(row->it, 0x11, 0x22), 0x5d);                \
		KUNIT_EXPECT_EQ(test, this_cpu_cmpxchg(row->it, 0x5d, 0x22), 0x5d);                \
		KUNIT_EXPECT_EQ(test, mine->it, 0x22);                                             \
		KUNIT_EXPECT_EQ(test, mine->before | mine->behind, 0);                             \
		KUNIT_EXPECT_FALSE(test, irqs_disabled());                                         \
		put_cpu_ptr(row);                                                                  \
	}                                                                                          \
	static void of_##type(struct kunit *test)                                                  \
	{                                                                                          \
		struct type##_row __percpu *row = alloc_percpu(struct type##_row);                 \
		unsigned int cpu;                                                                  \
                                                                                                   \
		KUNIT_ASSERT_NOT_NULL(test, row);                                                  \
		type##_steps(test, row);                                                           \
		type##_steps(test, &type##_static);                                                \
		this_cpu_write(row->it, 0);                                                        \
		for_each_possible_cpu(cpu) KUNIT_EXPECT_EQ(test, per_cpu_ptr(row, cpu)->it, 0);    \
		free_percpu(row);                                                                  \
	}

/* cppcheck-suppress unknownMacro ; cppcheck does not see headers in <> */
CASE_OF(u8, 0xf0)
CASE_OF(u16, 0xfff0)
CASE_OF(u32, 0xfffffff0)
CASE_OF(u64, 0xfffffffffffffff0)

static DEFINE_PER_CPU(const char *, text);

static void of_pointers(struct kunit *test)
{
	static const char here[] = "here";
	const char *__percpu *p = alloc_percpu_gfp(const char *, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	preempt_disable();
	this_cpu_write(text, here);
	this_cpu_write(*p, this_cpu_read(text) + 1);
	KUNIT_EXPECT_PTR_EQ(test, this_cpu_xchg(*p, NULL), here + 1);
	KUNIT_EXPECT_PTR_EQ(test, this_cpu_cmpxchg(text, here, NULL), here);
	KUNIT_EXPECT_NULL(test, this_cpu_read(text));
	preempt_enable();
	free_percpu(p);
}

static struct kunit_case percpu_cases[] = {
	KUNIT_CASE(of_u8),  KUNIT_CASE(of_u16),      KUNIT_CASE(of_u32),
	KUNIT_CASE(of_u64), KUNIT_CASE(of_pointers), {},
};

static struct kunit_suite percpu_suite = {
	.name = "linux_percpu",
	.test_cases = percpu_cases,
};
kunit_test_suite(percpu_suite);
