/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/page_ref.h> for foreign sources: who uses a page.
 */
#ifndef COMPAT_LINUX_PAGE_REF_H
#define COMPAT_LINUX_PAGE_REF_H

#include "linux/page-flags.h"
#include "mm/page_ref.h"

#endif /* COMPAT_LINUX_PAGE_REF_H */
