/* SPDX-License-Identifier: MIT */
/*
 * The spin lock's memory, apart from its operations, so that a structure can hold one without
 * needing a machine: pure code that is also built for the host includes only this.
 */
#ifndef KERNEL_SYNC_SPINLOCK_TYPES_H
#define KERNEL_SYNC_SPINLOCK_TYPES_H

#include "lib/types.h"

/* All zero is an unlocked lock; spinlock.h draws the word. */
typedef struct {
	union {
		u32 ticket;
		struct {
			u16 owner;
			u16 next;
		};
	};
} spinlock_t;

#endif
