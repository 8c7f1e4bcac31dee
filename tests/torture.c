/* SPDX-License-Identifier: MIT */
/*
 * torture=SECONDS, and everybody's share. See torture.h.
 */
#include "tests/torture.h"
#include "boot/cmdline.h"
#include "kernel/sync/jiffies.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/string.h"

/* In linker.ld: a byte for each torture. */
extern const char __tortures_start[], __tortures_end[];

static unsigned int seconds = 5;
static bool for_each;

struct torture torture_share(unsigned int n)
{
	unsigned int tortures = (unsigned int)(__tortures_end - __tortures_start);

	return (struct torture){.end = clock_ns() + div_u64((u64)seconds * NSEC_PER_SEC,
							    n * (for_each ? 1 : tortures))};
}

bool torture_is_long(void)
{
	return seconds >= 60;
}

long torture_ticks_left(const struct torture *t)
{
	u64 now = clock_ns();

	return now < t->end ? (long)div_u64((t->end - now) * HZ, NSEC_PER_SEC) + 1 : 0;
}

/* @value: SECONDS, or SECONDS,each. */
static int set_torture(const char *value)
{
	char number[12];
	const char *comma;

	if (!value)
		return -EINVAL;
	comma = strchr(value, ',');
	if (!comma)
		return kstrtouint(value, 0, &seconds);
	if (strcmp(comma, ",each") != 0 || (size_t)(comma - value) >= sizeof(number))
		return -EINVAL;
	memcpy(number, value, (size_t)(comma - value));
	number[comma - value] = '\0';
	for_each = true;
	return kstrtouint(number, 0, &seconds);
}
BOOT_PARAM("torture", set_torture,
	   "SECONDS for all tortures among the tests together (5); SECONDS,each: for every one");
