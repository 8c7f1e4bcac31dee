/* SPDX-License-Identifier: MIT */
/*
 * How the line looks: drawing, and the lists that Tab prints.
 *
 * One screen line shows the prompt and a window of the text that begins at `left`; the window
 * moves only when the cursor would leave it, and then by half its width, so that typing at the end
 * of a long line is not a redraw for each key. The commonest case of all, one more character
 * at the end of a short line, just sends that character.
 *
 * The last column stays empty: writing there makes terminals differ in where the cursor is.
 */
#include "monitor/lineedit.h"

#include "lib/compiler.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "monitor/utf8.h"

#define WORD_MAX 128 /* longest common beginning of candidates that Tab can insert */

/* Columns left for the text. */
static size_t window(const struct lineedit *edit)
{
	return edit->columns - strlen(edit->prompt) - 1;
}

/* Columns of the text's bytes [from, to). */
static size_t width(const struct lineedit *edit, size_t from, size_t to)
{
	struct utf8_char c;
	size_t columns = 0;

	for (; from < to; from += c.bytes) {
		c = utf8_at(edit->line + from, edit->length - from);
		columns += c.width;
	}
	return columns;
}

/* Moves the window so that the cursor is inside. */
static void scroll(struct lineedit *edit)
{
	size_t half = window(edit) / 2;

	while (utf8_inside(edit->line, edit->length, edit->left))
		edit->left--;
	if (edit->cursor >= edit->left && edit->cursor - edit->left <= 4 * window(edit) &&
	    width(edit, edit->left, edit->cursor) <= window(edit))
		return;
	edit->left = edit->cursor;
	while (edit->left && width(edit, edit->left, edit->cursor) < half)
		edit->left -= utf8_before(edit->line, edit->left);
}

/* Sends what the window shows of the text; a '?' stands for what a terminal should not get. */
static void draw_text(struct lineedit *edit)
{
	size_t at = edit->left, columns = 0;
	struct utf8_char c;

	for (; at < edit->length; at += c.bytes) {
		c = utf8_at(edit->line + at, edit->length - at);
		columns += c.width;
		if (columns > window(edit))
			break;
		if (c.printable)
			edit->write(edit->line + at, c.bytes);
		else
			edit->write("?", 1);
	}
}

void lineedit_redraw(struct lineedit *edit)
{
	char go_right[16];
	size_t column;
	int n;

	scroll(edit);
	edit->write(edit->prompt, strlen(edit->prompt));
	draw_text(edit);
	edit->dirty = false;
	if (edit->cursor == edit->length)
		return;
	column = strlen(edit->prompt) + width(edit, edit->left, edit->cursor);
	n = scnprintf(go_right, sizeof(go_right), "\r\033[%zuC", column);
	edit->write(go_right, (size_t)n);
}

void lineedit_flush(struct lineedit *edit)
{
	if (!edit->dirty)
		return;
	edit->write("\r\033[K", 4);
	lineedit_redraw(edit);
}

void lineedit_appended(struct lineedit *edit)
{
	const char *last = edit->line + edit->length - 1;

	if (!edit->dirty || edit->cursor != edit->length || (u8)*last >= 0x80)
		return;
	if (edit->left || edit->length > window(edit) ||
	    width(edit, 0, edit->length) > window(edit))
		return;
	edit->write(last, 1);
	edit->dirty = false;
}

void lineedit_finish(struct lineedit *edit, const char *mark)
{
	if (edit->cursor != edit->length)
		edit->dirty = true;
	edit->cursor = edit->length;
	lineedit_flush(edit);
	edit->write(mark, strlen(mark));
	edit->write("\n", 1);
}

/* What the candidates have in common, gathered one by one. */
struct candidates {
	struct lineedit *edit;
	unsigned int count;
	size_t longest;
	size_t common; /* bytes of `word` that all share */
	char word[WORD_MAX];
	size_t column, cell; /* while listing: where the cursor is, and where the next one begins */
};

static void gather(const char *word, void *arg)
{
	struct candidates *all = arg;
	size_t n = strlen(word);

	if (!all->count) {
		strscpy(all->word, word, sizeof(all->word));
		all->common = strlen(all->word);
	}
	while (strncmp(all->word, word, all->common))
		all->common--;
	all->longest = max(all->longest, n);
	all->count++;
}

static void list(const char *word, void *arg)
{
	struct candidates *all = arg;
	size_t n = strlen(word);

	if (all->cell && all->cell + n >= all->edit->columns) {
		all->edit->write("\n", 1);
		all->cell = all->column = 0;
	}
	for (; all->column < all->cell; all->column++)
		all->edit->write(" ", 1);
	all->edit->write(word, n);
	all->column += n;
	all->cell += all->longest + 2;
}

void lineedit_complete(struct lineedit *edit)
{
	struct candidates all = {.edit = edit};
	size_t typed;

	if (!edit->complete)
		return;
	typed = edit->complete(edit->line, edit->cursor, gather, &all);
	if (!all.count) {
		edit->write("\a", 1);
		return;
	}
	if (all.common > typed)
		lineedit_insert(edit, all.word + typed, all.common - typed);
	if (all.count == 1) {
		lineedit_insert(edit, " ", 1);
	} else if (all.common <= typed) {
		lineedit_flush(edit);
		edit->write("\n", 1);
		edit->complete(edit->line, edit->cursor, list, &all);
		edit->write("\n", 1);
		lineedit_redraw(edit);
	}
}
