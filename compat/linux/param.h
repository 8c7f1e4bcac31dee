/* SPDX-License-Identifier: MIT */
/*
 * Values of module parameters out of the command line; module_param() in <linux/module.h> picks one
 * of these by the name of the type.
 */
#ifndef COMPAT_LINUX_PARAM_H
#define COMPAT_LINUX_PARAM_H

#include "lib/types.h"

/*
 * Set *PLACE from VALUE, the text after `=`, or NULL without one (only a bool takes that: true).
 * Numbers may be decimal, octal or hexadecimal. 0, -EINVAL for no such value, -ERANGE if it does
 * not fit. The text of a charp is kept, not copied: it stays valid.
 */
int param_set_byte(const char *value, unsigned char *place);
int param_set_short(const char *value, short *place);
int param_set_ushort(const char *value, unsigned short *place);
int param_set_int(const char *value, int *place);
int param_set_uint(const char *value, unsigned int *place);
int param_set_long(const char *value, long *place);
int param_set_ulong(const char *value, unsigned long *place);
int param_set_bool(const char *value, bool *place);
/* What `bool` is by then, where the macro that pastes it is expanded in another one. */
#define param_set__Bool param_set_bool
int param_set_charp(const char *value, char **place);

#endif /* COMPAT_LINUX_PARAM_H */
