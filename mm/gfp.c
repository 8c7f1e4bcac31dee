/* SPDX-License-Identifier: MIT */
/*
 * Allocation flags in words.
 */
#include "mm/gfp.h"
#include "lib/compiler.h"
#include "lib/printf.h"

/* Composites before what they are made of, so that each flag is said once and shortly. */
static const struct {
	gfp_t mask;
	const char *name;
} names[] = {
	{GFP_HIGHUSER_MOVABLE, "GFP_HIGHUSER_MOVABLE"},
	{GFP_HIGHUSER, "GFP_HIGHUSER"},
	{GFP_USER, "GFP_USER"},
	{GFP_KERNEL_ACCOUNT, "GFP_KERNEL_ACCOUNT"},
	{GFP_KERNEL, "GFP_KERNEL"},
	{GFP_NOFS, "GFP_NOFS"},
	{GFP_ATOMIC, "GFP_ATOMIC"},
	{GFP_NOIO, "GFP_NOIO"},
	{GFP_NOWAIT, "GFP_NOWAIT"},
	{__GFP_DMA, "GFP_DMA"},
	{__GFP_HIGHMEM, "__GFP_HIGHMEM"},
	{__GFP_MOVABLE, "__GFP_MOVABLE"},
	{__GFP_RECLAIMABLE, "__GFP_RECLAIMABLE"},
	{__GFP_HIGH, "__GFP_HIGH"},
	{__GFP_ATOMIC, "__GFP_ATOMIC"},
	{__GFP_IO, "__GFP_IO"},
	{__GFP_FS, "__GFP_FS"},
	{__GFP_DIRECT_RECLAIM, "__GFP_DIRECT_RECLAIM"},
	{__GFP_ZERO, "__GFP_ZERO"},
	{__GFP_COMP, "__GFP_COMP"},
	{__GFP_NOWARN, "__GFP_NOWARN"},
	{__GFP_NORETRY, "__GFP_NORETRY"},
	{__GFP_RETRY_MAYFAIL, "__GFP_RETRY_MAYFAIL"},
	{__GFP_NOFAIL, "__GFP_NOFAIL"},
	{__GFP_NOMEMALLOC, "__GFP_NOMEMALLOC"},
	{__GFP_MEMALLOC, "__GFP_MEMALLOC"},
	{__GFP_HARDWALL, "__GFP_HARDWALL"},
	{__GFP_ACCOUNT, "__GFP_ACCOUNT"},
};

const char *gfp_text(gfp_t gfp, char *buf, size_t size)
{
	size_t length = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if ((gfp & names[i].mask) != names[i].mask)
			continue;
		length += (size_t)scnprintf(buf + length, size - length, "%s%s", length ? "|" : "",
					    names[i].name);
		gfp &= ~names[i].mask;
	}
	if (gfp != 0 || length == 0)
		scnprintf(buf + length, size - length, "%s%#x", length ? "|" : "", gfp);
	return buf;
}
