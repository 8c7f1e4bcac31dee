/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/softirq.h where PKMAP is compiled on the host: no NMI comes there.
 */
#ifndef TESTS_HOST_SHADOW_SOFTIRQ_H
#define TESTS_HOST_SHADOW_SOFTIRQ_H

#define open_softirq(nr, action) ((void)(action))
#define raise_softirq_irqoff(nr) ((void)0)

#endif /* TESTS_HOST_SHADOW_SOFTIRQ_H */
