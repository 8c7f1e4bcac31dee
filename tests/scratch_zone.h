/* SPDX-License-Identifier: MIT */
/*
 * A zone without memory: struct pages that describe nothing, for tests of the buddy allocator,
 * which never touches the memory it hands out. They can be used up, broken and reset; no real zone
 * notices.
 *
 * The struct pages lie in an allocated block aligned to 1024 of them, so frame numbers relative to
 * mem_map are multiples where they must be, if strange: negative ones, as unsigned long.
 */
#ifndef TESTS_SCRATCH_ZONE_H
#define TESTS_SCRATCH_ZONE_H

#include "mm/buddy.h"

#define SCRATCH_BLOCKS 16
#define SCRATCH_PAGES  (SCRATCH_BLOCKS * MAX_ORDER_NR_PAGES)

struct scratch {
	struct page *pages; /* SCRATCH_PAGES of them */
	struct zone zone;   /* the first part, and */
	struct zone next;   /* the rest, if there is a border */
	bool lazy_map;      /* for scratch_reset(): fills the struct pages with rubbish */
	u8 types[2][SCRATCH_BLOCKS];
};

/* Takes the memory for the struct pages; returns -ENOMEM if there is none. Once, before the rest.
 */
int scratch_init(struct scratch *scratch);
void scratch_exit(struct scratch *scratch);

/*
 * scratch_reset() - all pages free and all blocks movable, in one zone; or in two, of which the
 * first has BORDER pages. HOLE: that page does not exist (0: all do).
 */
void scratch_reset(struct scratch *scratch, unsigned long border, unsigned long hole);

#endif /* TESTS_SCRATCH_ZONE_H */
