/* SPDX-License-Identifier: MIT */
/*
 * Module parameters: see compat/linux/param.h. The base of a number is told by its prefix, so that
 * 0x10 and 16 are the same.
 */
#include "compat/linux/param.h"

#include "lib/errno.h"
#include "lib/kstrtox.h"

int param_set_byte(const char *value, unsigned char *place)
{
	return value ? kstrtou8(value, 0, place) : -EINVAL;
}

int param_set_short(const char *value, short *place)
{
	return value ? kstrtos16(value, 0, place) : -EINVAL;
}

int param_set_ushort(const char *value, unsigned short *place)
{
	return value ? kstrtou16(value, 0, place) : -EINVAL;
}

int param_set_int(const char *value, int *place)
{
	return value ? kstrtoint(value, 0, place) : -EINVAL;
}

int param_set_uint(const char *value, unsigned int *place)
{
	return value ? kstrtouint(value, 0, place) : -EINVAL;
}

int param_set_long(const char *value, long *place)
{
	return value ? kstrtol(value, 0, place) : -EINVAL;
}

int param_set_ulong(const char *value, unsigned long *place)
{
	return value ? kstrtoul(value, 0, place) : -EINVAL;
}

int param_set_bool(const char *value, bool *place)
{
	return kstrtobool(value ? value : "1", place);
}

int param_set_charp(const char *value, char **place)
{
	if (!value)
		return -EINVAL;
	*place = (char *)value;
	return 0;
}
