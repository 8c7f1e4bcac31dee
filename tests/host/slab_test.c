/* SPDX-License-Identifier: MIT */
/*
 * The slab allocator and kmalloc() against a model that knows only which objects are in use, and
 * what their users wrote into them: a million random operations on several CPUs, on caches that
 * come and go, with pages that are not to be had, wrong frees, and init_on_alloc= and init_on_free=
 * switched on and off. The sanitiser watches the pages that are nobody's.
 */
#include "kernel/sync/rcupdate.h"
#include "mm/kmalloc.h"
#include "mm/shrinker.h"
#include "mm/slab_internal.h"
#include "tests/host/host_pages.h"

#define OPERATIONS 1000000
#define OBJECTS    3000
#define CACHES     6

/* --- what the slab allocator needs besides pages ---------------------------------------------- */

static unsigned long reports, all_reports, nr_given, nr_caches, nr_bulk;

void slab_report(struct kmem_cache *s, void *object, const char *fmt, ...)
{
	reports++;
	all_reports++;
	s->errors++;
}

slab_flags_t slab_debug_flags(const char *name, slab_flags_t flags)
{
	return flags;
}
void slab_debug_setup(struct kmem_cache *s, struct page *slab)
{
}
void *slab_debug_alloc(struct kmem_cache *s, gfp_t gfp)
{
	return NULL;
}
void slab_debug_free(struct kmem_cache *s, struct page *slab, void *object)
{
}
unsigned long slab_debug_check(struct kmem_cache *s, struct page *slab)
{
	return 0;
}
void slab_track_print(struct kmem_cache *s, void *object)
{
}
unsigned int slab_track_size(void)
{
	return 0;
}
int register_shrinker(struct shrinker *shrinker, const char *name)
{
	return 0;
}

/* Grace periods end when the test says so: what waits for one stays as it is until then. */
static struct rcu_head *waiting;

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	*head = (struct rcu_head){.next = waiting, .func = func};
	waiting = head;
}

void rcu_barrier(void)
{
	while (waiting) {
		struct rcu_head *head = waiting;

		waiting = head->next;
		head->func(head);
	}
}

/* --- the model -------------------------------------------------------------------------------- */

static struct object {
	unsigned char *at; /* NULL: none */
	size_t size;
	unsigned char fill;
	int cache; /* -1: of kmalloc() */
} objects[OBJECTS];

static struct cache {
	struct kmem_cache *s; /* NULL: none */
	unsigned int size, align, in_use;
	slab_flags_t flags;
	bool made;
} caches[CACHES];

/* One byte for 8 of memory: is that somebody's? */
static unsigned char owned[sizeof(host_memory) / 8];

static unsigned int below(unsigned int n)
{
	return (unsigned int)host_random_below(n);
}

static bool all(const unsigned char *p, size_t n, unsigned char value)
{
	while (n-- > 0)
		if (*p++ != value)
			return false;
	return true;
}

static void own(const unsigned char *at, size_t size, unsigned char mine)
{
	size_t first = (size_t)(at - host_memory) / 8;

	for (size_t i = 0; i < (size + 7) / 8; i++) {
		EXPECT(owned[first + i] == !mine);
		owned[first + i] = mine;
	}
}

#define MADE 0x77

static void make(void *object)
{
	memset(object, MADE, 24);
}

/* Somebody has been given SIZE bytes. ZERO: they must be zeroes. */
static void given(struct object *o, void *at, size_t size, int cache, bool zero)
{
	if (!at)
		return;
	nr_given++;
	EXPECT(virt_addr_valid(at) && (uintptr_t)at % 8 == 0);
	EXPECT(!zero || all(at, size, 0));
	if (cache >= 0) {
		caches[cache].in_use++;
		EXPECT((uintptr_t)at % caches[cache].align == 0);
		EXPECT(!caches[cache].made || all(at, 24, MADE));
	}
	own(at, size, 1);
	*o = (struct object){at, size, (unsigned char)below(256), cache};
	memset(at, o->fill, size);
}

/* The user's bytes are as he left them; then he is done with them. */
static void check_and_leave(struct object *o)
{
	EXPECT(all(o->at, o->size, o->fill));
	own(o->at, o->size, 0);
	if (o->cache < 0)
		return;
	caches[o->cache].in_use--;
	if (caches[o->cache].made)
		make(o->at);
}

/* A second free, or one of an address inside, is reported once and changes nothing. */
static void free_wrongly(struct object *o, struct kmem_cache *s)
{
	unsigned long before = reports, inside = 8 * (1 + below((unsigned int)(o->size / 8)));

	if (inside >= o->size)
		return;
	if (s)
		kmem_cache_free(s, o->at + inside);
	else
		kfree(o->at + inside);
	EXPECT_EQ(reports, before + 1);
	reports = before;
}

static void drop(struct object *o)
{
	struct kmem_cache *s = o->cache >= 0 ? caches[o->cache].s : NULL;
	unsigned long before = reports;
	/* Whole pages have reports of their own. */
	bool object = s || ksize(o->at) <= KMALLOC_MAX_CACHE_SIZE, twice = object && below(50) == 0;

	if (object && o->size >= 16 && below(50) == 0)
		free_wrongly(o, s);
	check_and_leave(o);
	if (s)
		kmem_cache_free(s, o->at);
	else
		kfree(o->at);
	if (twice) {
		if (s)
			kmem_cache_free(s, o->at);
		else
			kfree(o->at);
		EXPECT_EQ(reports, before + 1);
		reports = before;
	}
	o->at = NULL;
}

static bool zeroing(void)
{
	return page_alloc_hooks != 0;
}

static void take_from_kmalloc(struct object *o)
{
	size_t size = 1 + below(below(10) ? 300 : below(10) ? 8192 : 30000);
	gfp_t gfp = below(4) ? GFP_KERNEL : GFP_KERNEL | __GFP_ZERO;
	void *at;

	switch (below(6)) {
	case 0:
		at = kmalloc(96, gfp);
		given(o, at, 96, -1, gfp & __GFP_ZERO || page_alloc_hooks & PAGE_HOOK_INIT_ALLOC);
		break;
	case 1:
		at = kmalloc(192, gfp);
		given(o, at, 192, -1, gfp & __GFP_ZERO || page_alloc_hooks & PAGE_HOOK_INIT_ALLOC);
		break;
	default:
		at = kmalloc(size, gfp);
		/* whole pages are zeroed by their own allocator, which is not here */
		given(o, at, size, -1,
		      gfp & __GFP_ZERO || (page_alloc_hooks & PAGE_HOOK_INIT_ALLOC &&
					   size <= KMALLOC_MAX_CACHE_SIZE));
		EXPECT(!at || ksize(at) >= size);
	}
}

static void resize(struct object *o)
{
	size_t size = 1 + below(2000), kept = o->size < size ? o->size : size;
	unsigned char fill = o->fill, *at;

	EXPECT(all(o->at, o->size, fill));
	at = krealloc(o->at, size, GFP_KERNEL);
	if (!at)
		return;
	EXPECT(all(at, kept, fill));
	own(o->at, o->size, 0);
	given(o, at, size, -1, false);
}

static void take_from_cache(struct object *o, int i)
{
	struct cache *c = &caches[i];
	bool zero = !c->made && !(c->flags & SLAB_TYPESAFE_BY_RCU) &&
		    page_alloc_hooks & PAGE_HOOK_INIT_ALLOC;
	bool asked = !c->made && below(4) == 0;

	given(o, kmem_cache_alloc(c->s, asked ? GFP_KERNEL | __GFP_ZERO : GFP_KERNEL), c->size, i,
	      zero || asked);
}

/* Many at once: all or none. */
static void take_in_bulk(int i)
{
	static void *p[100];
	int n = 1 + (int)below(100), left = 0;

	for (int k = 0; k < OBJECTS; k++)
		left += !objects[k].at;
	if (left < n)
		return;
	if (kmem_cache_alloc_bulk(caches[i].s, GFP_KERNEL, (size_t)n, p) == 0)
		return;
	nr_bulk++;
	for (int k = 0, j = 0; j < n; k++)
		if (!objects[k].at)
			given(&objects[k], p[j++], caches[i].size, i, false);
}

static void new_cache(int i)
{
	struct cache *c = &caches[i];

	c->made = below(4) == 0;
	c->size = c->made ? 24 + below(500) : 1 + below(below(5) ? 400 : 5000);
	c->align = below(3) ? 8 : 8u << below(6);
	c->flags = below(5) ? 0 : SLAB_TYPESAFE_BY_RCU;
	c->in_use = 0;
	nr_caches++;
	c->s = kmem_cache_create("host", c->size, c->align, c->flags, c->made ? make : NULL);
}

static void end_cache(int i)
{
	for (int k = 0; k < OBJECTS; k++)
		if (objects[k].at && objects[k].cache == i)
			drop(&objects[k]);
	EXPECT_EQ(kmem_cache_active(caches[i].s), 0);
	kmem_cache_destroy(caches[i].s);
	caches[i].s = NULL;
}

/* Now and then: what the allocator says of itself. */
static void compare(void)
{
	rcu_barrier();
	EXPECT_EQ(slab_pages() + kmalloc_large_pages(), host_pages_used);
	for (int i = 0; i < CACHES; i++) {
		if (!caches[i].s)
			continue;
		EXPECT_EQ(kmem_cache_active(caches[i].s), caches[i].in_use);
		EXPECT_EQ(kmem_cache_validate(caches[i].s), 0);
	}
	EXPECT_EQ(reports, 0);
	EXPECT_EQ(host_preempt_count, 0);
}

static void rare_things(void)
{
	int i = (int)below(CACHES);

	switch (below(6)) {
	case 0:
		slab_shrink_all();
		break;
	case 1:
		if (caches[i].s)
			kmem_cache_shrink(caches[i].s);
		break;
	case 2:
		page_alloc_hooks = zeroing() ? 0 : below(4);
		slab_init_changed();
		break;
	case 3:
		host_page_failures = below(2) ? 5 + below(100) : 0;
		break;
	default:
		if (caches[i].s)
			end_cache(i);
		else
			new_cache(i);
	}
	compare();
}

static void a_million_operations(void)
{
	unsigned int limit = OBJECTS;

	host_pages_init();
	kmem_cache_init();
	for (unsigned int n = 0; n < OPERATIONS && host_ok(); n++) {
		struct object *o = &objects[below(limit)];
		int i = (int)below(CACHES);

		host_cpu = below(8) ? host_cpu : below(HOST_CPUS);
		if (below(1000) == 0) {
			limit = 1 + below(OBJECTS);
			rare_things();
		}
		if (!o->at && caches[i].s && below(2))
			take_from_cache(o, i);
		else if (!o->at)
			take_from_kmalloc(o);
		else if (o->cache < 0 && below(8) == 0)
			resize(o);
		else
			drop(o);
		if (caches[i].s && below(2000) == 0)
			take_in_bulk(i);
	}
	for (int k = 0; k < OBJECTS; k++)
		if (objects[k].at)
			drop(&objects[k]);
	for (int i = 0; i < CACHES; i++)
		if (caches[i].s)
			end_cache(i);
	compare();
	slab_shrink_all();
	rcu_barrier();
	EXPECT_EQ(host_pages_used, 0);
	printf("    # %lu objects, %lu caches, %lu times many at once, %lu wrong frees\n", nr_given,
	       nr_caches, nr_bulk, all_reports);
	EXPECT(nr_caches > 20 && nr_bulk > 100 && all_reports > 1000);
}

static const struct host_case cases[] = {HOST_CASE(a_million_operations), {0}};

int main(int argc, char **argv)
{
	return host_main("slab_model", cases, argc, argv);
}
