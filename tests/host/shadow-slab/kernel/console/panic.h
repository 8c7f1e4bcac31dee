/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/console/panic.h where the slab allocator is compiled on the host.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_PANIC_H
#define TESTS_HOST_SHADOW_SLAB_PANIC_H

#include "lib/bug.h"

#define panic(...) BUG()

#endif /* TESTS_HOST_SHADOW_SLAB_PANIC_H */
