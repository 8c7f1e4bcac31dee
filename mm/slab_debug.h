/* SPDX-License-Identifier: MIT */
/*
 * The bytes of debugged slabs: Linux's, so that a dump looks familiar.
 */
#ifndef MM_SLAB_DEBUG_H
#define MM_SLAB_DEBUG_H

#define SLUB_RED_INACTIVE 0xbb /* around a free object */
#define SLUB_RED_ACTIVE   0xcc /* around one in use */
#define POISON_INUSE      0x5a /* never used */
#define POISON_FREE       0x6b /* inside a free object */
#define POISON_END        0xa5 /* its last byte */

/* What caches are debugged with unless slab_debug= says otherwise. */
#ifdef CONFIG_DEBUG
#define SLAB_DEBUG_DEFAULT SLAB_DEBUG_FLAGS
#else
#define SLAB_DEBUG_DEFAULT 0
#endif

#endif /* MM_SLAB_DEBUG_H */
