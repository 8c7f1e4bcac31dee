/* SPDX-License-Identifier: MIT */
/*
 * The whole address space, in one place.
 *
 * Readable by C, by the assembler and by the linker script, so everything above the C part is
 * plain #defines of 32-bit constants. From the top of memory downwards:
 *
 *   0xffffffff +--------------------------+
 *              | hole: FIX_HOLE           |  never mapped: a NULL - 1 access faults
 *   FIXADDR_TOP 0xfffff000 ---------------+
 *              | fixmap                   |  compile-time addresses: one page an index, downwards
 *   FIXADDR_START ------------------------+
 *              | (rest of a page table)   |  never mapped
 *   PKMAP_END  +--------------------------+
 *              | PKMAP, LAST_PKMAP pages  |  kmap(): exactly one page table
 *   PKMAP_BASE +--------------------------+
 *              | two guard pages          |  never mapped
 *   VMALLOC_END +-------------------------+
 *              | vmalloc                  |
 *   VMALLOC_START ------------------------+
 *              | 8 MiB hole               |  VMALLOC_OFFSET: catches a run off the direct map
 *   high_memory +-------------------------+  at most PAGE_OFFSET + MAXMEM_DEFAULT
 *              | direct map               |  physical 0 .. max_low_pfn; the kernel image lies in it
 *   PAGE_OFFSET 0xc0000000 ---------------+
 *              | one process              |
 *   0x00000000 +--------------------------+  page 0 is never mapped
 *
 * VMALLOC_START, high_memory and MAXMEM depend on RAM and on vmalloc=; boot/memlimits.h computes
 * them from the constants here. Everything above VMALLOC_END is fixed when loft is compiled.
 */
#ifndef BOOT_LAYOUT_H
#define BOOT_LAYOUT_H

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1 << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

/*
 * What one entry of the level above a page table spans: 4 MiB with 1024 four-byte entries a
 * table, 2 MiB with 512 eight-byte entries (PAE) [SDM3 4.3, 4.4].
 */
#ifdef CONFIG_PAE
#define PTRS_PER_PTE 512
#define PMD_SHIFT    21
#define PTE_BYTES    8
#else
#define PTRS_PER_PTE 1024
#define PMD_SHIFT    22
#define PTE_BYTES    4
#endif
#define PMD_SIZE (1 << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))

/* The 3G/1G split. */
#define PAGE_OFFSET     0xc0000000
#define KERNEL_SPAN     0x40000000 /* bytes from PAGE_OFFSET to the end of the address space */
#define RESERVE_DEFAULT 0x08000000 /* what everything above the direct map gets: 128 MiB */
#define MAXMEM_DEFAULT  (KERNEL_SPAN - RESERVE_DEFAULT) /* 896 MiB */
#define VMALLOC_OFFSET  0x00800000
#define VMALLOC_GUARD   (2 * PAGE_SIZE)

/* Where the loader puts the image, and how much of physical memory boot/entry.S maps at first. */
#define KERNEL_PHYS_BASE 0x00100000
#define EARLY_MAP_SIZE   0x00800000

/* The smallest machine loft agrees to run on. */
#define MIN_RAM_BYTES 0x00c00000

#define NR_CPUS 32

/*
 * Temporary mappings a CPU: 20 deep. Debug builds leave an unmapped guard page beside each slot,
 * so an access past the end of a kmap_atomic page faults: stride 2, 41 indices a CPU.
 */
#ifdef CONFIG_DEBUG
#define KM_INCR    2
#define KM_TYPE_NR 41
#else
#define KM_INCR    1
#define KM_TYPE_NR 20
#endif
#define KM_LEGACY_TYPE_NR 16 /* slots a CPU for kmap_atomic_type(), the interface of Linux 2.6 */

/*
 * Fixmap indices. Index i lives at FIXADDR_TOP - i * PAGE_SIZE; bigger index, lower address.
 */
#define FIX_HOLE              0
#define FIX_APIC_BASE         1
#define FIX_IO_APIC_BASE_0    2
#define FIX_IO_APIC_NR        4
#define FIX_PHYS_WINDOW       6 /* boot/phys_window.c: looks at one physical page */
#define FIX_TABLE_WINDOW      7 /* mm/direct_map.c: fills page tables before they are mapped */
#define FIX_IO_BEGIN          8 /* early I/O maps: ACPI tables and devices */
#define FIX_IO_NR             24
#define FIX_KMAP_BEGIN        32
#define FIX_KMAP_NR           (KM_TYPE_NR * NR_CPUS)
#define FIX_KMAP_LEGACY_BEGIN (FIX_KMAP_BEGIN + FIX_KMAP_NR)
#define FIX_KMAP_LEGACY_NR    (KM_LEGACY_TYPE_NR * NR_CPUS)
#define FIX_END               (FIX_KMAP_LEGACY_BEGIN + FIX_KMAP_LEGACY_NR)

#define FIXADDR_TOP       0xfffff000
#define FIX_TO_VIRT(i)    (FIXADDR_TOP - ((i) << PAGE_SHIFT))
#define FIXADDR_START     FIX_TO_VIRT(FIX_END - 1)
#define FIXMAP_TABLE_BASE (FIXADDR_START & PMD_MASK)
#define FIXMAP_TABLES     (((0xffffffff - FIXMAP_TABLE_BASE) >> PMD_SHIFT) + 1)

/*
 * PKMAP: one whole page table right below those of the fixmap. Debug builds leave a guard page
 * behind each slot, so there the table has room for half as many.
 */
#ifdef CONFIG_DEBUG
#define PKMAP_INCR_SHIFT 1
#else
#define PKMAP_INCR_SHIFT 0
#endif
#define PKMAP_INCR (1 << PKMAP_INCR_SHIFT)
#ifdef CONFIG_LAST_PKMAP
#define LAST_PKMAP CONFIG_LAST_PKMAP
#else
#define LAST_PKMAP (PTRS_PER_PTE / PKMAP_INCR)
#endif
#ifdef CONFIG_PKMAP_COLORS
#define PKMAP_COLORS CONFIG_PKMAP_COLORS
#else
#define PKMAP_COLORS 1
#endif
#define PKMAP_BASE  (FIXMAP_TABLE_BASE - PMD_SIZE)
#define PKMAP_END   (PKMAP_BASE + (LAST_PKMAP << (PAGE_SHIFT + PKMAP_INCR_SHIFT)))
#define VMALLOC_END (PKMAP_BASE - VMALLOC_GUARD)

/* Segment selectors; kernel/cpu/gdt.h draws the table. */
#define KERNEL_CS  0x08
#define KERNEL_DS  0x10
#define PERCPU_SEL 0x38 /* %fs: this CPU's data */

#if !defined(__ASSEMBLER__) && !defined(LINKER_SCRIPT)
#include "lib/types.h"
#include "lib/compiler.h"

static_assert(FIX_TO_VIRT(FIX_HOLE) == FIXADDR_TOP, "index 0 is the top page");
static_assert(PKMAP_END <= FIXMAP_TABLE_BASE, "PKMAP and fixmap overlap");
static_assert((PKMAP_BASE & ~PMD_MASK) == 0, "PKMAP starts a page table");
static_assert((LAST_PKMAP & (LAST_PKMAP - 1)) == 0, "LAST_PKMAP is a power of two");
static_assert(LAST_PKMAP * PKMAP_INCR <= PTRS_PER_PTE, "PKMAP fits one page table");
static_assert((PKMAP_COLORS & (PKMAP_COLORS - 1)) == 0 && PKMAP_COLORS <= LAST_PKMAP,
	      "each colour has as many slots");
static_assert(KM_TYPE_NR >= 20 * KM_INCR, "20 temporary mappings a CPU");
static_assert(PAGE_OFFSET + MAXMEM_DEFAULT + VMALLOC_OFFSET < VMALLOC_END, "vmalloc has room");

/* PKMAP slot to address and back; any address in the slot's page will do. */
#define PKMAP_ADDR(nr)                                                                             \
	((unsigned long)PKMAP_BASE + ((unsigned long)(nr) << (PAGE_SHIFT + PKMAP_INCR_SHIFT)))
#define PKMAP_NR(va)                                                                               \
	((unsigned int)(((unsigned long)(va)-PKMAP_BASE) >> (PAGE_SHIFT + PKMAP_INCR_SHIFT)))

/* The linker script says where the image's parts lie; all page aligned. */
extern char __image_start[], __text_start[], __text_end[], __rodata_start[], __rodata_end[];
extern char __data_start[], __data_end[], __bss_start[], __bss_end[], __image_end[];
extern char __percpu_start[], __percpu_end[];

/*
 * Direct-map conversions: only for addresses in [PAGE_OFFSET, high_memory) and for the image.
 * A physical address above the direct map has no virtual one; a u64 argument of __va() above
 * 4 GiB is a bug of the caller.
 */
static inline phys_addr_t __pa(const volatile void *va)
{
	return (phys_addr_t)((uintptr_t)va - PAGE_OFFSET);
}

static inline void *__va(phys_addr_t pa)
{
	return (void *)(uintptr_t)(pa + PAGE_OFFSET);
}

#define PFN_DOWN(pa) ((unsigned long)((phys_addr_t)(pa) >> PAGE_SHIFT))
#define PFN_UP(pa)   ((unsigned long)(((phys_addr_t)(pa) + PAGE_SIZE - 1) >> PAGE_SHIFT))
#define PFN_PHYS(n)  ((phys_addr_t)(n) << PAGE_SHIFT)
#endif

#endif
