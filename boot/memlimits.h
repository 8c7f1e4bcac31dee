/* SPDX-License-Identifier: MIT */
/*
 * How much memory there is, and where it is cut: the policy behind mem=, highmem= and vmalloc=.
 *
 * Frames are numbered from 0 to max_pfn. Those below max_low_pfn are in the direct map for ever
 * (low memory, zones DMA and Normal); the rest is high memory, seen through windows only. Both
 * cuts follow from the map, from what this image and CPU can address, and from the three
 * parameters; this file is the one place that knows how. In this order:
 *
 *   1. RAM above 4 GiB (64 GiB with PAE), or above what the CPU's address lines reach, is dropped.
 *   2. mem=SIZE        drops RAM at physical addresses from SIZE on.
 *   3. vmalloc=SIZE    widens the reserve above the direct map: vmalloc area of at least SIZE, the
 *                      8 MiB hole, guards, PKMAP, fixmap; rounded up to 4 MiB, never below 128 MiB.
 *                      What is left of the last GiB is the most the direct map can hold.
 *   4. highmem=SIZE    RAM fits the direct map: the top SIZE of it becomes high memory.
 *                      It does not fit: only SIZE of the high memory is used.
 *
 * A parameter that makes no sense is refused: one line with its cause, the numbers and what to do
 * instead, and then everything is as if it had not been given. Pure; the parameters come in as
 * text, so that nothing has to be printed while the command line is read.
 */
#ifndef BOOT_MEMLIMITS_H
#define BOOT_MEMLIMITS_H

#include "boot/bootinfo.h"
#include "boot/memmap.h"
#include "lib/types.h"

/* What was asked for: the text after `=`, NULL if the parameter was not given. */
struct mem_request {
	const char *mem;
	const char *mem_refused; /* a mem= that cannot act; another one still may */
	const char *highmem;
	const char *vmalloc;
	bool nopentium; /* mem=nopentium: no large pages */
};

/* What the image and the CPU can do. */
#ifdef CONFIG_HIGHMEM
#define NO_HIGHMEM false
#else
#define NO_HIGHMEM true
#endif

struct mem_machine {
	bool pae;               /* 64-bit page-table entries */
	unsigned int phys_bits; /* physical address bits of the CPU; 0: 32 without PAE, 36 with */
	bool no_highmem;        /* a kernel built with HIGHMEM=0: low memory only */
};

enum zone_index { ZONE_INDEX_DMA, ZONE_INDEX_NORMAL, ZONE_INDEX_HIGHMEM, ZONE_INDEX_COUNT };

/*
 * The result. max_low_pfn <= max_pfn; low memory is [0, max_low_pfn), all virtual addresses are
 * 32-bit numbers (this code also runs on a 64-bit host), ends are exclusive.
 */
struct mem_limits {
	unsigned long max_pfn;     /* first frame after the last RAM that is used */
	unsigned long max_low_pfn; /* first frame after low memory */
	u64 max_lowmem;            /* MAXMEM: the most bytes the direct map could hold */
	u32 high_memory;           /* PAGE_OFFSET + max_low_pfn pages */
	u32 vmalloc_start;         /* VMALLOC_OFFSET above high_memory */
	u32 vmalloc_end;
	unsigned long zone_end_pfn[ZONE_INDEX_COUNT]; /* a zone starts where the one below ends */
	u64 total_bytes; /* RAM that is used, in pages, without holes */
	u64 high_bytes;  /* of these, in high memory */
	bool no_large_pages;
};

/*
 * Reads one parameter into REQUEST; VALUE is what cmdline_apply() hands to a setter and must stay
 * valid. The smallest of several mem= acts; of the others the last one does. Never fails: nonsense
 * is judged, and named, by memlimits_compute().
 */
void mem_request_mem(struct mem_request *request, const char *value);
void mem_request_highmem(struct mem_request *request, const char *value);
void mem_request_vmalloc(struct mem_request *request, const char *value);

/*
 * Decides, and takes the RAM that is not used out of *MAP. Says what is dropped or refused through
 * SAY (may be NULL), one line each.
 * Returns 0, or -ENOMEM if less than MIN_RAM_BYTES is left in low memory, where everything begins;
 * the line said then names the need, what was found and the remedy. *OUT is filled in both cases.
 */
int memlimits_compute(struct mem_map *map, const struct mem_request *request,
		      const struct mem_machine *machine, const struct boot_say *say,
		      struct mem_limits *out);

/* What mem=, highmem= and vmalloc= of the real command line asked for; boot/memparams.c. */
extern struct mem_request boot_mem_request;

#endif /* BOOT_MEMLIMITS_H */
