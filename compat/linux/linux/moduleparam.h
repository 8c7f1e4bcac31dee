/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/moduleparam.h> for foreign sources: parameters of modules.
 */
#ifndef COMPAT_LINUX_MODULEPARAM_H
#define COMPAT_LINUX_MODULEPARAM_H

#include "linux/module.h"

#endif /* COMPAT_LINUX_MODULEPARAM_H */
