/* SPDX-License-Identifier: MIT */
/*
 * Demonstrations: `demo NAME` shows a part of loft at work.
 */
#ifndef MONITOR_DEMO_H
#define MONITOR_DEMO_H

/* One page of high memory through every kind of mapping. 0, or nonzero if it cannot. */
int demo_highmem(void);

#endif
