/* SPDX-License-Identifier: MIT */
/*
 * ptdump. The walk skips what is empty by whole directories and tables, so the 4 GiB take as long
 * as there are tables, not pages.
 */
#include "mm/ptdump.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/regions.h"

#define RIGHTS_MASK (~(PT_FRAME_MASK | _PAGE_ACCESSED | _PAGE_DIRTY))

struct walk_state {
	struct pt_run run; /* the run being collected; level NONE while there is none */
	void (*note)(const struct pt_run *run, void *ctx);
	void *ctx;
};

static void end_run(struct walk_state *state)
{
	if (state->run.level != PG_LEVEL_NONE)
		state->note(&state->run, state->ctx);
	state->run.level = PG_LEVEL_NONE;
}

static void add_page(struct walk_state *state, unsigned long va, unsigned long last,
		     enum pg_level level, entry_t entry)
{
	struct pt_run *run = &state->run;
	entry_t flags = entry & RIGHTS_MASK;

	if (run->level == level && run->flags == flags && run->last + 1 == va) {
		run->last = last;
		return;
	}
	end_run(state);
	*run = (struct pt_run){va, last, level, flags};
}

void ptdump_walk(unsigned long start, unsigned long last,
		 void (*note)(const struct pt_run *run, void *ctx), void *ctx)
{
	struct walk_state state = {.run.level = PG_LEVEL_NONE, .note = note, .ctx = ctx};
	unsigned long va = start & PAGE_MASK, next;

	/* @next is the last byte of what this step looked at; the address space ends with ~0. */
	do {
		const pmd_t *pmd = pmd_of(va);
		struct pg_walk walk;

		if (!pmd) {
			next = va | (KERNEL_SPAN - 1);
			continue;
		}
		next = va | ~PMD_MASK;
		if (!entry_present(pmd->val))
			continue;
		walk = pgtable_walk(va);
		if (walk.level != PG_LEVEL_LARGE)
			next = va | ~PAGE_MASK;
		if (walk.level != PG_LEVEL_NONE)
			add_page(&state, va, next, walk.level, *walk.entry);
	} while (va = next + 1, next < last);
	end_run(&state);
}

struct printer {
	void (*print_line)(const char *fmt, ...);
	const char *region;
};

static void print_run(const struct pt_run *run, void *ctx)
{
	struct printer *printer = ctx;
	const char *region = va_region_name(run->start);
	unsigned long kib = (run->last - run->start + 1) >> 10;
	bool mib = kib >= 1024 && kib % 1024 == 0;

	if (!region)
		region = run->start < PAGE_OFFSET ? "user space" : "undeclared";
	if (!printer->region || strcmp(region, printer->region) != 0)
		printer->print_line("---[ %s ]---", region);
	printer->region = region;
	printer->print_line(
		"0x%08lx-0x%08lx %6lu%c %s %s %s %s %s %s", run->start, run->last,
		mib ? kib / 1024 : kib, mib ? 'M' : 'K', run->flags & _PAGE_USER ? "USR" : "   ",
		run->flags & _PAGE_RW ? "RW" : "ro", run->flags & _PAGE_PCD ? "PCD" : "   ",
		run->flags & _PAGE_GLOBAL ? "GLB" : "   ", run->flags & _PAGE_NX ? "NX" : "x ",
		run->level == PG_LEVEL_LARGE ? "pmd" : "pte");
}

void ptdump_print(unsigned long start, unsigned long last, void (*print_line)(const char *fmt, ...))
{
	struct printer printer = {print_line, NULL};

	ptdump_walk(start, last, print_run, &printer);
	if (!printer.region)
		print_line("nothing is mapped in 0x%08lx-0x%08lx", start, last);
}
