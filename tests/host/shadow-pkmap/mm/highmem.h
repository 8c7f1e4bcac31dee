/* SPDX-License-Identifier: MIT */
/*
 * In the place of mm/highmem.h where PKMAP is compiled on the host: without the temporary maps.
 */
#ifndef TESTS_HOST_SHADOW_HIGHMEM_H
#define TESTS_HOST_SHADOW_HIGHMEM_H

#include "boot/x86.h"
#include "mm/kmap.h"

#endif /* TESTS_HOST_SHADOW_HIGHMEM_H */
