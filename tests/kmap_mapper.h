/* SPDX-License-Identifier: MIT */
/*
 * A full PKMAP window, and tasks that wait for a slot of it.
 */
#ifndef TESTS_KMAP_MAPPER_H
#define TESTS_KMAP_MAPPER_H

#include "mm/pkmap_internal.h"
#include "tests/held_thread.h"
#include "tests/pkmap_pages.h"

#define SLOTS (LAST_PKMAP / PKMAP_COLORS) /* of one colour */

/* A task that maps a page, says so, and unmaps it when it is told to. */
struct mapper {
	struct page *page;
	struct task_struct *task;
	void *va; /* NULL: still waits */
	bool go_on;
};

static inline int map_page(void *data)
{
	struct mapper *mapper = data;

	WRITE_ONCE(mapper->va, kmap(mapper->page));
	while (!READ_ONCE(mapper->go_on) && !kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	kunmap(mapper->page);
	return 0;
}

/*
 * end_mappers() - tells all first: one that still waits for its slot, because something is broken,
 * gets one when the others have given theirs back.
 */
static inline void end_mappers(struct mapper *mappers, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		WRITE_ONCE(mappers[i].go_on, true);
	for (unsigned int i = 0; i < n; i++)
		thread_end(mappers[i].task);
}

/*
 * fill_window() - all slots of colour 0 in use, each page with its number in it; @spare pages more,
 * of the same colour, follow in the array.
 */
static inline struct page **fill_window(struct kunit *test, unsigned int spare)
{
	struct page **pages = kmap_test_pages(test, SLOTS + spare, 0);

	for (unsigned int i = 0; i < SLOTS; i++)
		*(u32 *)kmap(pages[i]) = i;
	return pages;
}

#endif
