/* SPDX-License-Identifier: MIT */
/*
 * Bits of the control registers, EFLAGS and MSRs, readable by C and assembler [SDM3 2.2-2.5].
 */
#ifndef BOOT_X86_BITS_H
#define BOOT_X86_BITS_H

#define CR0_MP 0x00000002
#define CR0_EM 0x00000004 /* x87 instructions trap: the kernel has none */
#define CR0_TS 0x00000008
#define CR0_NE 0x00000020
#define CR0_WP 0x00010000 /* ring 0 obeys read-only pages */
#define CR0_CD 0x40000000
#define CR0_PG 0x80000000

#define CR4_PSE 0x00000010 /* 4 MiB pages in two-level tables */
#define CR4_PAE 0x00000020
#define CR4_MCE 0x00000040
#define CR4_PGE 0x00000080 /* global pages survive a CR3 load */

#define EFLAGS_FIXED 0x00000002 /* always 1 */
#define EFLAGS_TF    0x00000100
#define EFLAGS_IF    0x00000200
#define EFLAGS_DF    0x00000400
#define EFLAGS_NT    0x00004000
#define EFLAGS_AC    0x00040000 /* can be changed from the 486 on */
#define EFLAGS_ID    0x00200000 /* can be changed where there is CPUID */

#define MSR_EFER 0xc0000080
#define EFER_NX  0x00000800

#endif
