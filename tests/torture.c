/* SPDX-License-Identifier: MIT */
/*
 * torture=SECONDS. See torture.h.
 */
#include "tests/torture.h"
#include "boot/cmdline.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"

static unsigned int seconds = 5;

unsigned int torture_seconds(void)
{
	return seconds;
}

struct torture torture_begin_share(unsigned int n)
{
	return (struct torture){.end = clock_ns() + div_u64((u64)seconds * 1000000000, n)};
}

struct torture torture_begin(void)
{
	return torture_begin_share(1);
}

static int set_torture(const char *value)
{
	return value ? kstrtouint(value, 0, &seconds) : -EINVAL;
}
BOOT_PARAM("torture", set_torture, "SECONDS that each torture among the tests takes (default 5)");
