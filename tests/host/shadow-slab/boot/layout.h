/* SPDX-License-Identifier: MIT */
/*
 * boot/layout.h, with the direct map where a process can have one: at an array's address.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_LAYOUT_H
#define TESTS_HOST_SHADOW_SLAB_LAYOUT_H

#include "../../../../boot/layout.h"

#undef PAGE_OFFSET
#define PAGE_OFFSET ((uintptr_t)host_memory)
extern unsigned char host_memory[];

#endif /* TESTS_HOST_SHADOW_SLAB_LAYOUT_H */
