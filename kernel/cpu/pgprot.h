/* SPDX-License-Identifier: MIT */
/*
 * The rights that mappings of the kernel get, as far as this CPU can express them.
 *
 * No-execute and global pages are features; whoever makes an entry takes one of these and need not
 * ask. Valid after pgprot_init(), constant from then on.
 */
#ifndef KERNEL_CPU_PGPROT_H
#define KERNEL_CPU_PGPROT_H

#include "boot/pgentry.h"

extern pgprot_t page_kernel;         /* data: read, write */
extern pgprot_t page_kernel_ro;      /* data: read */
extern pgprot_t page_kernel_exec;    /* code: read, execute */
extern pgprot_t page_kernel_nocache; /* devices */

#define PAGE_KERNEL         page_kernel
#define PAGE_KERNEL_RO      page_kernel_ro
#define PAGE_KERNEL_NOCACHE page_kernel_nocache

/*
 * pgprot_init() - decide the above from the boot CPU's features, and turn on no-execute. Once,
 * after cpu_identify(), before any page table that is made from them is loaded.
 */
void pgprot_init(void);

#endif
