/* SPDX-License-Identifier: MIT */
/*
 * What the slab allocator says when something is wrong, and who had an object: tracks.
 *
 * A track is the calls that led to an allocation or a free, innermost first, as return addresses.
 * Each object of a cache with SLAB_STORE_USER has two, behind its marks.
 */
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "lib/bug.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab_internal.h"

#define TRACK_CALLS 10
#define OWN_CALLS   2 /* not worth storing: slab_track() and who called it */

struct track {
	unsigned long when; /* jiffies; 0: never */
	unsigned int cpu;
	unsigned long calls[TRACK_CALLS]; /* 0 after the last */
};

struct recording {
	struct track *track;
	unsigned int seen;
};

static struct track *track_of(struct kmem_cache *s, void *object, bool is_free)
{
	return (struct track *)((char *)object + s->track_offset) + is_free;
}

static bool record(unsigned long address, void *arg)
{
	struct recording *r = arg;

	if (r->seen >= OWN_CALLS)
		r->track->calls[r->seen - OWN_CALLS] = address;
	return ++r->seen < OWN_CALLS + TRACK_CALLS;
}

unsigned int slab_track_size(void)
{
	return sizeof(struct track);
}

void slab_track(struct kmem_cache *s, void *object, bool is_free)
{
	struct track *track;

	if (!s->track_offset)
		return;
	track = track_of(s, object, is_free);
	*track = (struct track){.when = jiffies | 1, .cpu = smp_processor_id()};
	walk_stack((unsigned long)__builtin_frame_address(0), record,
		   &(struct recording){.track = track});
}

void slab_track_reset(struct kmem_cache *s, void *object)
{
	if (s->track_offset)
		memset(track_of(s, object, false), 0, 2 * sizeof(struct track));
}

static void print_track(const struct track *track, const char *what)
{
	if (!track->when)
		return;
	pr_err("%s in cpu=%u at jiffies %lu:\n", what, track->cpu, track->when);
	for (unsigned int i = 0; i < TRACK_CALLS && track->calls[i]; i++)
		pr_err(" %pB\n", (void *)track->calls[i]);
}

void slab_track_print(struct kmem_cache *s, void *object)
{
	if (!s->track_offset)
		return;
	print_track(track_of(s, object, false), "Allocated");
	print_track(track_of(s, object, true), "Freed");
}

void slab_report(struct kmem_cache *s, void *object, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	__atomic_fetch_add(&s->errors, 1, __ATOMIC_RELAXED);
	WARN(true, "BUG %s: %s", s->name, text);
	if (warn_expected)
		return;
	pr_err("cache %s: objects of %u bytes, %lu in %lu slabs, %lu reports so far\n", s->name,
	       s->object_size, s->nr_objects, s->nr_slabs, s->errors);
	if (object)
		slab_track_print(s, object);
}
