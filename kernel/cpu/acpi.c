/* SPDX-License-Identifier: MIT */
/*
 * From the root pointer to a table by its name [ACPI 5.2].
 *
 *   RSDP (BIOS area, EBDA, or the loader's copy) -> RSDT or XSDT -> table, table, ...
 *
 * Everything on the way has a sum that must come out as 0, and a length. The lengths bound what is
 * read, and are bounded themselves, so a lie can make a table be missed and nothing worse. The
 * XSDT is preferred, as the specification wants; if it, or the newer half of the root pointer, is
 * broken, the RSDT serves.
 */
#include "kernel/cpu/acpi.h"
#include "boot/layout.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/string.h"

#define EBDA_POINTER 0x40e /* real-mode segment of the extended BIOS data area */
#define EBDA_LOWEST  0x80000
#define EBDA_SEARCH  1024
#define BIOS_START   0xe0000
#define BIOS_END     0x100000
#define CHUNK        1024
#define RSDP_ALIGN   16

struct rsdp { /* [ACPI 5.2.5.3] */
	char signature[8];
	u8 checksum;
	char oem[6];
	u8 revision;
	u32 rsdt;
	/* from revision 2 on: */
	u32 length;
	u64 xsdt;
	u8 extended_checksum;
	u8 reserved[3];
} __packed;

#define RSDP_V1 offsetof(struct rsdp, length)
static_assert(RSDP_V1 == 20 && sizeof(struct rsdp) == 36, "[ACPI 5.2.5.3]");

u8 acpi_sum(const void *bytes, size_t n)
{
	const u8 *p = bytes;
	u8 sum = 0;

	while (n--)
		sum += *p++;
	return sum;
}

bool phys_read(const struct phys_reader *mem, phys_addr_t pa, void *buf, size_t n)
{
	char *to = buf;

	while (n) {
		size_t part = min(n, (size_t)PAGE_SIZE);

		if (pa + part < pa || !mem->read(mem->ctx, pa, to, part))
			return false;
		pa += part;
		to += part;
		n -= part;
	}
	return true;
}

/* BYTES hold @n bytes of a root pointer, 20 or more. */
static bool rsdp_take(const void *bytes, size_t n, struct acpi_root *root,
		      const struct boot_say *say)
{
	struct rsdp r = {.revision = 0};

	memcpy(&r, bytes, min(n, sizeof(r)));
	if (memcmp(r.signature, "RSD PTR ", sizeof(r.signature)) != 0)
		return false;
	if (acpi_sum(&r, RSDP_V1) != 0 && !control(acpi_sums_believed))
		return false;
	root->rsdt = r.rsdt;
	root->xsdt = 0;
	if (r.revision < 2 || n < sizeof(r))
		return true;
	if (acpi_sum(&r, sizeof(r)) != 0 && !control(acpi_sums_believed))
		boot_say(say,
			 "ACPI: the root pointer's extended sum is wrong; its XSDT is not used");
	else
		root->xsdt = r.xsdt;
	return true;
}

static bool search(const struct phys_reader *mem, phys_addr_t start, phys_addr_t end,
		   struct acpi_root *root, const struct boot_say *say)
{
	u8 bytes[CHUNK + sizeof(struct rsdp)]; /* a pointer that begins in it is in it whole */

	for (; start < end; start += CHUNK) {
		size_t n = (size_t)min(end - start, (phys_addr_t)sizeof(bytes));

		if (!phys_read(mem, start, bytes, n))
			return false;
		for (size_t i = 0; i < CHUNK && i + RSDP_V1 <= n; i += RSDP_ALIGN)
			if (bytes[i] == 'R' && rsdp_take(bytes + i, n - i, root, say))
				return true;
	}
	return false;
}

int acpi_find_root(const struct phys_reader *mem, const void *given, size_t length,
		   struct acpi_root *root, const struct boot_say *say)
{
	phys_addr_t ebda;
	u16 segment = 0;

	if (length >= RSDP_V1 && rsdp_take(given, length, root, say))
		return 0;
	/* [ACPI 5.2.5.1] */
	phys_read(mem, EBDA_POINTER, &segment, sizeof(segment));
	ebda = (phys_addr_t)segment << 4;
	if (ebda >= EBDA_LOWEST && ebda < BIOS_START &&
	    search(mem, ebda, min(ebda + EBDA_SEARCH, (phys_addr_t)BIOS_START), root, say))
		return 0;
	return search(mem, BIOS_START, BIOS_END, root, say) ? 0 : -ENOENT;
}

/* Is a whole table there, and does it sum to 0? */
static int check_sum(const struct phys_reader *mem, const struct acpi_table *table, u8 *sum)
{
	u8 bytes[CHUNK];
	u32 at, n;

	*sum = 0;
	for (at = 0; at < table->length; at += n) {
		n = min(table->length - at, (u32)CHUNK);
		if (!phys_read(mem, table->address + at, bytes, n))
			return -EFAULT;
		*sum += acpi_sum(bytes, n);
	}
	return 0;
}

int acpi_check_table(const struct phys_reader *mem, phys_addr_t address, const char *signature,
		     struct acpi_table *table, const struct boot_say *say)
{
	struct acpi_header header;
	u8 sum;

	if (!address || !phys_read(mem, address, &header, sizeof(header)))
		return -EFAULT;
	if (signature && memcmp(header.signature, signature, 4) != 0)
		return -ENOENT;
	if (header.length < sizeof(header) || header.length > ACPI_TABLE_MAX) {
		boot_say(say, "ACPI: table %.4s at 0x%llx says that it is %u bytes long; not used",
			 header.signature, address, header.length);
		return -EINVAL;
	}
	table->address = address;
	table->length = header.length;
	if (check_sum(mem, table, &sum) != 0) {
		boot_say(say, "ACPI: table %.4s at 0x%llx, %u bytes, cannot be read; not used",
			 header.signature, address, header.length);
		return -EFAULT;
	}
	if (sum != 0 && !control(acpi_sums_believed)) {
		boot_say(say, "ACPI: table %.4s at 0x%llx: its sum is 0x%02x, not 0; not used",
			 header.signature, address, sum);
		return -EINVAL;
	}
	return 0;
}

bool acpi_read(const struct phys_reader *mem, const struct acpi_table *table, u32 offset, void *buf,
	       size_t n)
{
	return offset <= table->length && n <= table->length - offset &&
	       phys_read(mem, table->address + offset, buf, n);
}

/* Entries of @width bytes behind the header of the root table @list. */
static int find_in(const struct phys_reader *mem, const struct acpi_table *list, u32 width,
		   const char *signature, struct acpi_table *table, const struct boot_say *say)
{
	u32 i, n = (list->length - (u32)sizeof(struct acpi_header)) / width;

	if (n > ACPI_TABLES_MAX)
		boot_say(say, "ACPI: the root table has %u entries; looking at the first %d", n,
			 ACPI_TABLES_MAX);
	for (i = 0; i < min(n, (u32)ACPI_TABLES_MAX); i++) {
		u64 address = 0;

		if (!acpi_read(mem, list, (u32)sizeof(struct acpi_header) + i * width, &address,
			       width))
			return -ENOENT;
		if (acpi_check_table(mem, address, signature, table, say) == 0)
			return 0;
	}
	return -ENOENT;
}

int acpi_find_table(const struct phys_reader *mem, const struct acpi_root *root,
		    const char *signature, struct acpi_table *table, const struct boot_say *say)
{
	struct acpi_table list;

	if (root->xsdt && acpi_check_table(mem, root->xsdt, "XSDT", &list, say) == 0)
		return find_in(mem, &list, 8, signature, table, say);
	if (root->rsdt && acpi_check_table(mem, root->rsdt, "RSDT", &list, say) == 0)
		return find_in(mem, &list, 4, signature, table, say);
	return -ENOENT;
}
