/* SPDX-License-Identifier: MIT */
/*
 * mem=, highmem= and vmalloc= of the real command line: the glue between the table of parameters
 * and the pure policy in memlimits.c. The setters accept anything; memlimits_compute() judges it,
 * when the map is known and there is something to compare with.
 */
#include "boot/cmdline.h"
#include "boot/memlimits.h"

struct mem_request boot_mem_request;

static int set_mem(const char *value)
{
	mem_request_mem(&boot_mem_request, value);
	return 0;
}

static int set_highmem(const char *value)
{
	mem_request_highmem(&boot_mem_request, value);
	return 0;
}

static int set_vmalloc(const char *value)
{
	mem_request_vmalloc(&boot_mem_request, value);
	return 0;
}

BOOT_PARAM("mem", set_mem, "SIZE: use RAM below this address; or nopentium: no large pages");
BOOT_PARAM("highmem", set_highmem, "SIZE: how much high memory there is to be");
BOOT_PARAM("vmalloc", set_vmalloc, "SIZE: the least that the vmalloc area is to have");
