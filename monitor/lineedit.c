/* SPDX-License-Identifier: MIT */
/*
 * Keys and what they do to the text. Drawing and completion are in lineedit_view.c.
 *
 * The text is a plain array with a cursor between two characters (never inside one). Escape
 * sequences are taken apart by a small state machine that swallows what it does not know, so that
 * an odd key never leaves rubbish in the line [ECMA-48 5.4].
 */
#include "lib/control.h"
#include "monitor/lineedit.h"

#include "lib/ctype.h"
#include "lib/string.h"
#include "monitor/utf8.h"
#include "monitor/words.h"

/* edit->key: what the next byte belongs to. */
enum { PLAIN, ESCAPE, SEQUENCE, FUNCTION };

#define CTRL(letter) ((letter) - '@')
#define DEL          0x7f

static size_t char_after(const struct lineedit *edit)
{
	size_t n = edit->length - edit->cursor;

	return n ? utf8_at(edit->line + edit->cursor, n).bytes : 0;
}

static size_t char_before(const struct lineedit *edit)
{
	return edit->cursor ? utf8_before(edit->line, edit->cursor) : 0;
}

/* Bytes that meet after a change may have become one character: then the cursor goes behind it. */
static void move_to(struct lineedit *edit, size_t cursor)
{
	while (utf8_inside(edit->line, edit->length, cursor) && !control(cursor_in_character))
		cursor++;
	edit->cursor = cursor;
	edit->dirty = true;
}

/* Takes the bytes [from, to) out; the cursor ends up at FROM. */
static void cut(struct lineedit *edit, size_t from, size_t to)
{
	memmove(edit->line + from, edit->line + to, edit->length - to + 1);
	edit->length -= to - from;
	if (!edit->length)
		edit->too_long = false;
	move_to(edit, from);
}

/* The same, and Ctrl-Y brings them back. */
static void kill(struct lineedit *edit, size_t from, size_t to)
{
	if (from == to)
		return;
	edit->killed_length = to - from;
	memcpy(edit->killed, edit->line + from, to - from);
	cut(edit, from, to);
}

bool lineedit_insert(struct lineedit *edit, const char *text, size_t n)
{
	if (n > edit->size - 1 - edit->length) {
		edit->write("\a", 1);
		return false;
	}
	memmove(edit->line + edit->cursor + n, edit->line + edit->cursor,
		edit->length - edit->cursor + 1);
	memcpy(edit->line + edit->cursor, text, n);
	edit->length += n;
	move_to(edit, edit->cursor + n);
	return true;
}

/* Shows the history line BACK steps ago; 0 is the new line, kept in `saved` meanwhile. */
static void show_history(struct lineedit *edit, unsigned int back)
{
	const char *text = back ? history_get(edit->history, back) : edit->saved;

	if (!text)
		return;
	if (!edit->back) {
		memcpy(edit->saved, edit->line, edit->length + 1);
		edit->saved_too_long = edit->too_long;
	}
	edit->too_long = !back && edit->saved_too_long;
	edit->back = back;
	edit->left = 0;
	edit->length = (size_t)strscpy(edit->line, text, edit->size);
	move_to(edit, edit->length);
}

static void history_down(struct lineedit *edit)
{
	if (edit->back)
		show_history(edit, edit->back - 1);
}

/* Alt with a letter, or an escape byte before a plain key. */
static void alt_key(struct lineedit *edit, u8 byte)
{
	switch (byte) {
	case 'b':
		move_to(edit, words_before(edit->line, edit->cursor));
		break;
	case 'f':
		move_to(edit, words_after(edit->line, edit->cursor));
		break;
	case 'd':
		kill(edit, edit->cursor, words_after(edit->line, edit->cursor));
		break;
	case '\b':
	case DEL:
		kill(edit, words_before(edit->line, edit->cursor), edit->cursor);
		break;
	}
}

/* ESC [ number ~ */
static void tilde_key(struct lineedit *edit)
{
	switch (edit->parameter[0]) {
	case 1:
	case 7:
		move_to(edit, 0);
		break;
	case 3:
		cut(edit, edit->cursor, edit->cursor + char_after(edit));
		break;
	case 4:
	case 8:
		move_to(edit, edit->length);
		break;
	}
}

/* The end of ESC [ ... or ESC O: arrows and their like. A second parameter means Ctrl or Alt. */
static void final_key(struct lineedit *edit, u8 byte)
{
	bool by_word = edit->parameter[1] > 1;

	switch (byte) {
	case 'A':
		show_history(edit, edit->back + 1);
		break;
	case 'B':
		history_down(edit);
		break;
	case 'C':
		move_to(edit, by_word ? words_after(edit->line, edit->cursor)
				      : edit->cursor + char_after(edit));
		break;
	case 'D':
		move_to(edit, by_word ? words_before(edit->line, edit->cursor)
				      : edit->cursor - char_before(edit));
		break;
	case 'H':
		move_to(edit, 0);
		break;
	case 'F':
		move_to(edit, edit->length);
		break;
	case '~':
		tilde_key(edit);
		break;
	}
}

/* A byte inside an escape sequence. */
static void escape_byte(struct lineedit *edit, u8 byte)
{
	unsigned int *n = &edit->parameter[edit->parameters];

	if (edit->key == ESCAPE) {
		edit->parameter[0] = edit->parameter[1] = edit->parameters = 0;
		edit->key = byte == '[' ? SEQUENCE : byte == 'O' ? FUNCTION : PLAIN;
		if (edit->key == PLAIN)
			alt_key(edit, byte);
	} else if (isdigit(byte)) {
		*n = *n % 100 * 10 + (byte - '0');
	} else if (byte == ';') {
		edit->parameters = 1;
	} else if (byte < 0x20 || byte >= 0x40) {
		edit->key = PLAIN;
		final_key(edit, byte);
	}
}

/* Ctrl and a letter, Backspace: the keys that change the line and do not end it. */
static void control_key(struct lineedit *edit, u8 byte)
{
	switch (byte) {
	case CTRL('A'):
		move_to(edit, 0);
		break;
	case CTRL('B'):
		move_to(edit, edit->cursor - char_before(edit));
		break;
	case CTRL('D'):
		cut(edit, edit->cursor, edit->cursor + char_after(edit));
		break;
	case CTRL('E'):
		move_to(edit, edit->length);
		break;
	case CTRL('F'):
		move_to(edit, edit->cursor + char_after(edit));
		break;
	case '\b':
	case DEL:
		cut(edit, edit->cursor - char_before(edit), edit->cursor);
		break;
	case '\t':
		lineedit_complete(edit);
		break;
	case CTRL('K'):
		kill(edit, edit->cursor, edit->length);
		break;
	case CTRL('L'):
		edit->write("\033[H\033[2J", 7);
		edit->dirty = true;
		break;
	case CTRL('N'):
		history_down(edit);
		break;
	case CTRL('P'):
		show_history(edit, edit->back + 1);
		break;
	case CTRL('U'):
		kill(edit, 0, edit->cursor);
		break;
	case CTRL('W'):
		kill(edit, words_blank_before(edit->line, edit->cursor), edit->cursor);
		break;
	case CTRL('Y'):
		lineedit_insert(edit, edit->killed, edit->killed_length);
		break;
	}
}

static enum lineedit_event finish(struct lineedit *edit, enum lineedit_event event)
{
	if (event == LINEEDIT_LINE && edit->too_long)
		event = LINEEDIT_TOO_LONG;
	lineedit_finish(edit, event == LINEEDIT_CANCEL ? "^C" : "");
	return event;
}

enum lineedit_event lineedit_feed(struct lineedit *edit, u8 byte)
{
	bool was_clean = !edit->dirty;
	bool after_cr = edit->after_cr;
	char c = (char)byte;

	edit->after_cr = byte == '\r';
	if (byte == 033) {
		edit->key = ESCAPE;
	} else if (edit->key != PLAIN && byte != '\r' && byte != '\n' && byte != CTRL('C')) {
		escape_byte(edit, byte);
	} else if (byte == '\n' && after_cr) {
		return LINEEDIT_MORE; /* the second half of a line end */
	} else if (byte == '\r' || byte == '\n') {
		return finish(edit, LINEEDIT_LINE);
	} else if (byte == CTRL('C')) {
		return finish(edit, LINEEDIT_CANCEL);
	} else if (byte == CTRL('D') && !edit->length) {
		return finish(edit, LINEEDIT_EOF);
	} else if (byte < ' ' || byte == DEL) {
		control_key(edit, byte);
	} else {
		/* Of what is typed or pasted, a part without the rest must not be used. */
		if (!lineedit_insert(edit, &c, 1))
			edit->too_long = true;
		if (was_clean)
			lineedit_appended(edit);
	}
	return LINEEDIT_MORE;
}

void lineedit_begin(struct lineedit *edit)
{
	edit->line[0] = edit->saved[0] = '\0';
	edit->length = edit->cursor = edit->left = 0;
	edit->back = 0;
	edit->key = PLAIN;
	edit->too_long = false;
	lineedit_redraw(edit);
}
