/* SPDX-License-Identifier: MIT */
/*
 * How memory is asked for: the flags that callers pass to allocators.
 *
 * The lowest four bits say where the memory may lie and how long it stays; with them the page
 * allocator indexes a table (mm/pcp.h). The others say what the caller can bear. The names and
 * their meanings are Linux's, the bit numbers are loft's own.
 *
 *	which zone     none: Normal   DMA: below 16 MiB   HIGHMEM: anywhere, the caller maps it
 *	how long       none: stays    MOVABLE: a user's   RECLAIMABLE: a shrinker gives it back
 *	how badly      HIGH, ATOMIC: cannot wait, may use part of the reserves;
 *	               MEMALLOC: all of them
 *	what it bears  DIRECT_RECLAIM: waits while memory is made free; NORETRY: not for long;
 *	               NOFAIL: for ever, rather than to fail
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include "lib/types.h"

typedef unsigned int gfp_t;

#define __GFP_DMA            0x00001u
#define __GFP_HIGHMEM        0x00002u
#define __GFP_MOVABLE        0x00004u
#define __GFP_RECLAIMABLE    0x00008u
#define __GFP_HIGH           0x00010u
#define __GFP_ATOMIC         0x00020u
#define __GFP_IO             0x00040u /* nothing is written out yet: accepted, without effect */
#define __GFP_FS             0x00080u
#define __GFP_DIRECT_RECLAIM 0x00100u
#define __GFP_KSWAPD_RECLAIM 0x00200u /* accepted, without effect */
#define __GFP_ZERO           0x00400u /* the memory reads as zero */
#define __GFP_COMP           0x00800u /* one compound page, not 2^order single ones */
#define __GFP_NOWARN         0x01000u /* a failure is not worth a message */
#define __GFP_NORETRY        0x02000u
#define __GFP_RETRY_MAYFAIL  0x04000u
#define __GFP_NOFAIL         0x08000u
#define __GFP_NOMEMALLOC     0x10000u /* never the reserves, whatever else is said */
#define __GFP_MEMALLOC       0x20000u /* all reserves: the caller is about to free more than this */
#define __GFP_HARDWALL       0x40000u /* for a user; without effect */
#define __GFP_ACCOUNT        0x80000u /* without effect */
#define __GFP_DMA32          0u       /* nothing in low memory is above 4 GiB */
#define __GFP_WAIT           __GFP_DIRECT_RECLAIM

#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)

#define GFP_ATOMIC           (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL           (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT   (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT           __GFP_KSWAPD_RECLAIM
#define GFP_NOIO             __GFP_RECLAIM
#define GFP_NOFS             (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER             (GFP_KERNEL | __GFP_HARDWALL)
#define GFP_DMA              __GFP_DMA
#define GFP_DMA32            __GFP_DMA32
#define GFP_HIGHUSER         (GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | __GFP_MOVABLE)

#define GFP_ZONEMASK   (__GFP_DMA | __GFP_HIGHMEM)
#define GFP_ROUTE_MASK (GFP_ZONEMASK | __GFP_MOVABLE | __GFP_RECLAIMABLE)

/* May the caller sleep, and be sent to make memory free? */
static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

/*
 * gfp_text() - the flags by name, the longest composite first, as Linux's %pGg prints them
 * ("GFP_KERNEL|__GFP_ZERO"), into BUF. Returns BUF. Any context.
 */
const char *gfp_text(gfp_t gfp, char *buf, size_t size);

#endif /* MM_GFP_H */
