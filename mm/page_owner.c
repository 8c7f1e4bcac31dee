/* SPDX-License-Identifier: MIT */
/*
 * A record for each frame, as large as its struct page. Only the owner of a page writes its record,
 * so there is no lock; a reader may see one that is half new.
 *
 * Every page of a block has a record of its own, since a block may come back in pieces.
 */
#define pr_fmt(fmt) "page_owner: " fmt
#include "mm/page_owner.h"
#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/console/symbols.h"
#include "kernel/cpu/clock.h"
#include "lib/atomic.h"
#include "lib/control.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"
#include "mm/memblock.h"
#include "mm/page_internal.h"

#define PAGE_OWNER_DEPTH 5

struct page_owner {
	u32 gfp : 24;
	u32 order : 4;
	u32 depth : 3; /* 0: nobody ever had it */
	u32 in_use : 1;
	u32 when;   /* ms since boot */
	u32 serial; /* the how-many-th allocation it was */
	unsigned long callers[PAGE_OWNER_DEPTH];
};
static_assert(sizeof(struct page_owner) == 32, "a table as large as mem_map");

static bool wanted = PAGE_OWNER_AT_BOOT;
static struct page_owner *owners; /* by frame number; NULL: off */
static atomic_t serial;

static int set_page_owner(const char *value)
{
	if (!value || (strcmp(value, "on") != 0 && strcmp(value, "off") != 0))
		return -EINVAL;
	wanted = strcmp(value, "on") == 0;
	return 0;
}
BOOT_PARAM("page_owner", set_page_owner, "on or off: remember who allocated each page");

void page_owner_init(void)
{
	size_t size = max_pfn * sizeof(struct page_owner);
	phys_addr_t table;

	if (!wanted)
		return;
	/* Not more than an eighth of low memory: the rest is for work. */
	table = max_pfn > max_low_pfn * 16 ? 0
					   : memblock_phys_alloc_range(size, PAGE_SIZE, PAGE_SIZE,
								       PFN_PHYS(max_low_pfn));
	if (table == 0) {
		pr_warn("off: there is no room for %zu KiB in low memory\n", size >> 10);
		return;
	}
	owners = __va(table);
	rep_stosl(owners, 0, size / 4);
	page_alloc_hooks |= PAGE_HOOK_OWNER;
}

bool page_owner_enabled(void)
{
	return owners;
}

/* --- taking notes ----------------------------------------------------------------------------- */

/* Is ADDRESS in one of the functions through which all allocations go last? */
static bool is_entrance(unsigned long address)
{
	static unsigned long slow_size, alloc_size;

	if (unlikely(slow_size == 0)) {
		symbol_lookup((unsigned long)alloc_pages_slow, NULL, &slow_size);
		symbol_lookup((unsigned long)__alloc_pages, NULL, &alloc_size);
	}
	return address - 1 - (unsigned long)alloc_pages_slow < slow_size ||
	       address - 1 - (unsigned long)__alloc_pages < alloc_size;
}

static bool note_caller(unsigned long address, void *arg)
{
	struct page_owner *owner = arg;

	if (is_entrance(address)) {
		owner->depth = 0; /* all before it was inside, too */
		return true;
	}
	if (owner->depth == PAGE_OWNER_DEPTH)
		return false;
	owner->callers[owner->depth++] = address;
	return true;
}

void page_owner_set(struct page *page, unsigned int order, gfp_t gfp)
{
	struct page_owner owner = {.gfp = gfp, .order = order, .in_use = true};

	if (!owners)
		return;
	owner.when = (u32)div_u64(clock_ns(), 1000000);
	owner.serial = (u32)atomic_inc_return(&serial);
	walk_stack((unsigned long)__builtin_frame_address(0), note_caller, &owner);
	for (unsigned long i = 0; i < 1ul << order; i++)
		owners[page_to_pfn(page) + i] = owner;
}

void page_owner_reset(struct page *page, unsigned int order)
{
	unsigned long pages = control(owner_of_head_only) ? 1 : 1ul << order;

	if (!owners)
		return;
	for (unsigned long i = 0; i < pages; i++)
		owners[page_to_pfn(page) + i].in_use = false;
}

/* --- one page --------------------------------------------------------------------------------- */

static void print_callers(const struct page_owner *owner, page_owner_print_t print_line)
{
	for (unsigned int i = 0; i < owner->depth; i++)
		print_line(" %pB", (void *)owner->callers[i]);
}

void page_owner_print(const struct page *page, page_owner_print_t print_line)
{
	const struct page_owner *owner;
	char text[160];

	if (!owners)
		return;
	owner = &owners[page_to_pfn(page)];
	if (owner->depth == 0) {
		print_line("page_owner info is not present (never set?)");
		return;
	}
	print_line("page_owner tracks the page as %s", owner->in_use ? "allocated" : "freed");
	print_line("page last allocated via order %u, gfp_mask %#x(%s), ts %u ms", owner->order,
		   owner->gfp, gfp_text(owner->gfp, text, sizeof(text)), owner->when);
	print_callers(owner, print_line);
}

void page_owner_log(const char *fmt, ...)
{
	char line[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	printk(KERN_ALERT "%s\n", line);
}

void page_owner_show(const struct page *page)
{
	page_owner_print(page, page_owner_log);
}

bool page_owner_get(const struct page *page, unsigned int *order, gfp_t *gfp, unsigned long *caller)
{
	const struct page_owner *owner = owners ? &owners[page_to_pfn(page)] : NULL;

	if (!owner || !owner->in_use)
		return false;
	*order = owner->order;
	*gfp = owner->gfp;
	*caller = owner->depth ? owner->callers[0] : 0;
	return true;
}

/* --- many pages ------------------------------------------------------------------------------- */

/* Places that hold pages: those with equal callers are one. What does not fit is only counted. */
#define PLACES 128
static struct place {
	const struct page_owner *owner; /* of its first page */
	unsigned long pages;
} places[PLACES];

u32 page_owner_mark(void)
{
	return (u32)atomic_read(&serial);
}

static bool held_since(const struct page_owner *owner, u32 mark)
{
	return owner->in_use && (s32)(owner->serial - mark) > 0;
}

unsigned long page_owner_count_since(u32 mark)
{
	unsigned long pages = 0;

	for (unsigned long pfn = 0; owners && pfn < max_pfn; pfn++)
		pages += held_since(&owners[pfn], mark);
	return pages;
}

static bool same_place(const struct page_owner *a, const struct page_owner *b)
{
	return a->depth == b->depth &&
	       memcmp(a->callers, b->callers, a->depth * sizeof(a->callers[0])) == 0;
}

/* The page of OWNER to its place, the last of which stands for all that found none. */
static void count_page(const struct page_owner *owner)
{
	struct place *place = places;

	while (place < &places[PLACES - 1] && place->owner && !same_place(place->owner, owner))
		place++;
	if (!place->owner)
		place->owner = owner;
	place->pages++;
}

static struct place *largest(void)
{
	struct place *found = NULL;

	for (struct place *place = places; place < &places[PLACES]; place++)
		if (place->pages != 0 && (!found || place->pages > found->pages))
			found = place;
	return found;
}

/* All pages in use, or those taken after MARK: the NR largest places. */
static void print_places(bool all, u32 mark, unsigned int nr, page_owner_print_t print_line)
{
	unsigned long pages = 0;
	struct place *place;

	if (!owners)
		return;
	memset(places, 0, sizeof(places));
	for (unsigned long pfn = 0; pfn < max_pfn; pfn++) {
		if (all ? !owners[pfn].in_use : !held_since(&owners[pfn], mark))
			continue;
		count_page(&owners[pfn]);
		pages++;
	}
	print_line("%lu pages are held", pages);
	for (; nr > 0 && (place = largest()); nr--) {
		const struct page_owner *owner = place->owner;
		char text[160];

		print_line("%lu pages, the first at pfn %#lx: order %u, gfp_mask %#x(%s), ts %u ms",
			   place->pages, (unsigned long)(owner - owners), owner->order, owner->gfp,
			   gfp_text(owner->gfp, text, sizeof(text)), owner->when);
		print_callers(owner, print_line);
		place->pages = 0;
	}
}

void page_owner_print_since(u32 mark, unsigned int nr, page_owner_print_t print_line)
{
	print_places(false, mark, nr, print_line);
}

void page_owner_print_all(unsigned int nr, page_owner_print_t print_line)
{
	print_places(true, 0, nr, print_line);
}
