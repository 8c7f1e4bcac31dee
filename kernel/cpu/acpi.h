/* SPDX-License-Identifier: MIT */
/*
 * Finding the firmware's ACPI tables. See acpi.c.
 *
 * Pure: physical memory is seen through a struct phys_reader, so tests can show it tables from
 * hell. On the machine itself that is physical_memory (boot/phys_window.h), which maps what lies
 * above the direct map, too.
 */
#ifndef KERNEL_CPU_ACPI_H
#define KERNEL_CPU_ACPI_H

#include "boot/bootinfo.h"
#include "boot/multiboot.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define ACPI_TABLE_MAX  0x100000 /* bytes; a longer table is not believed */
#define ACPI_TABLES_MAX 128      /* entries of the root table that are looked at */

/* Where the root tables are; 0: there is none of the kind. */
struct acpi_root {
	phys_addr_t rsdt; /* 32-bit addresses */
	phys_addr_t xsdt; /* 64-bit addresses: preferred */
};

struct acpi_header { /* [ACPI 5.2.6] */
	char signature[4];
	u32 length; /* of the whole table */
	u8 revision, checksum;
	char oem[6], oem_table[8];
	u32 oem_revision, creator, creator_revision;
} __packed;

static_assert(sizeof(struct acpi_header) == 36, "[ACPI 5.2.6]");

struct acpi_table {
	phys_addr_t address;
	u32 length; /* at least sizeof(struct acpi_header), at most ACPI_TABLE_MAX */
};

/*
 * acpi_find_root() - the root pointer: the copy of @length bytes that the loader gave, if it is
 * good; else from the BIOS areas. 0, or -ENOENT: there is none.
 */
int acpi_find_root(const struct phys_reader *mem, const void *given, size_t length,
		   struct acpi_root *root, const struct boot_say *say);

/*
 * acpi_find_table() - the first sound table with @signature (4 characters) that the root lists.
 * One whose length or checksum is wrong is said and passed over. 0, or -ENOENT.
 */
int acpi_find_table(const struct phys_reader *mem, const struct acpi_root *root,
		    const char *signature, struct acpi_table *table, const struct boot_say *say);

/*
 * acpi_check_table() - is there a sound table at @address? Fills @table. 0, -EFAULT (cannot be
 * read), or -EINVAL (its length or its sum is wrong; that is said). @signature: what it must be
 * called, NULL: anything; another name is -ENOENT, without a word.
 */
int acpi_check_table(const struct phys_reader *mem, phys_addr_t address, const char *signature,
		     struct acpi_table *table, const struct boot_say *say);

/* acpi_read() - @n bytes of @table from @offset on; false if they are not all inside it. */
bool acpi_read(const struct phys_reader *mem, const struct acpi_table *table, u32 offset, void *buf,
	       size_t n);

/* acpi_sum() - the sum of @n bytes modulo 256: 0 for everything that is sound. */
u8 acpi_sum(const void *bytes, size_t n);

/* Reads in steps that a reader takes (4096 bytes at most). */
bool phys_read(const struct phys_reader *mem, phys_addr_t pa, void *buf, size_t n);

#endif
