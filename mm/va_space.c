/* SPDX-License-Identifier: MIT */
/*
 * Address space by the piece. See va_space.h.
 *
 * The list by address gives neighbours at once, and so the gaps: a gap is never stored, and cannot
 * be wrong. What changes a gap calls avl_update() on the area above it.
 */
#include "mm/va_space.h"
#include "boot/layout.h"
#include "lib/bug.h"
#include "lib/control.h"

static inline struct va_area *area_of(struct avl_node *node)
{
	return container_of(node, struct va_area, node);
}

static inline unsigned long gap_start(const struct va_area *area)
{
	return list_prev_entry(area, list)->end;
}

static inline unsigned long gap_below(const struct va_area *area)
{
	return area->start - gap_start(area);
}

static bool update_largest(struct avl_node *node)
{
	struct va_area *area = area_of(node);
	unsigned long largest = gap_below(area);

	if (node->child[0] && area_of(node->child[0])->largest > largest)
		largest = area_of(node->child[0])->largest;
	if (node->child[1] && area_of(node->child[1])->largest > largest)
		largest = area_of(node->child[1])->largest;
	if (largest == area->largest)
		return false;
	area->largest = largest;
	return true;
}

void va_space_init(struct va_space *space, unsigned long start, unsigned long end)
{
	*space = (struct va_space){
		.tree = {.update = update_largest},
		.floor = {.start = start, .end = start},
		.ceiling = {.start = end, .end = end},
		.lazy_start = ~0ul,
	};
	INIT_LIST_HEAD(&space->floor.list);
	list_add_tail(&space->ceiling.list, &space->floor.list);
	avl_insert(&space->tree, &space->ceiling.node, NULL, &space->tree.root);
}

/* The area above the lowest gap of at least @size bytes in the subtree of @node, or NULL. */
static struct va_area *lowest_gap(struct avl_node *node, unsigned long size)
{
	if (!node || area_of(node)->largest < size)
		return NULL;
	for (;;) {
		struct avl_node *low = node->child[0];

		if (low && area_of(low)->largest >= size)
			node = low;
		else if (gap_below(area_of(node)) >= size)
			return area_of(node);
		else
			node = node->child[1];
	}
}

static bool fits(const struct va_area *above, unsigned long size, unsigned long align)
{
	unsigned long start = ALIGN(gap_start(above), align);

	return start >= gap_start(above) && start <= above->start && above->start - start >= size;
}

/*
 * The area above a gap with room for @size at an address aligned to @align. A gap of
 * size + align - PAGE_SIZE has it wherever it begins; only if there is none, all gaps are tried.
 */
static struct va_area *find_room(const struct va_space *space, unsigned long size,
				 unsigned long align)
{
	unsigned long sure = size + (align - PAGE_SIZE);
	struct va_area *above;

	above = sure >= size ? lowest_gap(space->tree.root, sure) : NULL;
	if (above || align <= PAGE_SIZE)
		return above;
	list_for_each_entry(above, &space->floor.list, list)
		if (fits(above, size, align))
			return above;
	return NULL;
}

bool va_alloc(struct va_space *space, struct va_area *area, unsigned long size, unsigned long align)
{
	struct avl_node **link, *parent;
	struct va_area *above;

	if (align < PAGE_SIZE)
		align = PAGE_SIZE;
	above = size ? find_room(space, size, align) : NULL;
	if (!above)
		return false;
	area->start = ALIGN(gap_start(above), align);
	area->end = area->start + size;
	area->state = VA_BUSY;
	area->largest = 0;
	space->busy_bytes += size;

	/* In the order of the tree, right before the area above. */
	parent = &above->node;
	link = &parent->child[0];
	while (*link) {
		parent = *link;
		link = &parent->child[1];
	}
	list_add_tail(&area->list, &above->list);
	avl_insert(&space->tree, &area->node, parent, link);
	avl_update(&space->tree, &above->node);
	return true;
}

struct va_area *va_find(const struct va_space *space, unsigned long addr)
{
	struct avl_node *node = space->tree.root;

	while (node) {
		struct va_area *area = area_of(node);

		if (addr >= area->start && addr < area->end)
			return area->state == VA_BUSY ? area : NULL;
		node = node->child[addr >= area->end];
	}
	return NULL;
}

/* Takes @area out; the gap below the next one grows, or somebody has grown over it already. */
static void take_out(struct va_space *space, struct va_area *area)
{
	struct va_area *above = list_next_entry(area, list);

	list_del(&area->list);
	avl_erase(&space->tree, &area->node);
	avl_update(&space->tree, &above->node);
}

static void note_lazy(struct va_space *space, const struct va_area *area)
{
	space->lazy_bytes += area->end - area->start;
	if (area->start < space->lazy_start)
		space->lazy_start = area->start;
	if (area->end > space->lazy_end)
		space->lazy_end = area->end;
}

bool va_release(struct va_space *space, struct va_area *area)
{
	struct va_area *below = list_prev_entry(area, list), *above = list_next_entry(area, list);

	BUG_ON(area->state > VA_DYING);
	space->busy_bytes -= area->end - area->start;
	if (control(va_reused_before_flush)) {
		take_out(space, area);
		return true;
	}
	note_lazy(space, area);
	if (below->state == VA_LAZY && below->end == area->start) {
		below->end = area->end;
		take_out(space, area);
		return true;
	}
	if (above->state == VA_LAZY && above->start == area->end) {
		above->start = area->start;
		take_out(space, area);
		return true;
	}
	area->state = VA_LAZY;
	area->next_lazy = space->lazy;
	space->lazy = area;
	return false;
}

void va_abandon(struct va_space *space, struct va_area *area)
{
	space->busy_bytes -= area->end - area->start;
	take_out(space, area);
}

struct va_area *va_purge_begin(struct va_space *space, unsigned long *start, unsigned long *end)
{
	struct va_area *chain = space->lazy, *area;

	for (area = chain; area; area = area->next_lazy)
		area->state = VA_PURGING;
	*start = space->lazy_start;
	*end = space->lazy_end;
	space->lazy = NULL;
	space->lazy_bytes = 0;
	space->lazy_start = ~0ul;
	space->lazy_end = 0;
	return chain;
}

void va_purge_end(struct va_space *space, struct va_area *chain)
{
	struct va_area *area;

	for (area = chain; area; area = area->next_lazy) {
		BUG_ON(area->state != VA_PURGING);
		take_out(space, area);
	}
}

const char *va_check(const struct va_space *space)
{
	const struct va_area *area = &space->floor;
	unsigned long busy = 0, lazy = 0, floor = 0;
	size_t in_list = 1, in_tree;
	const char *wrong = avl_check(&space->tree, &in_tree);

	if (wrong)
		return wrong;
	for (floor = area->end; area != &space->ceiling; in_list++) {
		area = list_next_entry(area, list);
		if (area->start < floor || area->end < area->start)
			return "areas overlap, or are out of order";
		floor = area->end;
		if (area == &space->ceiling)
			break;
		if (area->state <= VA_DYING)
			busy += area->end - area->start;
		else if (area->state == VA_LAZY)
			lazy += area->end - area->start;
		if (area->state == VA_LAZY &&
		    (area->start < space->lazy_start || area->end > space->lazy_end))
			return "a lazy area lies outside of what will be flushed";
	}
	if (in_list != in_tree)
		return "list and tree differ";
	if (busy != space->busy_bytes)
		return "the count of busy bytes is wrong";
	if (lazy != space->lazy_bytes)
		return "the count of lazy bytes is wrong";
	return NULL;
}
