/* SPDX-License-Identifier: MIT */
/*
 * Splitting the command line, and calling the setters of its words.
 *
 * One pass, in place: a word is copied onto itself while backslashes are taken out, so it only
 * ever gets shorter, and the quotes that count are those that were not escaped. Which quotes
 * come off is decided at the end of the word: the first character of the word, or of its value,
 * together with the last character if that is a quote too.
 */
#include "boot/cmdline.h"
#include "lib/ctype.h"
#include "lib/printf.h"
#include "lib/string.h"

/* Room for the unknown words in the one line that lists them. */
#define UNKNOWN_TEXT 120

static bool is_escape(const char *at)
{
	return at[0] == '\\' && (at[1] == '"' || at[1] == '\'' || at[1] == '\\');
}

bool cmdline_next(char **cursor, struct cmdline_word *word)
{
	char *from = *cursor, *to, *start, *equals = NULL;
	bool quoted = false, quote = false;
	bool word_quote = false, value_quote = false; /* the word, the value begins with a quote */

	while (isspace((u8)*from))
		from++;
	if (!*from)
		return false;
	start = to = from;
	for (; *from && (quoted || !isspace((u8)*from)); from++) {
		quote = *from == '"';
		if (quote) {
			quoted = !quoted;
			word_quote |= to == start;
			value_quote |= equals && to == equals + 1;
		} else if (is_escape(from)) {
			from++;
		} else if (*from == '=' && !equals && to > start + word_quote) {
			equals = to;
		}
		*to++ = *from;
	}
	*cursor = *from ? from + 1 : from;
	*to = '\0';

	/* `quote`: the last character is one that was not escaped, and it may be the first, too. */
	if (quote && (word_quote || value_quote) && to - 1 > start &&
	    !(value_quote && to - 1 == equals + 1))
		to[-1] = '\0';
	word->name = start + word_quote;
	word->value = NULL;
	if (equals) {
		*equals = '\0';
		word->value = equals + 1 + value_quote;
	}
	return true;
}

bool cmdline_name_is(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '-' ? '_' : *a, y = *b == '-' ? '_' : *b;

		if (x != y)
			return false;
	}
	return *a == *b;
}

/* Calls the setter of WORD; false if the table has none of that name. */
static bool apply_word(const struct cmdline_word *word, const struct boot_param *start,
		       const struct boot_param *end, const struct boot_say *say)
{
	const char *value = word->value;
	const struct boot_param *param;
	bool known = false;

	for (param = start; param < end; param++) {
		if (!cmdline_name_is(param->name, word->name))
			continue;
		known = true;
		if (param->set(value))
			boot_say(say, "Command line: %s%s%s makes no sense and is ignored. %s: %s",
				 word->name, value ? "=" : "", value ? value : "", param->name,
				 param->help);
	}
	return known;
}

/* The unknown words of a line, as text, as far as they fit. */
struct unknown {
	unsigned int count;
	unsigned int shown;
	size_t used;
	char text[UNKNOWN_TEXT];
};

/* The last text, behind `used`, is one of those before it. */
static bool said_already(const struct unknown *u)
{
	const char *last = u->text + u->used, *at = u->text;
	size_t n = strlen(last);

	for (; n && at < last; at = strchr(at + 1, ' ')) {
		if (strncmp(at, last, n) == 0 && (at + n == last || at[n] == ' '))
			return true;
	}
	return false;
}

static void add_unknown(struct unknown *u, const struct cmdline_word *word)
{
	const char *value = word->value ? word->value : "";
	const char *quote = strchr(value, ' ') ? "\"" : "";
	size_t room = sizeof(u->text) - u->used, need;

	u->count++;
	if (u->shown + 1 != u->count)
		return; /* one before it did not fit */
	need = snprintf(u->text + u->used, room, " %s%s%s%s%s", word->name, word->value ? "=" : "",
			quote, value, quote);
	if (need < room && said_already(u)) {
		u->count--;
		u->text[u->used] = '\0';
		return;
	}
	if (need >= room && u->shown) {
		u->text[u->used] = '\0';
		return;
	}
	if (need >= room) { /* the first one alone is too long */
		memcpy(u->text + sizeof(u->text) - 4, "...", 4);
		need = room - 1;
	}
	u->used += need;
	u->shown++;
}

unsigned int cmdline_apply(char *line, const struct boot_param *start, const struct boot_param *end,
			   const struct boot_say *say)
{
	struct unknown unknown = {0};
	struct cmdline_word word;

	while (cmdline_next(&line, &word)) {
		bool empty = !*word.name && !word.value; /* a pair of quotes around nothing */

		if (!empty && !apply_word(&word, start, end, say))
			add_unknown(&unknown, &word);
	}
	if (unknown.count > unknown.shown)
		boot_say(say, "Unknown words on the command line:%s and %u more.", unknown.text,
			 unknown.count - unknown.shown);
	else if (unknown.count)
		boot_say(say, "Unknown words on the command line:%s", unknown.text);
	return unknown.count;
}
