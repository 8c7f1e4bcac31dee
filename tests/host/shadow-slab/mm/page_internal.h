/* SPDX-License-Identifier: MIT */
/* In the place of mm/page_internal.h: nothing more than what mm/page_alloc.h has here. */
#include "mm/page_alloc.h"
