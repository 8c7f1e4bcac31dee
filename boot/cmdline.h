/* SPDX-License-Identifier: MIT */
/*
 * The kernel command line: words, and the table of those that mean something.
 *
 * Words are separated by blanks. A double quote opens a stretch in which blanks do not separate,
 * up to the next one. Quotes around a whole word or around a whole value are taken off; anywhere
 * else they stay. So  exec="a b"  and  "exec=a b"  (what GRUB makes of a word with a blank) are
 * the same: name `exec`, value `a b`. A backslash before  "  '  or  \  makes that character an
 * ordinary one and goes away (GRUB writes such backslashes); before anything else it stays.
 * A word without `=` has no value. In names, `-` and `_` are the same character.
 *
 * Parameters are declared where they are used, by BOOT_PARAM, and found through a linker section.
 * Pure: the host tests pass a table of their own.
 */
#ifndef BOOT_CMDLINE_H
#define BOOT_CMDLINE_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/types.h"

/*
 * One parameter. set() gets the text after `=`, or NULL if there was no `=`; the text stays valid.
 * It returns 0, or a negative error number if it does not accept the value: that is said, with
 * `help`, and is not fatal. Called early, one CPU, interrupts off, no allocator.
 */
struct boot_param {
	const char *name;
	int (*set)(const char *value);
	const char *help; /* what values it takes, in one line */
};

/* Declares a parameter, at file scope: BOOT_PARAM("loglevel", set_loglevel, "0..8: ..."); */
#define BOOT_PARAM(param_name, set_fn, help_text)                                                  \
	static const struct boot_param __unique(__boot_param_)                                     \
	__used __section(".boot_params") __aligned(sizeof(void *)) = {                             \
		.name = (param_name), .set = (set_fn), .help = (help_text)}

/* The table of the image, from linker.ld. */
extern const struct boot_param __boot_params_start[], __boot_params_end[];

/* One word, split: terminated strings inside the line that was split. */
struct cmdline_word {
	char *name;
	char *value; /* NULL if the word has no `=` */
};

/*
 * Takes the next word off *CURSOR, a writable terminated string, and moves the cursor behind it.
 * The string is changed in place and never grows. Returns false at the end of the line.
 */
bool cmdline_next(char **cursor, struct cmdline_word *word);

/*
 * Splits LINE (changed in place; must stay as it is afterwards, values point into it) and calls the
 * setter of each word found in the table [start, end), in the order of the line, as often as the
 * word is there. Values that a setter refuses are said one a line, and the words that no entry
 * knows all together in one line, each once. Returns how many of those there are.
 */
unsigned int cmdline_apply(char *line, const struct boot_param *start, const struct boot_param *end,
			   const struct boot_say *say);

/* True if two parameter names are the same, `-` and `_` being one character. */
bool cmdline_name_is(const char *a, const char *b);

#endif /* BOOT_CMDLINE_H */
