/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/preempt.h where the slab allocator is compiled on the host.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_PREEMPT_H
#define TESTS_HOST_SHADOW_SLAB_PREEMPT_H

#include "kernel/cpu/percpu.h"

extern int host_preempt_count;

#define preempt_disable()  ((void)host_preempt_count++)
#define preempt_enable()   ((void)host_preempt_count--)
#define might_sleep()      ((void)0)
#define might_sleep_hot()  ((void)0)
#define might_sleep_cold() ((void)0)
#define in_interrupt()     false

#endif /* TESTS_HOST_SHADOW_SLAB_PREEMPT_H */
