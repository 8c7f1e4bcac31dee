/* SPDX-License-Identifier: MIT */
/*
 * The conductor: the order in which loft comes to life, and its table of contents. Each line is one
 * step; read the file that it names to read on. No logic lives here.
 *
 * boot/entry.S calls kernel_main() in the higher half, with the first 8 MiB mapped, interrupts off,
 * on the boot stack.
 */
#include "bench/bench.h"
#include "boot/bootinfo.h"
#include "boot/x86.h"
#include "compat/linux/initcall.h"
#include "init/loader.h"
#include "kernel/console/console.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/cpu/power.h"
#include "kernel/cpu/smp_boot.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/tick.h"
#include "kernel/sync/workqueue.h"
#include "mm/direct_map.h"
#include "mm/fault_hint.h"
#include "mm/kmap.h"
#include "mm/kmap_atomic.h"
#include "mm/kvfree_rcu.h"
#include "mm/meminit.h"
#include "mm/page_alloc.h"
#include "mm/page_init.h"
#include "mm/page_owner.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "monitor/monitor.h"
#include "proc/smp_init.h"
#include "proc/workqueue.h"
#include "tests/kunit_boot.h"

void kernel_main(u32 magic, u32 info);

void kernel_main(u32 magic, u32 info)
{
	/* A voice, and eyes: before anything that can go wrong. */
	percpu_init();        /* each CPU's own copy of what is per CPU */
	console_init_early(); /* COM1 and the screen, polled */
	traps_init();         /* from here on a fault is a report, not a reset */
	cpu_identify();       /* what this CPU can do */
	clock_calibrate();    /* the best clock there is; time stamps */

	/* What the boot loader left, before anything overwrites it. */
	loader_read(magic, info); /* copied out and judged */
	loader_parameters();      /* the command line takes effect; the banner */

	/* Memory: from the firmware's map to page tables of our own. */
	memory_detect();              /* sanitised, then mem=, highmem=, vmalloc= */
	memory_reserve();             /* memblock: RAM, and what of it is taken */
	pgprot_init();                /* NX and global pages, if there are any */
	direct_map_init(&mem_limits); /* the identity map ends here */
	kmap_init();                  /* the window for high pages: kmap() */
	page_init(&mem_limits);       /* mem_map: a struct page for each frame; the zones */
	fault_hint_init();            /* what reports of page faults say about addresses */
	kmap_atomic_init();           /* temporary maps of high pages */
	page_owner_init();            /* page_owner=on: who holds which page */
	memblock_free_all();          /* the buddy allocator takes over; memblock retires */
	page_alloc_init();            /* per-CPU page lists, watermarks: alloc_pages() works */
	kmem_cache_init();            /* slab caches: kmalloc() works */
	vmalloc_init();               /* the window for what need not be contiguous in RAM */
	kvfree_rcu_init();            /* what is freed a grace period later */
	memory_report();              /* "virtual kernel memory layout", "Memory:" */

	/* Time and interrupts. */
	smp_detect(boot_info.rsdp, boot_info.rsdp_length); /* CPUs, APICs */
	irq_init();                                        /* I/O APICs or 8259s, masked */
	sched_init();     /* run queues; this boot is the first task */
	workqueue_init(); /* what interrupt handlers leave for threads */
	tick_init();      /* the tick, and with it timers, softirqs, RCU */
	local_irq_enable();
	smp_call_init();     /* calls between CPUs, and who may wait for them */
	console_init_late(); /* input by interrupt */

	/* How to switch the machine off: the firmware's tables know. */
	acpi_power_init(boot_info.rsdp, boot_info.rsdp_length);
	irq_verify();    /* whether the timer rings */
	tick_use_apic(); /* each CPU's own timer, where it has one */

	/* Company. */
	smp_init();        /* the other CPUs, one by one, into their idle tasks */
	workqueue_start(); /* threads that do what others hand over */

	/* Proof, then work. */
	initcalls_run();     /* module_init() functions of M=DIR */
	kunit_run_at_boot(); /* the quick set, or selftest=GLOB */
	bench_run_at_boot(); /* bench=GLOB */
	monitor_run();       /* the prompt, or exec=; does not return */
}
