/* SPDX-License-Identifier: MIT */
/*
 * The model of the PKMAP window. See pkmap_model.h.
 */
#include "tests/host/pkmap_model.h"
#include <string.h>

void model_init(struct model *m, int slots, int colors)
{
	memset(m, 0, sizeof(*m));
	m->slots = slots;
	m->colors = colors;
	for (int color = 0; color < colors; color++)
		m->last[color] = color;
}

int model_slot_of(const struct model *m, int page)
{
	for (int nr = 0; nr < m->slots; nr++)
		if (m->slot[nr].state == MODEL_MAPPED && m->slot[nr].page == page)
			return nr;
	return -1;
}

int model_count(const struct model *m, int nr)
{
	switch (m->slot[nr].state) {
	case MODEL_FREE:
		return 0;
	case MODEL_MAPPED:
		return m->slot[nr].users + 1;
	default:
		return 1;
	}
}

static void wake(struct model *m, int color)
{
	bool any = false;

	for (int i = 0; i < MODEL_TASKS; i++) {
		if (!m->task[i].waiting || m->task[i].page % m->colors != color)
			continue;
		m->task[i].asleep = false;
		any = true;
	}
	m->wakes += any;
}

int model_get(struct model *m, int page)
{
	int nr = model_slot_of(m, page);

	if (nr >= 0 && m->slot[nr].users++ == 0)
		m->revivals++;
	return nr;
}

void model_put(struct model *m, int page)
{
	int nr = model_slot_of(m, page);

	if (--m->slot[nr].users > 0)
		return;
	m->slot[nr].noted = true;
	wake(m, nr % m->colors);
}

void model_touch(struct model *m, int nr)
{
	m->slot[nr].touched = true;
}

static enum model_event give(struct model *m, int task, int nr)
{
	struct model_slot *slot = &m->slot[nr];

	slot->state = MODEL_MAPPED;
	slot->page = m->task[task].page;
	slot->users = 1;
	slot->touched = false;
	m->task[task].slot = nr;
	m->maps++;
	return MODEL_DONE;
}

/* Has somebody mapped the task's page while it waited? Then it shares that slot. */
static bool shares(struct model *m, int task)
{
	m->task[task].slot = model_get(m, m->task[task].page);
	return m->task[task].slot >= 0;
}

/* Will somebody's flush free slots of the colour? */
static bool being_flushed(const struct model *m, int color)
{
	for (int nr = color; nr < m->slots; nr += m->colors)
		if (m->slot[nr].state == MODEL_TAKEN_BACK)
			return true;
	return false;
}

/* All slots without users are taken back. Was there one, and may a CPU remember one of them? */
static bool take_back(struct model *m, int task, bool *remembered)
{
	bool any = false;

	*remembered = false;
	for (int nr = 0; nr < m->slots; nr++) {
		struct model_slot *slot = &m->slot[nr];

		slot->noted = false;
		if (slot->state != MODEL_MAPPED || slot->users > 0)
			continue;
		slot->state = MODEL_TAKEN_BACK;
		slot->flusher = task;
		*remembered |= slot->touched;
		any = true;
	}
	m->flushes += any;
	m->shootdowns += *remembered;
	return any;
}

/* No CPU remembers what the task has taken back: free, and whoever waits for it may look again. */
static void set_free(struct model *m, int task)
{
	bool freed[MODEL_COLORS] = {false};

	for (int nr = 0; nr < m->slots; nr++) {
		if (m->slot[nr].state != MODEL_TAKEN_BACK || m->slot[nr].flusher != task)
			continue;
		m->slot[nr].state = MODEL_FREE;
		freed[nr % m->colors] = true;
	}
	for (int color = 0; color < m->colors; color++)
		if (freed[color])
			wake(m, color);
}

/* Takes back what is idle. DONE: at once, if there was anything (*any). */
static enum model_event flush(struct model *m, int task, bool *any)
{
	bool remembered;

	*any = take_back(m, task, &remembered);
	if (remembered) {
		m->task[task].next = MODEL_AFTER_FLUSH;
		return MODEL_FLUSHES;
	}
	set_free(m, task);
	return MODEL_DONE;
}

static int first_free_from(const struct model *m, int nr)
{
	for (; nr < m->slots; nr += m->colors)
		if (m->slot[nr].state == MODEL_FREE)
			return nr;
	return -1;
}

static enum model_event search(struct model *m, int task);

/* The window's end was passed, and what is idle was taken back, if it could be. */
static enum model_event from_the_start(struct model *m, int task)
{
	int color = m->task[task].page % m->colors, nr = first_free_from(m, color);
	bool noted = false;

	if (nr >= 0) {
		m->last[color] = nr;
		return give(m, task, nr);
	}
	for (nr = color; nr < m->slots; nr += m->colors)
		noted |= m->slot[nr].noted;
	if (noted && !being_flushed(m, color)) /* it need not sleep: something was left meanwhile */
		return shares(m, task) ? MODEL_DONE : search(m, task);
	m->task[task].waiting = m->task[task].asleep = true;
	m->task[task].next = MODEL_AFTER_SLEEP;
	m->sleeps++;
	return MODEL_SLEEPS;
}

static enum model_event search(struct model *m, int task)
{
	int color = m->task[task].page % m->colors;
	int nr = first_free_from(m, m->last[color] + m->colors);
	bool any = false;

	if (nr >= 0) {
		m->last[color] = nr;
		return give(m, task, nr);
	}
	m->last[color] = color;
	m->wraps++;
	if (!being_flushed(m, color) && flush(m, task, &any) == MODEL_FLUSHES)
		return MODEL_FLUSHES;
	if (any && shares(m, task))
		return MODEL_DONE;
	return from_the_start(m, task);
}

enum model_event model_map(struct model *m, int task, int page)
{
	m->task[task].page = page;
	return shares(m, task) ? MODEL_DONE : search(m, task);
}

enum model_event model_flush_unused(struct model *m, int task)
{
	bool any;

	m->task[task].page = -1;
	return flush(m, task, &any);
}

enum model_event model_go_on(struct model *m, int task)
{
	struct model_task *t = &m->task[task];

	if (t->next == MODEL_AFTER_FLUSH) {
		set_free(m, task);
		if (t->page < 0 || shares(m, task))
			return MODEL_DONE;
		return from_the_start(m, task);
	}
	t->waiting = t->asleep = false;
	return shares(m, task) ? MODEL_DONE : search(m, task);
}
