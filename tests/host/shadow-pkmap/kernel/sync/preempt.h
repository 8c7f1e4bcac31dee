/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/preempt.h where PKMAP is compiled on the host: always thread context.
 */
#ifndef TESTS_HOST_SHADOW_PREEMPT_H
#define TESTS_HOST_SHADOW_PREEMPT_H

#include "lib/types.h"

#define NMI_MASK           1u
#define HARDIRQ_MASK       1u
#define SOFTIRQ_MASK       1u
#define __preempt_count    0u
#define might_sleep()      ((void)0)
#define might_sleep_hot()  ((void)0)
#define might_sleep_cold() ((void)0)
#define preempt_disable()  ((void)0)
#define preempt_enable()   ((void)0)
#define in_atomic()        false
#define in_nmi()           false

#endif /* TESTS_HOST_SHADOW_PREEMPT_H */
