/* SPDX-License-Identifier: MIT */
/*
 * failslab=: the slab allocator's part of fault injection. Sizes are in bytes.
 */
#include "mm/failslab.h"
#include "boot/cmdline.h"
#include "lib/errno.h"

struct fault_attr failslab = FAULT_ATTR_INIT("failslab", NULL);

bool should_fail_slab(size_t size, gfp_t gfp)
{
	return !(gfp & __GFP_NOFAIL) && should_fail(&failslab, size);
}

void failslab_register(void (*arm)(bool armed))
{
	failslab.arm = arm;
	if (failslab.armed)
		arm(true);
}

static int set(const char *value)
{
	return value ? fault_attr_set(&failslab, value) : -EINVAL;
}
BOOT_PARAM(
	"failslab", set,
	"INTERVAL,PROBABILITY,SPACE,TIMES[,FUNCTION]: allocations of objects that fail on purpose");
