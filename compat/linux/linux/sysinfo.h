/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sysinfo.h> for foreign sources: how much RAM there is.
 */
#ifndef COMPAT_LINUX_SYSINFO_H
#define COMPAT_LINUX_SYSINFO_H

/* Sizes are in units of mem_unit bytes. si_meminfo() of <linux/mm.h> fills it. */
struct sysinfo {
	long uptime;
	unsigned long loads[3];
	unsigned long totalram, freeram, sharedram, bufferram;
	unsigned long totalswap, freeswap;
	unsigned short procs;
	unsigned long totalhigh, freehigh;
	unsigned int mem_unit;
};

#endif /* COMPAT_LINUX_SYSINFO_H */
