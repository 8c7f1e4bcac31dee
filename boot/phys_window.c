/* SPDX-License-Identifier: MIT */
/*
 * The physical window: a fixmap page that is pointed at one frame after another.
 *
 * The fixmap's page tables are static and mapped from the first instruction, so writing an entry
 * needs neither an allocator nor a walk. See boot/layout.h for the window's address.
 */
#include "boot/phys_window.h"
#include "boot/x86.h"

static const void *window_point_at(phys_addr_t frame)
{
	entry_t *slot = FIXMAP_SLOT(FIX_PHYS_WINDOW);
	void *window = (void *)FIX_TO_VIRT(FIX_PHYS_WINDOW);

	entry_clear(slot);
	invlpg(window);
	entry_set(slot, make_entry(frame, (pgprot_t){_PAGE_PRESENT}));
	return window;
}

static void window_close(void)
{
	entry_clear(FIXMAP_SLOT(FIX_PHYS_WINDOW));
	invlpg((void *)FIX_TO_VIRT(FIX_PHYS_WINDOW));
}

bool phys_copy(void *to, phys_addr_t pa, size_t n)
{
	phys_addr_t end = pa + n;

	if (end < pa || end > PT_PHYS_LIMIT)
		return false;
	while (pa < end) {
		size_t offset = (size_t)(pa & ~PAGE_MASK);
		size_t room = PAGE_SIZE - offset;
		size_t part = (end - pa < room) ? (size_t)(end - pa) : room;
		const char *window = window_point_at(pa - offset);

		rep_movsb(to, window + offset, part);
		to = (char *)to + part;
		pa += part;
	}
	window_close();
	return true;
}

static bool read_physical(void *ctx, phys_addr_t pa, void *buf, size_t len)
{
	return phys_copy(buf, pa, len);
}

const struct phys_reader physical_memory = {read_physical, NULL};
