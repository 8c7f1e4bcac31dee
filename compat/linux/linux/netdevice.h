/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/netdevice.h> for foreign sources: the allocators that network drivers use.
 */
#ifndef COMPAT_LINUX_NETDEVICE_H
#define COMPAT_LINUX_NETDEVICE_H

#include "linux/bug.h"
#include "linux/delay.h"
#include "linux/errno.h"
#include "linux/kernel.h"
#include "linux/mm.h"
#include "linux/page_frag_cache.h"
#include "linux/percpu.h"
#include "linux/slab.h"
#include "linux/spinlock.h"

#endif /* COMPAT_LINUX_NETDEVICE_H */
