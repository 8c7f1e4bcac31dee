/* SPDX-License-Identifier: MIT */
/*
 * What tells a boot loader that this file is a kernel: a Multiboot 1 and a Multiboot 2 header, as
 * assembler macros. Both ask for page-aligned modules and a memory map; neither gives load
 * addresses, the ELF headers do. No video mode is asked for: text is what we mirror.
 */
#ifndef BOOT_MULTIBOOT_HEADER_H
#define BOOT_MULTIBOOT_HEADER_H

/* In the first 8 KiB of the file, 4-byte aligned [MB1 3.1]. */
#define MB1_HEADER_MAGIC 0x1badb002
#define MB1_PAGE_ALIGN   0x00000001
#define MB1_MEMORY_INFO  0x00000002
#define MB1_FLAGS        (MB1_PAGE_ALIGN | MB1_MEMORY_INFO)

/* In the first 32 KiB of the file, 8-byte aligned [MB2 3.1]. */
#define MB2_HEADER_MAGIC 0xe85250d6
#define MB2_ARCH_I386    0

/* What we cannot do without, as CPUID.1:EDX bits: CMPXCHG8B, PAE, CMOV (the PAE image is i686). */
#define CPUID_NEEDED ((1 << 6) | (1 << 8) | (1 << 15))

/* clang-format off */
#ifdef __ASSEMBLER__
	.macro MULTIBOOT1_HEADER
	.balign 4
	.long MB1_HEADER_MAGIC
	.long MB1_FLAGS
	.long -(MB1_HEADER_MAGIC + MB1_FLAGS)
	.endm

	.macro MULTIBOOT2_HEADER
	.balign 8
mb2_header:
	.long MB2_HEADER_MAGIC
	.long MB2_ARCH_I386
	.long mb2_header_end - mb2_header
	.long -(MB2_HEADER_MAGIC + MB2_ARCH_I386 + (mb2_header_end - mb2_header))
	/* Information request: command line, loader, modules, sizes, map [MB2 3.1.3]. */
	.balign 8
	.short 1, 0
	.long 28
	.long 1, 2, 3, 4, 6
	/* The same, optional: framebuffer kind and both RSDPs. */
	.balign 8
	.short 1, 1
	.long 20
	.long 8, 14, 15
	/* Modules page aligned [MB2 3.1.11]. */
	.balign 8
	.short 6, 0
	.long 8
	/* End. */
	.balign 8
	.short 0, 0
	.long 8
mb2_header_end:
	.endm
#endif
/* clang-format on */

#endif
