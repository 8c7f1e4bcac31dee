/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader to C.
 *
 * The loader jumps here with paging off, EAX = its magic, EBX = the physical address of its
 * information block, and no promise about the stack, the GDT or the other segments than flat ones
 * [MB1 3.2] [MB2 3.3]. We are linked at PAGE_OFFSET + 1 MiB but run at 1 MiB until paging is on,
 * so each symbol is used through PHYS() up to the jump.
 *
 * The first page tables are simple: the first EARLY_MAP_SIZE bytes of memory in 4 KiB pages (every
 * CPU has those), seen both at 0 (we are executing there) and at PAGE_OFFSET, and the static
 * tables of the fixmap. mm/direct_map.c replaces them; the map at 0 goes then.
 *
 * EBP holds the magic until C takes it; EDI the information block, and from the clearing of the .bss
 * on EBX, since that and the page tables need EDI.
 */
#include "boot/layout.h"
#include "boot/pgentry.h"
#include "boot/multiboot_header.h"
#include "boot/x86_bits.h"

#define PHYS(symbol)  ((symbol) - PAGE_OFFSET)
#define EARLY_TABLES  (EARLY_MAP_SIZE / PMD_SIZE)
#define DIR_INDEX(va) (((va) >> PMD_SHIFT) & (PTRS_PER_PTE - 1))
#define TABLE_FLAGS   (_PAGE_PRESENT | _PAGE_RW)

	.section .multiboot, "a"
	MULTIBOOT1_HEADER
	MULTIBOOT2_HEADER

	.section .text.entry, "ax"
	.globl _start
	.type _start, @function
_start:
	cli
	cld
	movl %eax, %ebp
	movl %ebx, %edi
	movl $PHYS(boot_stack_top), %esp

	call check_cpu

	/* Loaders zero the .bss, but nothing here rests on their care: it is one instruction. */
	movl %edi, %ebx
	movl $PHYS(__bss_start), %edi
	movl $PHYS(__bss_end), %ecx
	subl %edi, %ecx
	shrl $2, %ecx
	xorl %eax, %eax
	rep stosl

	/* EDI walks the early page tables, EAX the frames. */
	movl $PHYS(boot_tables), %edi
	movl $TABLE_FLAGS, %eax
	movl $(EARLY_MAP_SIZE / PAGE_SIZE), %ecx
1:	movl %eax, (%edi)
	addl $PTE_BYTES, %edi
	addl $PAGE_SIZE, %eax
	loop 1b

	/* The directory: the early tables at 0 and at PAGE_OFFSET, the fixmap's tables at the top. */
	movl $(PHYS(boot_tables) + TABLE_FLAGS), %eax
	movl $(PHYS(boot_directory) + DIR_INDEX(0) * PTE_BYTES), %edi
	movl $(PHYS(boot_directory) + DIR_INDEX(PAGE_OFFSET) * PTE_BYTES), %edx
	movl $EARLY_TABLES, %ecx
1:	movl %eax, (%edi)
	movl %eax, (%edx)
	addl $PTE_BYTES, %edi
	addl $PTE_BYTES, %edx
	addl $PAGE_SIZE, %eax
	loop 1b

	movl $(PHYS(fixmap_tables) + TABLE_FLAGS), %eax
	movl $(PHYS(boot_directory) + DIR_INDEX(FIXMAP_TABLE_BASE) * PTE_BYTES), %edi
	movl $FIXMAP_TABLES, %ecx
1:	movl %eax, (%edi)
	addl $PTE_BYTES, %edi
	addl $PAGE_SIZE, %eax
	loop 1b

	.if PTE_BYTES == 8
	/* Both the first and the last gigabyte go through the one directory [SDM3 4.4.1]. */
	movl $(PHYS(boot_directory) + _PAGE_PRESENT), PHYS(boot_pdpt)
	movl $(PHYS(boot_directory) + _PAGE_PRESENT), PHYS(boot_pdpt) + 24
	movl $PHYS(boot_pdpt), %eax
	movl %cr4, %ecx
	orl $(CR4_PAE | CR4_PSE), %ecx
	movl %ecx, %cr4
	.else
	movl $PHYS(boot_directory), %eax
	.endif
	/* After CR4: an emulator that loads the PDPT at this move must know its format by then. */
	movl %eax, %cr3

	/* Paging with write protection, numeric errors the modern way, no x87 (the kernel has none). */
	movl %cr0, %eax
	andl $~(CR0_TS), %eax
	orl $(CR0_PG | CR0_WP | CR0_NE | CR0_EM), %eax
	movl %eax, %cr0

	movl $1f, %eax
	jmp *%eax
1:	movl $boot_stack_top, %esp
	movl %ebp, %eax
	xorl %ebp, %ebp		/* the end of every backtrace */
	pushl %ebp
	pushl %ebp		/* keeps ESP 16-byte aligned at the call, as the ABI wants */
	pushl %ebx
	pushl %eax
	call kernel_main
2:	hlt
	jmp 2b
	.size _start, . - _start

/*
 * check_cpu - leave with a clear message on a CPU this image cannot run on. Clobbers EAX-EDX, ESI.
 * A 386 cannot toggle EFLAGS.AC; it has no INVLPG and ignores write protection in ring 0.
 */
	.type check_cpu, @function
check_cpu:
	movl $EFLAGS_AC, %ecx
	call can_toggle
	movl $message_386, %esi
	jz refuse
	.if PTE_BYTES == 8
	movl $EFLAGS_ID, %ecx
	call can_toggle
	movl $message_pae, %esi
	jz refuse
	movl $1, %eax
	cpuid
	andl $CPUID_NEEDED, %edx
	cmpl $CPUID_NEEDED, %edx
	movl $message_pae, %esi
	jne refuse
	.endif
	ret

/* ZF is set on return if the EFLAGS bit in ECX cannot be changed [SDM1 3.4.3]. */
can_toggle:
	pushfl
	popl %eax
	movl %eax, %edx
	xorl %ecx, %eax
	pushl %eax
	popfl
	pushfl
	popl %eax
	pushl %edx
	popfl
	xorl %edx, %eax
	testl %ecx, %eax
	ret

refuse:
	subl $PAGE_OFFSET, %esi
	jmp early_refuse

	.section .rodata
message_386:
	.asciz "loft: this CPU is a 386; loft needs a 486 or later (INVLPG, write protection in ring 0).\r\n"
	.if PTE_BYTES == 8
message_pae:
	.asciz "loft: this CPU has no PAE (or no CMPXCHG8B, CMOV); boot the two-level image build/i386/loft.elf instead.\r\n"
	.endif

	.section .bss.page_aligned, "aw", @nobits
	.balign PAGE_SIZE
boot_directory:
	.skip PAGE_SIZE
boot_tables:
	.skip EARLY_TABLES * PAGE_SIZE
/* The fixmap keeps these tables for good; every page directory shares them. */
	.globl fixmap_tables
fixmap_tables:
	.skip FIXMAP_TABLES * PAGE_SIZE
/* Their upper halves: by a name of their own, which saves compilers one addition an access. */
	.globl fixmap_upper_halves
	.set fixmap_upper_halves, fixmap_tables + 4
	.if PTE_BYTES == 8
boot_pdpt:
	.skip 32		/* needs 32-byte alignment, has a page's */
	.endif

	.section .note.GNU-stack, "", @progbits
