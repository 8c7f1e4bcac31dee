/* SPDX-License-Identifier: MIT */
/*
 * A record for each frame, as large as its struct page. Only the owner of a page writes its record,
 * so there is no lock; a reader may see one that is half new.
 */
#define pr_fmt(fmt) "page_owner: " fmt
#include "mm/page_owner.h"
#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "mm/memblock.h"
#include "mm/page_internal.h"

#define PAGE_OWNER_DEPTH 5
#define SKIPPED_FRAMES   2 /* page_owner_set() and who called it from inside the allocator */

/* A block of 2^order pages has its record in its first page's place. */
struct page_owner {
	gfp_t gfp;
	u32 when; /* ms since boot */
	u8 order;
	bool in_use;
	u16 depth;
	unsigned long callers[PAGE_OWNER_DEPTH];
};
static_assert(sizeof(struct page_owner) == 32, "a table as large as mem_map");

#ifdef CONFIG_DEBUG
static bool wanted = true;
#else
static bool wanted;
#endif
static struct page_owner *owners; /* by frame number; NULL: off */

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

struct walk {
	struct page_owner *owner;
	unsigned int skip;
};

static bool note_caller(unsigned long address, void *arg)
{
	struct walk *walk = arg;

	if (walk->skip > 0) {
		walk->skip--;
		return true;
	}
	walk->owner->callers[walk->owner->depth++] = address;
	return walk->owner->depth < PAGE_OWNER_DEPTH;
}

void page_owner_set(struct page *page, unsigned int order, gfp_t gfp)
{
	struct walk walk = {.skip = SKIPPED_FRAMES};

	if (!owners)
		return;
	walk.owner = &owners[page_to_pfn(page)];
	*walk.owner = (struct page_owner){
		.gfp = gfp,
		.when = (u32)div_u64(clock_ns(), 1000000),
		.order = (u8)order,
		.in_use = true,
	};
	walk_stack((unsigned long)__builtin_frame_address(0), note_caller, &walk);
}

void page_owner_reset(struct page *page, unsigned int order)
{
	if (owners)
		owners[page_to_pfn(page)].in_use = false;
}

void page_owner_show(const struct page *page)
{
	const struct page_owner *owner;
	char text[160];

	if (!owners)
		return;
	owner = &owners[page_to_pfn(page)];
	if (owner->depth == 0) {
		pr_alert("page_owner info is not present (never set?)\n");
		return;
	}
	pr_alert("page_owner tracks the page as %s\n", owner->in_use ? "allocated" : "freed");
	pr_alert("page last allocated via order %u, gfp_mask %#x(%s), ts %u ms\n", owner->order,
		 owner->gfp, gfp_text(owner->gfp, text, sizeof(text)), owner->when);
	for (unsigned int i = 0; i < owner->depth; i++)
		pr_alert(" %pS\n", (void *)owner->callers[i]);
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
