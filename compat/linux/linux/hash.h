/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/hash.h> for foreign sources: integer hashes.
 */
#ifndef COMPAT_LINUX_HASH_H
#define COMPAT_LINUX_HASH_H

#include "lib/hash.h"

#endif /* COMPAT_LINUX_HASH_H */
