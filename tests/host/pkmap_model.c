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

/* Does anybody wait for a slot of the colour, woken already or not? */
static bool any_waits(const struct model *m, int color)
{
	for (int i = 0; i < MODEL_TASKS; i++)
		if (m->task[i].waiting && m->task[i].page % m->colors == color)
			return true;
	return false;
}

/* Of the tasks that sleep for slots of the colour, and for PAGE if it is one, who sleeps longest.
 */
static struct model_task *longest(struct model *m, int color, int page)
{
	struct model_task *found = NULL;

	for (int i = 0; i < MODEL_TASKS; i++) {
		struct model_task *t = &m->task[i];

		if (t->waiting && t->asleep && t->page % m->colors == color &&
		    (page < 0 || t->page == page) && (!found || t->ticket < found->ticket))
			found = t;
	}
	return found;
}

/* Wakes N of them, all if N is 0; counted if there is anybody at all who waits. */
static void wake(struct model *m, int color, int n, int page)
{
	struct model_task *t;

	if (!any_waits(m, color))
		return;
	m->wakes++;
	while ((t = longest(m, color, page))) {
		t->asleep = false;
		if (--n == 0)
			break;
	}
}

static int notes(const struct model *m, int color)
{
	int n = 0;

	for (int nr = color; nr < m->slots; nr += m->colors)
		n += m->slot[nr].noted;
	return n;
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
	wake(m, nr % m->colors, 1, -1);
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
	wake(m, slot->page % m->colors, 0, slot->page); /* who wants the same page shares it */
	return MODEL_DONE;
}

static int first_free_from(const struct model *m, int nr)
{
	for (; nr < m->slots; nr += m->colors)
		if (m->slot[nr].state == MODEL_FREE)
			return nr;
	return -1;
}

/*
 * Has somebody mapped the task's page while it waited? Then it shares that slot, and if there is
 * something to be had, for which it may have been woken, the next one is.
 */
static bool shares(struct model *m, int task)
{
	int color = m->task[task].page % m->colors;

	m->task[task].slot = model_get(m, m->task[task].page);
	if (m->task[task].slot < 0)
		return false;
	if (first_free_from(m, color) >= 0 || notes(m, color) > 0)
		wake(m, color, 1, -1);
	return true;
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
	int freed[MODEL_COLORS] = {0}, all = 0;

	for (int nr = 0; nr < m->slots; nr++) {
		if (m->slot[nr].state != MODEL_TAKEN_BACK || m->slot[nr].flusher != task)
			continue;
		m->slot[nr].state = MODEL_FREE;
		freed[nr % m->colors]++;
		all++;
	}
	for (int color = 0; color < m->colors; color++)
		if (freed[color] > 0)
			wake(m, color, freed[color] + notes(m, color), -1);
	for (int i = 0; i < MODEL_TASKS && all > 0; i++)
		if (m->task[i].next == MODEL_AFTER_OTHERS)
			m->task[i].asleep = false;
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

static enum model_event search(struct model *m, int task);

/* The window's end was passed, and what is idle was taken back, if it could be. */
static enum model_event from_the_start(struct model *m, int task)
{
	int color = m->task[task].page % m->colors, nr = first_free_from(m, color);

	if (nr >= 0) {
		m->last[color] = nr;
		return give(m, task, nr);
	}
	if (notes(m, color) > 0 &&
	    !being_flushed(m, color)) /* it need not sleep: something was left meanwhile */
		return shares(m, task) ? MODEL_DONE : search(m, task);
	m->task[task].waiting = m->task[task].asleep = true;
	m->task[task].ticket = ++m->tickets;
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
	m->task[task].slot = model_get(m, page);
	return m->task[task].slot >= 0 ? MODEL_DONE : search(m, task);
}

/* The flushes of others that are under way end before the call does, those of colour 0 first. */
static enum model_event wait_for_others(struct model *m, int task)
{
	struct model_task *t = &m->task[task];

	while (t->color < m->colors && !being_flushed(m, t->color))
		t->color++;
	t->asleep = t->color < m->colors;
	t->next = t->asleep ? MODEL_AFTER_OTHERS : MODEL_AT_START;
	return t->asleep ? MODEL_SLEEPS : MODEL_DONE;
}

enum model_event model_flush_unused(struct model *m, int task)
{
	bool any;

	m->task[task].page = -1;
	m->task[task].color = 0;
	if (flush(m, task, &any) == MODEL_FLUSHES)
		return MODEL_FLUSHES;
	return wait_for_others(m, task);
}

enum model_event model_go_on(struct model *m, int task)
{
	struct model_task *t = &m->task[task];

	if (t->next == MODEL_AFTER_OTHERS)
		return wait_for_others(m, task);
	if (t->next == MODEL_AFTER_FLUSH) {
		set_free(m, task);
		if (t->page < 0)
			return wait_for_others(m, task);
		if (shares(m, task))
			return MODEL_DONE;
		return from_the_start(m, task);
	}
	t->waiting = t->asleep = false;
	return shares(m, task) ? MODEL_DONE : search(m, task);
}
