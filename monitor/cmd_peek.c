/* SPDX-License-Identifier: MIT */
/*
 * peek and poke: memory by hand, at any kernel address or symbol.
 *
 * Both use the copies that survive faults, in units of the size asked for (device registers care),
 * so an address that is not mapped, or may not be written, is an answer and not a crash.
 */
#include "boot/layout.h"
#include "kernel/console/console.h"
#include "kernel/console/symbols.h"
#include "kernel/cpu/extable.h"
#include "lib/ctype.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "monitor/complete.h"

#define LINE_BYTES 16
#define COUNT_MAX  4096

/* A command's words after its options. */
struct request {
	const char *name;
	unsigned int unit; /* bytes: 1, 2 or 4 */
	unsigned long address;
	int argc; /* what follows the address */
	char **argv;
};

/* NUMBER, SYMBOL or either of them +NUMBER. */
static int parse_address(char *text, unsigned long *address)
{
	char *plus = strchr(text, '+');
	unsigned long offset = 0;

	if (plus) {
		if (kstrtoul(plus + 1, 0, &offset))
			return -EINVAL;
		*plus = '\0';
	}
	if (kstrtoul(text, 0, address)) {
		*address = symbol_address(text);
		if (!*address)
			return -EINVAL;
	}
	return __builtin_add_overflow(*address, offset, address) ? -ERANGE : 0;
}

/* Takes [-b|-w|-l] ADDRESS off the words. Says what is wrong with them, and returns nonzero. */
static int parse(int argc, char **argv, struct request *request)
{
	int wrong;

	*request = (struct request){.name = argv[0], .unit = 4};
	argv++;
	argc--;
	for (; argc && argv[0][0] == '-'; argv++, argc--) {
		if (!strcmp(argv[0], "-b"))
			request->unit = 1;
		else if (!strcmp(argv[0], "-w"))
			request->unit = 2;
		else if (!strcmp(argv[0], "-l"))
			request->unit = 4;
		else
			return monitor_usage(request->name);
	}
	if (!argc)
		return monitor_usage(request->name);
	request->argc = argc - 1;
	request->argv = argv + 1;
	wrong = parse_address(argv[0], &request->address);
	if (!wrong)
		return 0;
	if (wrong == -ERANGE)
		console_line("%s: that is beyond the last address, 0xffffffff", request->name);
	else
		console_line("%s: '%s' is neither an address nor a symbol", request->name, argv[0]);
	return 1;
}

static int read_unit(const struct request *request, unsigned long address, u32 *value)
{
	*value = 0;
	return (int)copy_from_kernel_nofault(value, (const void *)address, request->unit);
}

/* Why ADDRESS could not be read or written. */
static const char *reason(unsigned long address)
{
	u8 byte;

	if (address < PAGE_OFFSET)
		return "below the kernel's half of the address space";
	if (copy_from_kernel_nofault(&byte, (const void *)address, 1))
		return "not mapped";
	if (address >= (unsigned long)__text_start && address < (unsigned long)__text_end)
		return "kernel text is read-only";
	if (address >= (unsigned long)__rodata_start && address < (unsigned long)__rodata_end)
		return "kernel constants are read-only";
	return "read-only";
}

/*
 * Prints one line of at most LINE_BYTES from ADDRESS on, COUNT units or less. Returns the units
 * printed; fewer than fit if memory ends.
 */
static unsigned long peek_line(const struct request *request, unsigned long address,
			       unsigned long count)
{
	char text[96], letters[LINE_BYTES + 1];
	size_t n = (size_t)scnprintf(text, sizeof(text), "%08lx:", address);
	unsigned long done;
	u32 value;

	count = min(count, (unsigned long)LINE_BYTES / request->unit);
	for (done = 0; done < count; done++) {
		if (read_unit(request, address + done * request->unit, &value))
			break;
		n += (size_t)scnprintf(text + n, sizeof(text) - n, " %0*x", (int)request->unit * 2,
				       value);
		letters[done] = isascii(value) && isprint(value) ? (char)value : '.';
	}
	letters[done] = '\0';
	if (done && request->unit == 1)
		console_line("%-57s |%s|", text, letters);
	else if (done)
		console_line("%s", text);
	return done;
}

static int cmd_peek(int argc, char **argv)
{
	unsigned long count = 1, done;
	struct request request;

	if (parse(argc, argv, &request))
		return 1;
	if (request.argc > 1)
		return monitor_usage("peek");
	if (request.argc && (kstrtoul(request.argv[0], 0, &count) || !count || count > COUNT_MAX)) {
		console_line("peek: COUNT is 1 to %d, not '%s'", COUNT_MAX, request.argv[0]);
		return 1;
	}
	while (count) {
		done = peek_line(&request, request.address, count);
		request.address += done * request.unit;
		count -= done;
		if (count && done < LINE_BYTES / request.unit) {
			console_line("peek: 0x%08lx: %s", request.address, reason(request.address));
			return 1;
		}
	}
	return 0;
}

static int poke_unit(const struct request *request, const char *text)
{
	u32 value, before;

	if (kstrtou32(text, 0, &value) || (request->unit < 4 && value >> (8 * request->unit))) {
		console_line("poke: '%s' is not a value of %u bytes", text, request->unit);
		return 1;
	}
	if (read_unit(request, request->address, &before) ||
	    copy_to_kernel_nofault((void *)request->address, &value, request->unit)) {
		console_line("poke: 0x%08lx: %s", request->address, reason(request->address));
		return 1;
	}
	console_line("%08lx: %0*x -> %0*x", request->address, (int)request->unit * 2, before,
		     (int)request->unit * 2, value);
	return 0;
}

static int cmd_poke(int argc, char **argv)
{
	struct request request;

	if (parse(argc, argv, &request))
		return 1;
	if (!request.argc)
		return monitor_usage("poke");
	for (; request.argc; request.argc--, request.argv++) {
		if (poke_unit(&request, request.argv[0]))
			return 1;
		request.address += request.unit;
	}
	return 0;
}

/* The symbols are too many to list them all. */
static void complete_symbol(const char *prefix, monitor_add_t add, void *arg)
{
	unsigned int i;

	for (i = 0; *prefix && symbol_name(i); i++)
		monitor_complete_word(symbol_name(i), prefix, add, arg);
}

MONITOR_COMMAND_COMPLETE(
	peek, cmd_peek, "[-b|-w|-l] ADDRESS|SYMBOL [COUNT]",
	"shows memory\n"
	"COUNT units (default 1) of 1, 2 or 4 bytes (-b, -w, -l; default 4) from a\n"
	"kernel address or symbol on; SYMBOL+OFFSET works too.",
	complete_symbol);
MONITOR_COMMAND_COMPLETE(
	poke, cmd_poke, "[-b|-w|-l] ADDRESS|SYMBOL VALUE...",
	"writes memory\n"
	"Each VALUE goes to the next unit; shows what was there before. Memory that\n"
	"is read-only or not mapped is reported and left alone.",
	complete_symbol);
