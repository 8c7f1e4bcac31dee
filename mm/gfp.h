/* SPDX-License-Identifier: MIT */
/*
 * How memory is asked for: the flags that callers pass to allocators. The bit numbers are loft's
 * own; the names and what they ask for are Linux's. The page allocator gives the rest of them their
 * meaning; until it exists only __GFP_ZERO has one.
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include "lib/types.h"

typedef unsigned int gfp_t;

#define __GFP_ZERO 0x01u /* the memory reads as zero */
#define __GFP_WAIT 0x02u /* the caller can wait for memory to become free */
#define __GFP_HIGH 0x04u /* the caller cannot wait and may use reserves */

#define __GFP_NOFAIL 0x08u /* the caller cannot bear a failure */
#define __GFP_NOWARN 0x10u /* a failure is not worth a message */

#define GFP_KERNEL __GFP_WAIT
#define GFP_ATOMIC __GFP_HIGH
#define GFP_NOWAIT 0u

#endif /* MM_GFP_H */
