/* SPDX-License-Identifier: MIT */
/*
 * An error number inside a pointer. The last 4095 addresses are never objects (the top page is
 * never mapped), so a function that returns a pointer can return -Exxx in them instead.
 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

#include "lib/compiler.h"
#include "lib/errno.h"

#define MAX_ERRNO           4095
#define IS_ERR_VALUE(value) unlikely((uintptr_t)(value) >= (uintptr_t)-MAX_ERRNO)

/* The pointer that stands for ERROR, a negative errno value. */
static inline void *__must_check ERR_PTR(long error)
{
	return (void *)(intptr_t)error;
}

/* The negative errno value in PTR, for which IS_ERR(ptr) holds. */
static inline long __must_check PTR_ERR(const void *ptr)
{
	return (long)(intptr_t)ptr;
}

/* Whether PTR stands for an error. NULL does not. */
static inline bool __must_check IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE(ptr);
}

/* Whether PTR is no object at all: NULL or an error. */
static inline bool __must_check IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR_VALUE(ptr);
}

/* The error pointer PTR as another pointer type. */
static inline void *__must_check ERR_CAST(const void *ptr)
{
	return (void *)(uintptr_t)ptr;
}

/* 0, or the negative errno value if PTR stands for an error. */
static inline int __must_check PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

#endif /* LIB_ERR_H */
