/* SPDX-License-Identifier: MIT */
/*
 * A model of the PKMAP window: what each kmap() must give, when it must flush or sleep, and what
 * every count must be. It shares no source with mm/ and has no bitmap, no hash and no lock: slots
 * are looked at one by one, pages are numbers, and everything is one step after another.
 *
 * Tasks, pages and slots are numbers from 0. A task's call is done in parts: it ends (MODEL_DONE),
 * waits for other CPUs to forget slots (MODEL_FLUSHES), or sleeps (MODEL_SLEEPS); then others go
 * on, until the test calls model_go_on().
 */
#ifndef TESTS_HOST_PKMAP_MODEL_H
#define TESTS_HOST_PKMAP_MODEL_H

#include <stdbool.h>

#define MODEL_SLOTS  256 /* at most */
#define MODEL_TASKS  8
#define MODEL_COLORS 4

enum model_event { MODEL_DONE, MODEL_FLUSHES, MODEL_SLEEPS };

struct model_slot {
	enum { MODEL_FREE, MODEL_MAPPED, MODEL_TAKEN_BACK } state;
	int users;
	int page;
	bool touched; /* some CPU may remember it */
	bool noted;   /* somebody left it without users since all slots were last looked at */
	int flusher;  /* the task that takes it back */
};

struct model_task {
	int page; /* that it maps; -1: it only flushes */
	int slot; /* that it got */
	bool waiting, asleep;
	unsigned int ticket; /* who waits longer has the smaller one */
	int color;           /* whose flushes by others it waits for, if it only flushes */
	enum { MODEL_AT_START, MODEL_AFTER_FLUSH, MODEL_AFTER_SLEEP, MODEL_AFTER_OTHERS } next;
};

struct model {
	int slots, colors;
	int last[MODEL_COLORS]; /* the slot that was given out last, of each colour */
	struct model_slot slot[MODEL_SLOTS];
	struct model_task task[MODEL_TASKS];
	unsigned int tickets;
	unsigned int maps, revivals, wraps, flushes, shootdowns, sleeps, wakes;
};

void model_init(struct model *m, int slots, int colors);

/* TASK maps PAGE: then m->task[TASK].slot; or takes back what is idle. */
enum model_event model_map(struct model *m, int task, int page);
enum model_event model_flush_unused(struct model *m, int task);
enum model_event model_go_on(struct model *m, int task);

/* A reference if PAGE has a slot: that one, or -1. One less. Some CPU reads or writes there. */
int model_get(struct model *m, int page);
void model_put(struct model *m, int page);
void model_touch(struct model *m, int slot);

/* The slot of a page, or -1. What the slot's count must be: 0, 1, or users + 1. */
int model_slot_of(const struct model *m, int page);
int model_count(const struct model *m, int slot);

#endif /* TESTS_HOST_PKMAP_MODEL_H */
