/* SPDX-License-Identifier: MIT */
/*
 * Which loft this is: the words of the banner. LOFT_VERSION comes from the Makefile.
 */
#ifndef INIT_VERSION_H
#define INIT_VERSION_H

#include "boot/pgentry.h"
#include "lib/compiler.h"

#ifdef CONFIG_DEBUG
#define VARIANT_DEBUG ", debug"
#else
#define VARIANT_DEBUG ""
#endif
#ifdef CONFIG_CONTROLS
#define VARIANT_CONTROLS ", controls"
#else
#define VARIANT_CONTROLS ""
#endif
#ifdef CONFIG_HIGHMEM
#define VARIANT_HIGHMEM ""
#else
#define VARIANT_HIGHMEM ", no highmem"
#endif
#ifdef CONFIG_LAST_PKMAP
#define VARIANT_PKMAP ", " __stringify(CONFIG_LAST_PKMAP) " pkmap slots"
#else
#define VARIANT_PKMAP ""
#endif
#ifdef CONFIG_PKMAP_COLORS
#define VARIANT_COLORS ", " __stringify(CONFIG_PKMAP_COLORS) " pkmap colours"
#else
#define VARIANT_COLORS ""
#endif

#define LOFT_BANNER                                                                                \
	"loft " LOFT_VERSION " (" PT_FORMAT_NAME VARIANT_DEBUG VARIANT_CONTROLS VARIANT_HIGHMEM    \
		VARIANT_PKMAP VARIANT_COLORS ")"

#endif
