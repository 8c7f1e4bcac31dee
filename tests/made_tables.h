/* SPDX-License-Identifier: MIT */
/*
 * Firmware's tables, made to order: a small machine of four pieces of memory (the BIOS data area,
 * the extended one, the BIOS area, and a few pages high up, where real tables lie), and makers of
 * the lists of CPUs in it. The parsers see nothing else: what is outside of the pieces cannot be
 * read.
 *
 * A suite has made_tables_init() and made_tables_exit() as its init and exit; so each case begins
 * with made_machine(), and spoils what it wants to see noticed. There is one machine; cases run one
 * after the other. A place outside of the pieces that a test names is a mistake of the test: BUG().
 */
#ifndef TESTS_MADE_TABLES_H
#define TESTS_MADE_TABLES_H

#include "kernel/cpu/smp_config.h"
#include "lib/types.h"
#include "tests/kunit.h"

#define MADE_EBDA     0x9fc00
#define MADE_EBDA_LEN 0x400
#define MADE_HIGH     0x7ffe0000 /* above every direct map */
#define MADE_RSDT     (MADE_HIGH + 0x100)
#define MADE_XSDT     (MADE_HIGH + 0x200)
#define MADE_MADT     (MADE_HIGH + 0x400)
#define MADE_MADT_2   (MADE_HIGH + 0x1400)
#define MADE_RSDP     0xf0000
#define MADE_FLOATING 0xf0100
#define MADE_MPTABLE  0xf1000

int made_tables_init(struct kunit *test);
void made_tables_exit(struct kunit *test);

/*
 * made_machine() - ACPI only: three CPUs, the second switched off, and an I/O APIC; only a
 * root pointer of revision 2 leads to the XSDT, which lists a spare MADT with one CPU more. Nothing
 * is said yet.
 * made_mptable() - the same, and an MP table of as many CPUs, with other IDs.
 */
void made_machine(void);
void made_mptable(void);

/* --- what the parsers made of it -------------------------------------------------------------- */

extern struct smp_config made_config;
/* How many complaints there were since the machine was made, and the last one. */
extern unsigned int made_said;
extern char made_last_said[160];

/*
 * The parsers' results, 0 or an error; made_config is theirs. made_from_loader(): with @len bytes
 * of @rsdp, which a loader handed over.
 */
int made_from_acpi(void);
int made_from_loader(const void *rsdp, size_t len);
int made_from_mptable(void);

/* --- to change it: none but the makers of entries keep the sums right ------------------------- */

/* @n bytes of the machine at @pa, to read and to write. */
u8 *made_bytes(phys_addr_t pa, size_t n);
void made_put(phys_addr_t pa, const void *bytes, size_t n);
void made_put32(phys_addr_t pa, u32 value);

/* Makes the sum of @n bytes at @pa 0 by the byte at offset @sum; of a table of ACPI or MP. */
void made_fix_sum(phys_addr_t pa, size_t n, size_t sum);
void made_fix_table(phys_addr_t pa);
void made_fix_mptable(void);

/* A root pointer, with the XSDT from @revision 2 on; an MP floating pointer of default @type. */
void made_put_rsdp(phys_addr_t pa, u8 revision);
void made_put_floating(phys_addr_t pa, u8 type);

/* A MADT without entries; more bytes, or a CPU, at the end of a table. */
void made_begin_madt(phys_addr_t pa);
void made_append(phys_addr_t table, const void *bytes, size_t n);
void made_append_cpu(phys_addr_t madt, u8 number, u8 id, u8 flags);

#define MADE_APPEND(table, ...)                                                                    \
	do {                                                                                       \
		const u8 __bytes[] = {__VA_ARGS__};                                                \
		made_append(table, __bytes, sizeof(__bytes));                                      \
	} while (0)

#endif /* TESTS_MADE_TABLES_H */
