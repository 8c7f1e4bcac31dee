/* SPDX-License-Identifier: MIT */
/*
 * The line editor: input bytes in, output bytes out, one line at a time.
 *
 * Keys, as in any shell: Left/Right (Ctrl-B/F), Home/End (Ctrl-A/E), Ctrl- or Alt-arrows and
 * Alt-B/F by words, Backspace, Delete, Ctrl-K/U/W and Alt-D to cut and Ctrl-Y to paste back,
 * Up/Down (Ctrl-P/N) through the history, Tab to complete, Ctrl-L to clear the screen, Ctrl-C to
 * give the line up, Ctrl-D on an empty line to end the input.
 *
 * A line longer than the screen scrolls sideways, so no assumption is made about how a terminal
 * wraps. Drawing is put off while input is waiting: a pasted text costs one draw, not one a byte.
 *
 * Pure: no clock, no console; knows the outside only by the two calls below. Nothing here looks at
 * more of the input than the byte given, and any bytes may be given.
 */
#ifndef MONITOR_LINEEDIT_H
#define MONITOR_LINEEDIT_H

#include "lib/types.h"
#include "monitor/history.h"

enum lineedit_event {
	LINEEDIT_MORE,     /* the line is not finished */
	LINEEDIT_LINE,     /* Enter: the line is in `line` */
	LINEEDIT_TOO_LONG, /* Enter, but not all that was typed did fit: it must not be used */
	LINEEDIT_CANCEL,   /* Ctrl-C */
	LINEEDIT_EOF,      /* Ctrl-D on an empty line */
};

/* Takes one candidate of a completion. */
typedef void (*lineedit_add_t)(const char *word, void *arg);

struct lineedit {
	/* Set once by the caller. */
	char *line;   /* the text, always terminated */
	char *saved;  /* the new line while the history is shown */
	char *killed; /* the text cut last */
	size_t size;  /* of each of these three buffers */
	const char *prompt;
	unsigned int columns; /* of the terminal, at least 20 more than the prompt */
	struct history *history;
	void (*write)(const char *s, size_t n);
	/*
	 * Calls add(word, arg) for each word that could stand at the end of LINE's first CURSOR
	 * bytes, and returns how many of those bytes belong to the word already there. May be NULL.
	 */
	size_t (*complete)(const char *line, size_t cursor, lineedit_add_t add, void *arg);

	/* The editor's own. */
	size_t length, cursor; /* in bytes */
	size_t left;           /* first byte on the screen */
	size_t killed_length;
	unsigned int back; /* history line shown; 0: the new line */
	unsigned int key;  /* state of an escape sequence; see lineedit.c */
	unsigned int parameter[2], parameters;
	bool after_cr, dirty;
	bool too_long, saved_too_long; /* typed bytes did not fit into it; into `saved` */
};

/* Begins an empty line and draws the prompt. */
void lineedit_begin(struct lineedit *edit);

/* Takes one byte of input. After anything but LINEEDIT_MORE, call lineedit_begin() again. */
enum lineedit_event lineedit_feed(struct lineedit *edit, u8 byte);

/* Draws what has changed. Call it when no input is waiting. */
void lineedit_flush(struct lineedit *edit);

/* Draws the prompt and line anew, at the start of a fresh screen line: something else was printed.
 */
void lineedit_redraw(struct lineedit *edit);

/*
 * Between the editor's own files.
 *
 * lineedit_insert() puts N bytes in at the cursor; if they do not fit it rings the bell, leaves the
 * line alone and returns false. lineedit_appended() draws the one byte just added at the line's
 * end, if that is all there is to draw. lineedit_finish() leaves the screen line behind, with MARK
 * after the text. lineedit_complete() is Tab.
 */
bool lineedit_insert(struct lineedit *edit, const char *text, size_t n);
void lineedit_appended(struct lineedit *edit);
void lineedit_finish(struct lineedit *edit, const char *mark);
void lineedit_complete(struct lineedit *edit);

#endif
