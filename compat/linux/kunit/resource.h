/* SPDX-License-Identifier: MIT */
/*
 * Linux's <kunit/resource.h> for foreign sources: things that a test case owns and that are freed
 * when it ends, the latest first, found again by their name or by a match function. They are
 * actions of tests/kunit_resource.h with a count of references on top.
 */
#ifndef COMPAT_KUNIT_RESOURCE_H
#define COMPAT_KUNIT_RESOURCE_H

#include "lib/string.h"
#include "tests/kunit.h"

struct kunit_resource;
typedef int (*kunit_resource_init_t)(struct kunit_resource *res, void *context);
typedef void (*kunit_resource_free_t)(struct kunit_resource *res);
typedef bool (*kunit_resource_match_t)(struct kunit *test, struct kunit_resource *res, void *data);

struct kunit_resource {
	void *data;
	const char *name; /* or NULL */
	kunit_resource_free_t free;
	unsigned int references; /* one is the case's own; free() is called at zero */
};

/*
 * Makes RES, which the caller provides, a resource of TEST, with one reference. INIT, if given,
 * fills it from DATA; otherwise res->data is DATA. Returns 0, INIT's error, or -ENOMEM.
 */
int kunit_add_resource(struct kunit *test, kunit_resource_init_t init, kunit_resource_free_t free,
		       struct kunit_resource *res, void *data);
/* The same under a name; -EEXIST if the test has a resource of that name. */
int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data);
/* The same with a struct of the framework's. Returns it with a second reference, the caller's; or
 * NULL. */
struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test, kunit_resource_init_t init,
						    kunit_resource_free_t free, gfp_t gfp,
						    void *context);
/* The same without that reference; returns the resource's data, or NULL. */
void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t gfp, void *context);

/* The latest resource that matches, with one more reference for the caller; or NULL. */
struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *data);
struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name);

/* Takes RES from the test, and drops the test's reference. */
void kunit_remove_resource(struct kunit *test, struct kunit_resource *res);
/* Finds and removes one; -ENOENT if there is none. */
int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *data);
int kunit_destroy_named_resource(struct kunit *test, const char *name);

/* One reference more, resp. less; at zero free() runs. */
void kunit_get_resource(struct kunit_resource *res);
void kunit_put_resource(struct kunit_resource *res);

/* A match function: by name. */
bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *name);
/* A match function: by data. */
bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res, void *data);

#endif /* COMPAT_KUNIT_RESOURCE_H */
