/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/completion.h> for foreign sources: waiting until something has happened.
 */
#ifndef COMPAT_LINUX_COMPLETION_H
#define COMPAT_LINUX_COMPLETION_H

#include "kernel/sync/completion.h"
#include "linux/wait.h"

#endif /* COMPAT_LINUX_COMPLETION_H */
