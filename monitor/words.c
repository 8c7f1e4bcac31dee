/* SPDX-License-Identifier: MIT */
/*
 * Quoting, in one place: a scanner that says of each byte whether it is plain, and both users of
 * it. See words.h for the rules.
 */
#include "monitor/words.h"

#include "lib/ctype.h"
#include "lib/errno.h"
#include "lib/string.h"

/* Where a scan is: inside which quotes (0: none), and whether a word has begun. */
struct scan {
	char quote;
	bool in_word;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether a backslash before C is one that goes away. */
static bool escapes(const struct scan *scan, char c)
{
	if (!c || scan->quote == '\'')
		return false;
	return !scan->quote || c == '"' || c == '\\';
}

/*
 * Looks at the byte at S. Returns how many bytes belong together (2: an escape, whose second byte
 * is meant), and in *MEANT whether they stand for a character of a word; if not, they are a quote.
 */
static int step(struct scan *scan, const char *s, bool *meant)
{
	*meant = true;
	scan->in_word = true;
	if (*s == '\\' && escapes(scan, s[1]))
		return 2;
	if (*s == scan->quote) {
		scan->quote = 0;
		*meant = false;
	} else if (!scan->quote && (*s == '"' || *s == '\'')) {
		scan->quote = *s;
		*meant = false;
	}
	return 1;
}

const char *words_command(const char **cursor, size_t *length)
{
	const char *s = *cursor, *start, *end;
	struct scan scan = {0};
	bool meant;

	while (is_blank(*s) || *s == ';')
		s++;
	start = end = s;
	while (*s && (scan.quote || *s != ';')) {
		if (!scan.quote && is_blank(*s)) {
			scan.in_word = false;
			s++;
			continue;
		}
		if (!scan.in_word && *s == '#') {
			s += strlen(s);
			break;
		}
		s += step(&scan, s, &meant);
		end = s;
	}
	*cursor = s;
	*length = (size_t)(end - start);
	return *length ? start : NULL;
}

int words_split(char *text, char **words, int max)
{
	struct scan scan = {0};
	char *out = text;
	int n = 0, taken;
	bool meant;

	while (*text) {
		if (!scan.quote && is_blank(*text)) {
			if (scan.in_word)
				*out++ = '\0';
			scan.in_word = false;
			text++;
			continue;
		}
		if (!scan.in_word) {
			if (n == max)
				return -E2BIG;
			words[n++] = out;
		}
		taken = step(&scan, text, &meant);
		if (meant)
			*out++ = text[taken - 1];
		text += taken;
	}
	*out = '\0';
	return scan.quote ? -EINVAL : n;
}

static bool word_byte(char c)
{
	return isalnum((u8)c) || c == '_' || (u8)c >= 0x80;
}

size_t words_before(const char *line, size_t at)
{
	while (at && !word_byte(line[at - 1]))
		at--;
	while (at && word_byte(line[at - 1]))
		at--;
	return at;
}

size_t words_after(const char *line, size_t at)
{
	while (line[at] && !word_byte(line[at]))
		at++;
	while (line[at] && word_byte(line[at]))
		at++;
	return at;
}

size_t words_blank_before(const char *line, size_t at)
{
	while (at && is_blank(line[at - 1]))
		at--;
	while (at && !is_blank(line[at - 1]))
		at--;
	return at;
}
