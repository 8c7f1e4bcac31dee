/* SPDX-License-Identifier: MIT */
/*
 * What lies where in physical memory, in the format of Linux's /proc/iomem.
 */
#ifndef MM_IOMEM_H
#define MM_IOMEM_H

/* iomem_show() - the firmware's regions, and below each the image's parts and the modules in it. */
void iomem_show(void (*print_line)(const char *fmt, ...));

#endif
