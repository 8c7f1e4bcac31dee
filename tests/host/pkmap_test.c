/* SPDX-License-Identifier: MIT */
/*
 * PKMAP (mm/highmem.c, mm/pkmap_flush.c, mm/page_address.c) and its model do the same million
 * random operations, and agree on every slot that is returned, every count, every page's address,
 * every set that is flushed, every sleep and every counter.
 *
 * Tasks are coroutines, which switch where kmap() lets others run: while it waits for other CPUs,
 * and while it sleeps. In between the others, and interrupts, map and unmap, so that several
 * flushes are under way at once, tasks wait for the same page, and so on. One CPU, whose
 * translation cache remembers every page that was touched until it is told to forget it.
 *
 * SLOTS and colours are the build's: this file is compiled for 8 slots, pkmap_colors_test.c for 32
 * and 4 colours.
 */
#include "kernel/sync/wait.h"
#include "mm/highmem.h"
#include "mm/pgtable.h"
#include "mm/pkmap_internal.h"
#include "mm/tlb.h"
#include "tests/host/fibers.h"
#include "tests/host/harness.h"
#include "tests/host/pkmap_model.h"

#define OPERATIONS 1000000
#define TASKS      MODEL_TASKS
#define PAGES      (2 * LAST_PKMAP)
#define FRAMES     8192 /* that the pages are chosen from */
#define HELD_MAX   400

/* --- what the code under test needs of the machine -------------------------------------------- */

struct page *mem_map, *zone_first_page[3];
uintptr_t mem_map_of_virt;
unsigned long max_pfn, max_low_pfn;
unsigned int tlb_mapped_here;
pgprot_t page_kernel = {_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED};
static pte_t table[PTRS_PER_PTE];
static pmd_t directory;

/* The control that asks for the features of a CPU is never on here. */
struct cpu_info boot_cpu;

pmd_t *pmd_of(unsigned long va)
{
	return &directory;
}

pte_t *pte_table(pmd_t pmd)
{
	return table;
}

/* --- tasks ------------------------------------------------------------------------------------ */

static struct task {
	struct task_struct task;
	struct fiber fiber;
	bool busy;         /* in the middle of a call */
	struct page *page; /* of it; NULL: it flushes */
	void *result;
	bool flushing; /* it waits for the CPU, not for a slot */
} tasks[TASKS];
struct task_struct *current;

static struct tlb_batch flushed; /* what the last flush asked the CPU to forget */

static void give_way(void)
{
	EXPECT(!kmap_lock.held);
	fiber_leave();
}

void schedule(void)
{
	if (current->state != TASK_RUNNING)
		give_way();
}

void tlb_batch_flush(struct tlb_batch *batch)
{
	struct task *t = container_of(current, struct task, task);

	flushed = *batch;
	t->flushing = true;
	give_way();
	t->flushing = false;
}

static void task_main(void *arg)
{
	struct task *t = arg;

	for (;;) {
		if (t->page)
			t->result = kmap(t->page);
		else
			kmap_flush_unused();
		t->busy = false;
		fiber_leave();
	}
}

/* --- the two side by side --------------------------------------------------------------------- */

static struct model model;
static struct page *pages[PAGES];
static int held[HELD_MAX], nr_held; /* pages, once a reference */
static bool remembered[LAST_PKMAP]; /* by the CPU's translation cache */
static int owner[LAST_PKMAP];       /* the page that the slot was last seen with */

static int below(int n)
{
	return (int)host_random_below((unsigned long long)n);
}

static void hold(int page)
{
	held[nr_held++] = page;
}

/* Pages of all colours; half of them of one bucket of the hash. */
static void choose_pages(void)
{
	int n = 0;

	mem_map = aligned_alloc(64, FRAMES * sizeof(struct page));
	memset(mem_map, 0, FRAMES * sizeof(struct page));
	max_pfn = FRAMES;
	zone_first_page[2] = mem_map + 1;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 4; i < FRAMES && n < (pass ? PAGES : PAGES / 2); i++) {
			bool crowded = page_slot(mem_map + i) == page_slot(mem_map + 4);

			/* Page N has colour N, as the model says. */
			if (crowded != pass && i % PKMAP_COLORS == n % PKMAP_COLORS)
				pages[n++] = mem_map + i;
		}
	}
	EXPECT_EQ(n, PAGES);
}

/* What the flush asked for is exactly what the model's task has taken back and somebody touched. */
static void compare_flush(int task)
{
	unsigned int wanted = 0, found;

	for (int nr = 0; nr < LAST_PKMAP; nr++) {
		const struct model_slot *slot = &model.slot[nr];

		if (slot->state != MODEL_TAKEN_BACK || slot->flusher != task || !slot->touched)
			continue;
		for (found = 0; found < flushed.nr; found++)
			if (flushed.va[found] == PKMAP_ADDR(nr))
				break;
		EXPECT(found < flushed.nr);
		wanted++;
	}
	EXPECT_EQ(flushed.nr, wanted);
}

static void compare(bool all)
{
	unsigned int in_use = 0;

	for (int nr = 0; nr < LAST_PKMAP; nr++) {
		int page = model.slot[nr].page;

		EXPECT_EQ(pkmap_count_of((unsigned int)nr), model_count(&model, nr));
		EXPECT_EQ(pkmap_count[nr] < 0, model.slot[nr].state == MODEL_TAKEN_BACK);
		EXPECT_EQ(entry_present(*pkmap_entry((unsigned int)nr)),
			  model.slot[nr].state == MODEL_MAPPED);
		in_use += pkmap_count[nr] != 0;
		if (model.slot[nr].state != MODEL_MAPPED)
			continue;
		EXPECT_EQ(entry_phys(*pkmap_entry((unsigned int)nr)), page_to_phys(pages[page]));
		if (owner[nr] != page) /* the slot has changed hands: nobody may remember it */
			EXPECT(!remembered[nr]);
		owner[nr] = page;
	}
	/* All pages' addresses now and then, one page's always. */
	for (int i = all ? 0 : below(PAGES), end = all ? PAGES : i + 1; i < end; i++) {
		int nr = model_slot_of(&model, i);

		EXPECT_EQ((uintptr_t)page_address(pages[i]),
			  nr < 0 ? 0 : PKMAP_ADDR((unsigned int)nr));
	}
	for (int color = 0; color < PKMAP_COLORS; color++)
		EXPECT_EQ(pkmap_position((unsigned int)color), model.last[color]);
	EXPECT_EQ(pkmap_counters.maps + in_use, model.maps);
	EXPECT_EQ(pkmap_counters.revivals, model.revivals);
	EXPECT_EQ(pkmap_counters.wraps, model.wraps);
	EXPECT_EQ(pkmap_counters.flushes, model.flushes);
	EXPECT_EQ(pkmap_counters.shootdowns, model.shootdowns);
	EXPECT_EQ(pkmap_counters.sleeps, model.sleeps);
	EXPECT_EQ(pkmap_counters.wakes, model.wakes);
	for (int i = 0; i < TASKS; i++)
		EXPECT_EQ(tasks[i].task.state != TASK_RUNNING, model.task[i].asleep);
}

/* A task's call has come as far as EVENT in the model: has it in the kernel? */
static void compare_event(int i, enum model_event event, int page)
{
	struct task *t = &tasks[i];

	EXPECT_EQ(t->busy, event != MODEL_DONE);
	EXPECT_EQ(t->flushing, event == MODEL_FLUSHES);
	if (event == MODEL_FLUSHES)
		compare_flush(i);
	if (event != MODEL_DONE || page < 0)
		return;
	EXPECT_EQ((uintptr_t)t->result, PKMAP_ADDR((unsigned int)model.task[i].slot));
	hold(page);
}

static void run(int i)
{
	current = &tasks[i].task;
	fiber_enter(&tasks[i].fiber);
	current = NULL;
}

static void start(int i, int page)
{
	tasks[i].busy = true;
	tasks[i].page = page < 0 ? NULL : pages[page];
	run(i);
	compare_event(i, page < 0 ? model_flush_unused(&model, i) : model_map(&model, i, page),
		      page);
}

/* The CPU has forgotten what a task asked it to, or a sleeper has been woken. */
static void go_on(int i)
{
	int page = model.task[i].page;

	if (tasks[i].flushing)
		for (int nr = 0; nr < LAST_PKMAP; nr++)
			if (model.slot[nr].state == MODEL_TAKEN_BACK && model.slot[nr].flusher == i)
				remembered[nr] = false;
	run(i);
	compare_event(i, model_go_on(&model, i), page);
}

/* An access to a page that is held: the CPU reads the entry only if it does not remember it. */
static void touch(int page)
{
	unsigned int nr = (unsigned int)model_slot_of(&model, page);

	if (!remembered[nr]) {
		*pkmap_entry(nr) |= _PAGE_ACCESSED;
		remembered[nr] = true;
		model_touch(&model, (int)nr);
	}
}

static void unmap(void)
{
	int at = below(nr_held), page = held[at];

	held[at] = held[--nr_held];
	if (below(2))
		touch(page);
	if (below(2))
		kunmap(pages[page]);
	else
		kunmap_high(pages[page]);
	model_put(&model, page);
}

static void get(int page)
{
	void *got = kmap_high_get(pages[page]);
	int nr = model_get(&model, page);

	EXPECT_EQ((uintptr_t)got, nr < 0 ? 0 : PKMAP_ADDR((unsigned int)nr));
	if (nr >= 0)
		hold(page);
}

/* How much is held at most, and how many pages are used, changes now and then. */
static int held_limit = 1, pages_used = PAGES;

static void step(void)
{
	int what = below(100), i = below(TASKS);

	if (below(2000) == 0) {
		held_limit = 1 + below(2 * LAST_PKMAP);
		pages_used = PKMAP_COLORS + 1 + below(PAGES - PKMAP_COLORS - 1);
	}
	if (tasks[i].busy && (tasks[i].flushing || tasks[i].task.state == TASK_RUNNING)) {
		if (what < 50)
			go_on(i);
	} else if (what < 45) {
		if (!tasks[i].busy && nr_held < held_limit)
			start(i, below(pages_used));
	} else if (what < 47) {
		if (!tasks[i].busy)
			start(i, -1);
	} else if (what < 60) {
		if (nr_held < held_limit)
			get(below(pages_used));
	} else if (nr_held > 0) {
		unmap();
	}
}

static void a_million_operations(void)
{
	choose_pages();
	model_init(&model, LAST_PKMAP, PKMAP_COLORS);
	kmap_init();
	for (int i = 0; i < TASKS; i++)
		fiber_make(&tasks[i].fiber, task_main, &tasks[i]);
	for (int i = 0; i < LAST_PKMAP; i++)
		owner[i] = -1;
	for (unsigned int n = 0; n < OPERATIONS && host_ok(); n++) {
		step();
		compare(n % 32 == 0);
	}
	printf("    # %u maps, %u revivals, %u wraps, %u flushes, %u shootdowns, %u sleeps, %u wakes\n",
	       model.maps, model.revivals, model.wraps, model.flushes, model.shootdowns,
	       model.sleeps, model.wakes);
	EXPECT(model.maps > 1000 && model.revivals > 1000 && model.flushes > model.shootdowns &&
	       model.shootdowns > 1000 && model.sleeps > 100 && model.wakes > 100);
}

static const struct host_case cases[] = {HOST_CASE(a_million_operations), {0}};

int main(int argc, char **argv)
{
	return host_main("pkmap_" __stringify(LAST_PKMAP) "_slots", cases, argc, argv);
}
