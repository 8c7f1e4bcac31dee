/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/container_of.h> for foreign sources: container_of.
 */
#ifndef COMPAT_LINUX_CONTAINER_OF_H
#define COMPAT_LINUX_CONTAINER_OF_H

#include "lib/compiler.h"

#endif /* COMPAT_LINUX_CONTAINER_OF_H */
