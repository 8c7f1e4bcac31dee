/* SPDX-License-Identifier: MIT */
/*
 * Proves: buddyinfo, zoneinfo and meminfo have Linux's form to the letter, and their numbers add up
 * to each other.
 */
#include "boot/x86.h"
#include "lib/kstrtox.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/meminfo.h"
#include "mm/page_alloc.h"
#include "mm/show_mem.h"
#include "proc/kthread.h"
#include "tests/kunit.h"

#define LINES      (3 * (24 + 4 * NR_CPUS)) /* zoneinfo's: most of them are about CPUs */
#define LINE_BYTES 128

static char lines[LINES][LINE_BYTES];
static unsigned int nr_lines;

static __printf(1, 2) void keep_line(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (nr_lines < LINES)
		vsnprintf(lines[nr_lines++], LINE_BYTES, fmt, args);
	va_end(args);
}

/* What SHOW prints, with nothing changing meanwhile. */
static void keep(void (*show)(void (*print_line)(const char *fmt, ...)))
{
	unsigned long flags;

	nr_lines = 0;
	memset(lines, 0, sizeof(lines));
	local_irq_save(flags);
	show(keep_line);
	local_irq_restore(flags);
}

/* The number behind the first line from FROM on that begins with NAME, or ~0. */
static unsigned long number_of(const char *name, unsigned int from)
{
	for (unsigned int i = from; i < nr_lines; i++)
		if (strncmp(lines[i], name, strlen(name)) == 0) {
			const char *at = lines[i] + strlen(name);

			while (*at == ' ')
				at++;
			return (unsigned long)simple_strtoull(at, NULL, 10);
		}
	return ~0ul;
}

/* "Node 0, zone %8s " and eleven times "%6lu "; the sums are the free pages. */
static void buddyinfo_adds_up(struct kunit *test)
{
	unsigned int line = 0;
	const struct zone *zone;

	drain_all_pages(NULL);
	keep(buddyinfo_show);
	for_each_populated_zone(zone)
	{
		char want[LINE_BYTES];
		unsigned long sum = 0;
		int n;

		n = snprintf(want, sizeof(want), "Node 0, zone %8s ", zone->name);
		KUNIT_ASSERT_EQ(test, strncmp(lines[line], want, (size_t)n), 0);
		KUNIT_EXPECT_GE(test, strlen(lines[line]), (size_t)n + 11 * 7);
		for (unsigned int order = 0; order < MAX_ORDER; order++) {
			const char *at = lines[line] + n;
			char *end;

			while (*at == ' ')
				at++;
			sum += (unsigned long)simple_strtoull(at, &end, 10) << order;
			KUNIT_EXPECT_GE(test, (int)(end - (lines[line] + n)), 6);
			KUNIT_EXPECT_EQ(test, *end, ' ');
			n = (int)(end + 1 - lines[line]);
		}
		KUNIT_EXPECT_EQ(test, lines[line][n], '\0');
		KUNIT_EXPECT_EQ_MSG(test, sum, zone->nr_free_pages, "%s", zone->name);
		line++;
	}
	KUNIT_EXPECT_EQ(test, nr_lines, line);
}

static void zoneinfo_says_what_is(struct kunit *test)
{
	unsigned int at = 0;
	const struct zone *zone;

	keep(zoneinfo_show);
	for_each_zone(zone)
	{
		char want[LINE_BYTES];

		snprintf(want, sizeof(want), "Node 0, zone %8s", zone->name);
		while (at < nr_lines && strcmp(lines[at], want) != 0)
			at++;
		KUNIT_ASSERT_LT_MSG(test, at, nr_lines, "no line '%s'", want);
		KUNIT_EXPECT_EQ(test, number_of("  pages free     ", at), zone->nr_free_pages);
		KUNIT_EXPECT_EQ(test, number_of("        min      ", at),
				zone->watermark[WMARK_MIN]);
		KUNIT_EXPECT_EQ(test, number_of("        low      ", at),
				zone->watermark[WMARK_LOW]);
		KUNIT_EXPECT_EQ(test, number_of("        high     ", at),
				zone->watermark[WMARK_HIGH]);
		KUNIT_EXPECT_EQ(test, number_of("        spanned  ", at), zone->spanned_pages);
		KUNIT_EXPECT_EQ(test, number_of("        present  ", at), zone->present_pages);
		KUNIT_EXPECT_EQ(test, number_of("        managed  ", at), zone->managed_pages);
		KUNIT_EXPECT_LE(test, zone->managed_pages, zone->present_pages);
		KUNIT_EXPECT_LE(test, zone->present_pages, zone->spanned_pages);
		snprintf(want, sizeof(want), "        protection: (%lu, %lu, %lu)",
			 zone->lowmem_reserve[0], zone->lowmem_reserve[1], zone->lowmem_reserve[2]);
		KUNIT_EXPECT_STREQ(test, lines[at + 10], want);
	}
}

/* High + low = all, while memory comes and goes. */
static void meminfo_adds_up_under_load(struct kunit *test)
{
	static struct page *pages[64];

	for (unsigned int i = 0; i < 500; i++) {
		struct page **slot = &pages[i % 64];
		unsigned long total, free;

		if (*slot)
			__free_page(*slot);
		*slot = alloc_page(i % 3 ? GFP_HIGHUSER : GFP_KERNEL);
		if (i % 50 != 0)
			continue;
		keep(meminfo_show);
		total = number_of("MemTotal:", 0);
		free = number_of("MemFree:", 0);
		KUNIT_EXPECT_EQ(test, total, totalram_pages() * 4);
		KUNIT_EXPECT_EQ(test, number_of("HighTotal:", 0) + number_of("LowTotal:", 0),
				total);
		KUNIT_EXPECT_EQ(test, number_of("HighFree:", 0) + number_of("LowFree:", 0), free);
		KUNIT_EXPECT_EQ(test, free, nr_free_pages() * 4);
	}
	for (unsigned int i = 0; i < 64; i++) {
		if (pages[i])
			__free_page(pages[i]);
		pages[i] = NULL;
	}
}

/* The same while threads on all CPUs take and give pages, high and low ones. */
struct stress {
	struct task_struct *task;
	unsigned long rounds;
};

static int take_and_give(void *data)
{
	struct stress *stress = data;
	struct page *pages[16] = {NULL};
	unsigned int i = 0;

	while (!kthread_should_stop()) {
		struct page **slot = &pages[i++ % ARRAY_SIZE(pages)];

		if (*slot)
			__free_page(*slot);
		*slot = alloc_page((i % 3 ? GFP_HIGHUSER : GFP_KERNEL) | __GFP_NOWARN);
		WRITE_ONCE(stress->rounds, stress->rounds + 1);
	}
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i])
			__free_page(pages[i]);
	return 0;
}

static void meminfo_adds_up_under_stress(struct kunit *test)
{
	static struct stress stress[NR_CPUS];
	unsigned int cpu, behind;

	memset(stress, 0, sizeof(stress));
	for_each_online_cpu(cpu)
	{
		stress[cpu].task =
			kthread_run_on_cpu(take_and_give, &stress[cpu], cpu, "stress/%u");
		KUNIT_ASSERT_FALSE(test, IS_ERR(stress[cpu].task));
	}
	do {
		unsigned long high, low, total;

		nr_lines = 0;
		meminfo_show(keep_line);
		total = number_of("MemTotal:", 0);
		high = number_of("HighTotal:", 0);
		low = number_of("LowTotal:", 0);
		KUNIT_EXPECT_EQ(test, high + low, total);
		KUNIT_EXPECT_LE(test, number_of("HighFree:", 0), high);
		KUNIT_EXPECT_LE(test, number_of("LowFree:", 0), low);
		KUNIT_EXPECT_EQ(test, number_of("HighFree:", 0) + number_of("LowFree:", 0),
				number_of("MemFree:", 0));
		schedule_timeout_uninterruptible(1);
		behind = 0;
		for_each_online_cpu(cpu) behind += READ_ONCE(stress[cpu].rounds) < 2000;
	} while (behind);
	for_each_online_cpu(cpu) KUNIT_EXPECT_EQ(test, kthread_stop(stress[cpu].task), 0);
}

static struct kunit_case show_mem_cases[] = {
	KUNIT_CASE(buddyinfo_adds_up),
	KUNIT_CASE(zoneinfo_says_what_is),
	KUNIT_CASE(meminfo_adds_up_under_load),
	KUNIT_CASE_SLOW(meminfo_adds_up_under_stress),
	{},
};

static struct kunit_suite show_mem_suite = {
	.name = "show_mem",
	.test_cases = show_mem_cases,
	.quick = true,
};
kunit_test_suite(show_mem_suite);
