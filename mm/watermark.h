/* SPDX-License-Identifier: MIT */
/*
 * Watermarks: how much of a zone must stay free, and from whom.
 *
 *	free pages
 *	  |  high   nothing to worry about
 *	  |  low    below it a zone is passed over while others have more
 *	  |  min    below it only those get memory who cannot wait: __GFP_HIGH down to a half,
 *	  |         atomic ones down to 3/8, __GFP_MEMALLOC down to nothing
 *	  0
 *
 * A request that could have been served from a higher zone meets lowmem_reserve on top of the mark:
 * or else user pages, which can lie anywhere, would use up what only low memory can serve.
 *
 * Formulas are those of Linux 6.1. Reading is lock-free: the numbers may be a little old.
 */
#ifndef MM_WATERMARK_H
#define MM_WATERMARK_H

#include "lib/control.h"
#include "mm/buddy.h"
#include "mm/gfp.h"

/* How far below the mark a request may go. */
#define ALLOC_HIGH          0x1u /* half of the mark */
#define ALLOC_HARDER        0x2u /* a further quarter; and the HIGHATOMIC page blocks */
#define ALLOC_NO_WATERMARKS 0x4u /* all of it */

extern unsigned long min_free_kbytes;
extern unsigned int watermark_scale_factor;                    /* in 1/10000 of a zone */
extern unsigned int sysctl_lowmem_reserve_ratio[MAX_NR_ZONES]; /* 0: no reserve */

/*
 * watermark_init() - min_free_kbytes from the size of low memory, then all marks and reserves.
 * setup_per_zone_wmarks(), setup_per_zone_lowmem_reserve() - again, from the variables above.
 */
void watermark_init(void);
void setup_per_zone_wmarks(void);
void setup_per_zone_lowmem_reserve(void);

/*
 * zone_watermark_ok() - may 2^ORDER pages of ZONE go to a request whose highest zone is HIGHEST,
 * given MARK (in pages) and ALLOC_ flags? For an order above 0 there must be such a block too.
 */
bool zone_watermark_ok(const struct zone *zone, unsigned int order, unsigned long mark,
		       enum zone_type highest, unsigned int alloc_flags);

#endif /* MM_WATERMARK_H */
