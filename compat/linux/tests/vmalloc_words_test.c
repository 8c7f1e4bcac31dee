/* SPDX-License-Identifier: MIT */
/*
 * Proves: the words that Linux's own tests of vmalloc() are made of are there, by the headers that
 * those include, and do what they say.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <linux/vmalloc.h>

/* A parameter's type that has been expanded before module_param() sees it. */
#define param_of(type, name, init)                                                                 \
	static type name = init;                                                                   \
	module_param(name, type, 0444);                                                            \
	MODULE_PARM_DESC(name, "a parameter of a test")
param_of(bool, words_bool, true);
param_of(int, words_int, -3);

static unsigned int begun;

static int __init begin(void)
{
	begun++;
	return 0;
}

static void __exit end(void)
{
}

/* Without a semicolon behind them... */
/* cppcheck-suppress unknownMacro ; cppcheck does not see headers in <> */
module_init(begin)
	/* ...which is never called... */
	module_exit(end)
	/* ...and with one. */
	late_initcall(begin);
module_exit(end);

/* What is said of a parameter whose value makes no sense. */
static const char *help_of(const char *name)
{
	const struct boot_param *param;

	for (param = __boot_params_start; param < __boot_params_end; param++) {
		if (strcmp(param->name, name) == 0)
			return param->help;
	}
	return "";
}

static void modules(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, begun, 2u);
	KUNIT_EXPECT_TRUE(test, words_bool && words_int == -3);
	KUNIT_EXPECT_STREQ(test, help_of(KBUILD_MODNAME ".words_bool"), "a value of type bool");
	KUNIT_EXPECT_STREQ(test, help_of(KBUILD_MODNAME ".words_int"), "a value of type int");
}

static void time(struct kunit *test)
{
	ktime_t since = ktime_get();
	cycles_t cycles = get_cycles();
	u64 us;

	msleep(10);
	us = (u64)ktime_us_delta(ktime_get(), since);
	KUNIT_EXPECT_GE(test, us, 10000u);
	if (cpu_has(X86_FEATURE_TSC))
		KUNIT_EXPECT_GT(test, get_cycles(), cycles);
	else
		KUNIT_EXPECT_EQ(test, get_cycles() | cycles, 0u);
	us = 1000;
	KUNIT_EXPECT_EQ(test, do_div(us, (u32)7), 6u);
	KUNIT_EXPECT_EQ(test, us, 142u);
}

static void numbers(struct kunit *test)
{
	u32 seen = 0, wide = 0;

	for (int i = 0; i < 400; i++) {
		u32 n = get_random_u32_inclusive(10, 13);

		KUNIT_ASSERT_TRUE(test, n >= 10 && n <= 13);
		seen |= 1u << n;
		KUNIT_ASSERT_GT(test, get_random_u32_above(U32_MAX - 2), U32_MAX - 2);
		wide |= get_random_u32_inclusive(0, U32_MAX);
		wide |= (u32)get_random_u8() << 8 | get_random_u16();
	}
	KUNIT_EXPECT_EQ(test, seen, 0xfu << 10);
	KUNIT_EXPECT_EQ(test, get_random_u32_inclusive(5, 5), 5u);
	KUNIT_EXPECT_EQ(test, wide, U32_MAX);
	KUNIT_EXPECT_EQ(test, clamp(1 << 20, 1, (int)USHRT_MAX), 65535);
}

/* All powers of two: what cannot be is refused. */
static void alignments(struct kunit *test)
{
	unsigned int served = 0;

	for (int i = 0; i < BITS_PER_LONG; i++) {
		unsigned long align = 1ul << i;
		u8 *p = __vmalloc_node(2 * PAGE_SIZE, align, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN,
				       0, __builtin_return_address(0));

		if (!p)
			continue;
		served++;
		KUNIT_EXPECT_EQ(test, (unsigned long)p % max(align, (unsigned long)PAGE_SIZE), 0ul);
		KUNIT_EXPECT_EQ(test, p[0] | p[2 * PAGE_SIZE - 1], 0);
		vfree(p);
	}
	KUNIT_EXPECT_GE(test, served, 24u); /* 8 MiB */
	KUNIT_EXPECT_LT(test, served, 32u);
	KUNIT_EXPECT_EQ(test, (int)(THREAD_ALIGN % PAGE_SIZE), 0);
	vfree(vmalloc_huge(3 * PAGE_SIZE, GFP_KERNEL));
}

static void memory(struct kunit *test)
{
	struct sysinfo info;

	si_meminfo(&info);
	KUNIT_EXPECT_EQ(test, info.totalram, totalram_pages());
	KUNIT_EXPECT_TRUE(test, info.freeram > 0 && info.freeram < info.totalram);
	KUNIT_EXPECT_GE(test, info.totalram - info.totalhigh, info.freeram - info.freehigh);
	KUNIT_EXPECT_EQ(test, info.mem_unit, (unsigned int)PAGE_SIZE);
}

struct late {
	struct rcu_head rcu;
	unsigned char text[20];
};

/* What is left is a leak, which the runner finds. */
static void late_frees(struct kunit *test)
{
	struct late *p[3];

	for (int i = 0; i < 3; i++) {
		p[i] = i ? vmalloc(PAGE_SIZE) : kmalloc(sizeof(struct late), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		p[i]->text[0] = 'a';
	}
	kfree_rcu(p[0], rcu);
	kvfree_rcu(p[1], rcu);
	kvfree_rcu_mightsleep(p[2]);
	kvfree_rcu(kmalloc(10, GFP_KERNEL));
}

static struct kunit_case vmalloc_words_cases[] = {
	KUNIT_CASE(modules),
	KUNIT_CASE(time),
	KUNIT_CASE(numbers),
	KUNIT_CASE(alignments),
	KUNIT_CASE(memory),
	KUNIT_CASE(late_frees),
	{},
};

static struct kunit_suite vmalloc_words_suite = {
	.name = "linux_vmalloc_words",
	.test_cases = vmalloc_words_cases,
};
kunit_test_suite(vmalloc_words_suite);
