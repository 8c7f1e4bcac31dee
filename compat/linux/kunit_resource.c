/* SPDX-License-Identifier: MIT */
/*
 * Resources of test cases, as Linux's tests know them: see compat/linux/kunit/resource.h.
 */
#include "compat/linux/kunit/resource.h"

#include "lib/errno.h"

/* What a search looks for; one argument where the list of actions passes only one. */
struct wanted {
	struct kunit *test;
	kunit_resource_match_t match;
	void *data;
};

static void put_action(void *res)
{
	kunit_put_resource(res);
}

static bool is_wanted(void *context, void *arg)
{
	const struct wanted *wanted = arg;

	return wanted->match(wanted->test, context, wanted->data);
}

int kunit_add_resource(struct kunit *test, kunit_resource_init_t init, kunit_resource_free_t free,
		       struct kunit_resource *res, void *data)
{
	int error;

	res->free = free;
	res->references = 1;
	if (init) {
		error = init(res, data);
		if (error)
			return error;
	} else {
		res->data = data;
	}
	return kunit_add_action(test, put_action, res);
}

int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data)
{
	struct kunit_resource *existing = kunit_find_named_resource(test, name);

	if (existing) {
		kunit_put_resource(existing);
		return -EEXIST;
	}
	res->name = name;
	return kunit_add_resource(test, init, free, res, data);
}

struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test, kunit_resource_init_t init,
						    kunit_resource_free_t free, gfp_t gfp,
						    void *context)
{
	struct kunit_resource *res = kunit_kzalloc(test, sizeof(*res), gfp);

	if (!res || kunit_add_resource(test, init, free, res, context))
		return NULL;
	kunit_get_resource(res);
	return res;
}

void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t gfp, void *context)
{
	struct kunit_resource *res = kunit_alloc_and_get_resource(test, init, free, gfp, context);

	if (!res)
		return NULL;
	kunit_put_resource(res);
	return res->data;
}

struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *data)
{
	struct wanted wanted = {test, match, data};
	struct kunit_resource *res = kunit_find_action(test, put_action, is_wanted, &wanted);

	if (res)
		kunit_get_resource(res);
	return res;
}

struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name)
{
	return kunit_find_resource(test, kunit_resource_name_match, (void *)name);
}

void kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
{
	kunit_release_action(test, put_action, res);
}

int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *data)
{
	struct kunit_resource *res = kunit_find_resource(test, match, data);

	if (!res)
		return -ENOENT;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
	return 0;
}

int kunit_destroy_named_resource(struct kunit *test, const char *name)
{
	return kunit_destroy_resource(test, kunit_resource_name_match, (void *)name);
}

void kunit_get_resource(struct kunit_resource *res)
{
	res->references++;
}

void kunit_put_resource(struct kunit_resource *res)
{
	if (--res->references == 0 && res->free)
		res->free(res);
}

bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *name)
{
	return res->name && strcmp(res->name, name) == 0;
}

bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res, void *data)
{
	return res->data == data;
}
