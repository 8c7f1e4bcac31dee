/* SPDX-License-Identifier: MIT */
/*
 * libc for host tests: guarded memory, files, and functions to compare with (tests/host/suite.h);
 * and the framework's heap (tests/heap.h), by malloc so that the sanitiser guards each block.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/heap.h"
#include "tests/host/suite.h"

void *heap_alloc(size_t size, gfp_t gfp)
{
	void *p = malloc(size);

	if (p)
		memset(p, gfp & __GFP_ZERO ? 0 : 0xa5, size);
	return p;
}

void heap_free(const void *ptr)
{
	free((void *)(uintptr_t)ptr);
}

/* Before each block, in a block of its own so that the sanitiser guards both of its ends. */
struct allocation {
	void *block;
	struct allocation *next;
};

static struct allocation *allocations;

static void free_all(void *context)
{
	while (allocations) {
		struct allocation *a = allocations;

		allocations = a->next;
		free(a->block);
		free(a);
	}
}

void host_free_all(struct kunit *test)
{
	kunit_release_action(test, free_all, NULL);
}

void *host_alloc(struct kunit *test, size_t size)
{
	struct allocation *a = malloc(sizeof(*a));

	if (!a || (!allocations && kunit_add_action(test, free_all, NULL)))
		abort();
	a->block = malloc(size);
	if (!a->block && size)
		abort();
	a->next = allocations;
	allocations = a;
	return a->block;
}

void *host_copy(struct kunit *test, const void *data, size_t n)
{
	void *p = host_alloc(test, n);

	if (n)
		memcpy(p, data, n);
	return p;
}

void *host_read_file(struct kunit *test, const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = NULL;
	long n;

	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (n = ftell(file)) >= 0) {
		rewind(file);
		data = host_alloc(test, (size_t)n + 1);
		*size = fread(data, 1, (size_t)n, file);
		data[*size] = '\0';
	}
	fclose(file);
	return data;
}

void host_for_each_file(const char *directory, void (*fn)(void *arg, const char *path), void *arg)
{
	struct dirent **entries;
	int n = scandir(directory, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		if (entries[i]->d_type == DT_REG || entries[i]->d_type == DT_UNKNOWN)
			fn(arg, path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

int libc_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	return vsnprintf(buf, size, fmt, args);
}

int libc_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

unsigned long long libc_strtoull(const char *s, char **end, int base)
{
	return strtoull(s, end, base);
}

char *libc_strstr(const char *s, const char *needle)
{
	return strstr(s, needle);
}

int libc_strncmp(const char *a, const char *b, size_t n)
{
	return strncmp(a, b, n);
}

int libc_fnmatch(const char *pattern, const char *s)
{
	return fnmatch(pattern, s, 0);
}
