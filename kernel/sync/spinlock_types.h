/* SPDX-License-Identifier: MIT */
/*
 * The shape of a spin lock, for structures that have one; what can be done with it is in
 * spinlock.h.
 */
#ifndef KERNEL_SYNC_SPINLOCK_TYPES_H
#define KERNEL_SYNC_SPINLOCK_TYPES_H

#include "lib/types.h"

/*
 * A ticket lock: who wants it takes the number `next` and waits until `owner` says it. Equal
 * numbers: nobody has it. All zeroes is an unlocked lock.
 */
typedef struct spinlock {
	u16 owner;
	u16 next;
} spinlock_t;

#endif /* KERNEL_SYNC_SPINLOCK_TYPES_H */
