/* SPDX-License-Identifier: MIT */
/*
 * Caches that look closely. Their slots are
 *
 *	| left red zone | object | right red zone | mark | link | allocated by | freed by | pad |
 *
 *	red zones   0xbb while the object is free, 0xcc while it is in use     SLAB_RED_ZONE
 *	object      0x6b while it is free, its last byte 0xa5                  SLAB_POISON
 *	mark        SLAB_MARK while it is free, else 0
 *	pad         0x5a always                                                SLAB_POISON
 *
 * An object is checked when it is handed out, when it is freed, and by kmem_cache_validate(). What
 * does not hold is reported with cache, object, offset, expected and found byte, and put right, so
 * that each piece of damage is told once and the cache goes on. A broken link costs nothing: the
 * marks say which objects are free, and the list is made anew from them.
 *
 * There are no magazines: every step is under s->lock.
 *
 * slab_debug=FLAGS[,GLOB] chooses: F checks, Z red zones, P poison, U users; without FLAGS all of
 * them, `-` none; with GLOB only for the caches whose names match. Debug builds start with all.
 */
#include "boot/cmdline.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/glob.h"
#include "lib/string.h"
#include "mm/slab_debug.h"
#include "mm/slab_internal.h"

static slab_flags_t wanted_flags = SLAB_DEBUG_DEFAULT;
static const char *wanted_names = "*";

static int set_slab_debug(const char *value)
{
	static const struct {
		char letter;
		slab_flags_t flag;
	} letters[] = {{'F', SLAB_CONSISTENCY_CHECKS},
		       {'Z', SLAB_RED_ZONE},
		       {'P', SLAB_POISON},
		       {'U', SLAB_STORE_USER},
		       {'-', 0}};
	slab_flags_t flags = 0;
	unsigned int i;

	if (!value || !*value || *value == ',')
		flags = SLAB_DEBUG_FLAGS;
	for (; value && *value && *value != ','; value++) {
		for (i = 0; i < ARRAY_SIZE(letters) && letters[i].letter != *value; i++)
			;
		if (i == ARRAY_SIZE(letters))
			return -EINVAL;
		flags |= letters[i].flag;
	}
	wanted_flags = flags;
	wanted_names = value && *value == ',' ? value + 1 : "*";
	return 0;
}
BOOT_PARAM("slab_debug", set_slab_debug,
	   "FLAGS[,GLOB]: F checks, Z red zones, P poison, U users, - none; which caches");

slab_flags_t slab_debug_flags(const char *name, slab_flags_t flags)
{
	if (glob_match(wanted_names, name))
		flags |= wanted_flags;
	return flags;
}

/* --- patterns --------------------------------------------------------------------------------- */

static bool poisons(const struct kmem_cache *s)
{
	return (s->flags & SLAB_POISON) && !s->ctor && !(s->flags & SLAB_TYPESAFE_BY_RCU);
}

/* Bytes from the end of what is used of a slot to the next one, and where they start. */
static u8 *pad_of(const struct kmem_cache *s, void *object, unsigned int *n)
{
	unsigned int used = s->track_offset
				    ? s->track_offset + 2 * slab_track_size()
				    : (unsigned int)(s->mark_offset + sizeof(struct slab_free));

	*n = s->size - s->red_left - used;
	return (u8 *)object + used;
}

static void fill_red_zones(struct kmem_cache *s, void *object, u8 value)
{
	memset((u8 *)object - s->red_left, value, s->red_left);
	memset((u8 *)object + s->object_size, value, s->red_right);
}

static void fill_poison(struct kmem_cache *s, void *object)
{
	if (!poisons(s))
		return;
	memset(object, POISON_FREE, s->object_size - 1);
	((u8 *)object)[s->object_size - 1] = POISON_END;
}

/*
 * N bytes at START should be EXPECTED. Reports the first that is not, under the name WHAT, and puts
 * all of them right. Returns reports made.
 */
static unsigned long check_bytes(struct kmem_cache *s, void *object, const char *what, void *start,
				 u8 expected, unsigned int n)
{
	u8 *bytes = start;
	unsigned int i = 0, last = 0, at;

	while (i < n && bytes[i] == expected)
		i++;
	if (i == n)
		return 0;
	for (at = i; at < n; at++)
		if (bytes[at] != expected)
			last = at;
	slab_report(
		s, object,
		"%s overwritten: object 0x%08lx, offset %ld to %ld, expected 0x%02x, got 0x%02x",
		what, (unsigned long)object, (long)(bytes + i - (u8 *)object),
		(long)(bytes + last - (u8 *)object), expected, bytes[i]);
	memset(bytes, expected, n);
	return 1;
}

static unsigned long check_red_zones(struct kmem_cache *s, void *object, u8 value)
{
	if (control(slab_no_red_zone))
		return 0;
	return check_bytes(s, object, "Left Redzone", (u8 *)object - s->red_left, value,
			   s->red_left) +
	       check_bytes(s, object, "Right Redzone", (u8 *)object + s->object_size, value,
			   s->red_right);
}

static unsigned long check_poison(struct kmem_cache *s, void *object)
{
	if (!poisons(s) || control(slab_no_poison))
		return 0;
	return check_bytes(s, object, "Poison", object, POISON_FREE, s->object_size - 1) +
	       check_bytes(s, object, "Poison", (u8 *)object + s->object_size - 1, POISON_END, 1);
}

static unsigned long check_pad(struct kmem_cache *s, void *object)
{
	unsigned int n;
	u8 *pad = pad_of(s, object, &n);

	return s->flags & SLAB_POISON ? check_bytes(s, object, "Padding", pad, POISON_INUSE, n) : 0;
}

/* --- free and in use -------------------------------------------------------------------------- */

/*
 * Whether OBJECT is free. Its mark says so; a mark that is neither one nor the other is reported,
 * and put right by what the red zone says.
 */
static bool is_free(struct kmem_cache *s, void *object, unsigned long *reports)
{
	struct slab_free *f = slab_free_part(s, object);

	if (f->mark != SLAB_MARK && f->mark != 0) {
		slab_report(s, object,
			    "Free pointer overwritten: object 0x%08lx, offset %lu, mark 0x%08lx",
			    (unsigned long)object, s->mark_offset, f->mark);
		++*reports;
		f->mark = s->red_right && ((u8 *)object)[s->object_size] == SLUB_RED_ACTIVE
				  ? 0
				  : SLAB_MARK;
	}
	return f->mark == SLAB_MARK;
}

/* The list of free objects of SLAB, from their marks alone. */
static void relink(struct kmem_cache *s, struct page *slab)
{
	unsigned int free = 0;

	slab->freelist = NULL;
	for (unsigned int i = slab_slots(slab); i-- > 0;) {
		void *object = slab_object(s, slab, i);

		if (slab_free_part(s, object)->mark != SLAB_MARK)
			continue;
		slab_free_part(s, object)->link = slab->freelist;
		slab->freelist = object;
		free++;
	}
	if (free != slab_slots(slab) - slab_inuse(slab))
		slab_report(s, NULL, "slab 0x%08lx has %u free objects instead of %u",
			    (unsigned long)lowmem_page_address(slab), free,
			    slab_slots(slab) - slab_inuse(slab));
}

static unsigned long check_link(struct kmem_cache *s, struct page *slab, void *object)
{
	void *next = slab_free_part(s, object)->link;

	if (!next || (slab_has_object(s, slab, next) && slab_free_part(s, next)->mark == SLAB_MARK))
		return 0;
	if (!control(slab_link_unseen))
		slab_report(
			s, object,
			"Free pointer overwritten: object 0x%08lx, offset %lu, it points to 0x%08lx",
			(unsigned long)object,
			(unsigned long)(s->mark_offset + offsetof(struct slab_free, link)),
			(unsigned long)next);
	relink(s, slab);
	return 1;
}

static unsigned long check_free_object(struct kmem_cache *s, struct page *slab, void *object)
{
	return check_link(s, slab, object) + check_red_zones(s, object, SLUB_RED_INACTIVE) +
	       check_poison(s, object) + check_pad(s, object);
}

static unsigned long check_used_object(struct kmem_cache *s, void *object)
{
	return check_red_zones(s, object, SLUB_RED_ACTIVE) + check_pad(s, object);
}

unsigned long slab_debug_check(struct kmem_cache *s, struct page *slab)
{
	unsigned long reports = 0;

	for (unsigned int i = 0; i < slab_slots(slab); i++) {
		void *object = slab_object(s, slab, i);

		reports += is_free(s, object, &reports) ? check_free_object(s, slab, object)
							: check_used_object(s, object);
	}
	return reports;
}

/* --- what the allocator calls ----------------------------------------------------------------- */

void slab_debug_setup(struct kmem_cache *s, struct page *slab)
{
	for (unsigned int i = 0; i < slab_slots(slab); i++) {
		void *object = slab_object(s, slab, i);
		unsigned int n;
		u8 *pad = pad_of(s, object, &n);

		memset(pad, POISON_INUSE, n);
		slab_track_reset(s, object);
		fill_red_zones(s, object, SLUB_RED_INACTIVE);
		fill_poison(s, object);
	}
}

/* The first free object of SLAB, checked, now in use. */
static void *hand_out(struct kmem_cache *s, struct page *slab)
{
	unsigned long reports = 0;
	void *object;

	/* A mark that was overwritten on the free list: it is free, whatever it says. */
	if (!is_free(s, slab->freelist, &reports))
		slab_free_part(s, slab->freelist)->mark = SLAB_MARK;
	object = slab->freelist;
	check_free_object(s, slab, object);
	object = slab->freelist; /* relinked, perhaps */
	slab->freelist = slab_free_part(s, object)->link;
	slab_object_taken(s, slab);
	slab_free_part(s, object)->mark = 0;
	fill_red_zones(s, object, SLUB_RED_ACTIVE);
	slab_track(s, object, false);
	return object;
}

void *slab_debug_alloc(struct kmem_cache *s, gfp_t gfp)
{
	void *object = NULL;
	unsigned long flags;

	do {
		spin_lock_irqsave(&s->lock, flags);
		if (!list_empty(&s->partial))
			object = hand_out(s, list_first_entry(&s->partial, struct page, lru));
		spin_unlock_irqrestore(&s->lock, flags);
	} while (!object && slab_add(s, gfp));
	return object;
}

void slab_debug_free(struct kmem_cache *s, struct page *slab, void *object)
{
	struct slab_free *f = slab_free_part(s, object);
	unsigned long flags, reports = 0;

	spin_lock_irqsave(&s->lock, flags);
	if (is_free(s, object, &reports) && !control(slab_double_free)) {
		slab_report(s, object, "object 0x%08lx is free already: freed twice",
			    (unsigned long)object);
		spin_unlock_irqrestore(&s->lock, flags);
		return;
	}
	check_used_object(s, object);
	slab_track(s, object, true);
	fill_red_zones(s, object, SLUB_RED_INACTIVE);
	fill_poison(s, object);
	slab_init_on_free(s, object);
	f->mark = SLAB_MARK;
	slab_give_one(s, slab, object);
	spin_unlock_irqrestore(&s->lock, flags);
	slab_trim(s);
}
