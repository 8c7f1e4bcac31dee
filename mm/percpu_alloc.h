/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU memory at run time: one copy of an object for each CPU that there may be.
 *
 *	struct count __percpu *c = alloc_percpu(struct count);
 *
 *	this_cpu_inc(c->hits);
 *	for_each_possible_cpu(cpu) sum += per_cpu_ptr(c, cpu)->hits;
 *	free_percpu(c);
 *
 * The pointer is that of CPU 0's copy, as the address of a DEFINE_PER_CPU() variable is, and all
 * that kernel/cpu/percpu.h has works on what it points to. It is freed as it is, never a copy's
 * address. mm/percpu_alloc.c says how the copies lie.
 */
#ifndef MM_PERCPU_ALLOC_H
#define MM_PERCPU_ALLOC_H

#include "kernel/cpu/percpu.h"
#include "mm/gfp.h"

/* What is handed out begins and ends at a multiple of this. */
#define PCPU_GRANULE 8

/*
 * __alloc_percpu_gfp() - SIZE bytes for each CPU, zeroed, at a multiple of ALIGN, a power of two up
 * to a page. SIZE is at most percpu_unit_size(). NULL: no memory; another SIZE or ALIGN, which is
 * reported. GFP that may sleep: thread context; else any but NMI, and served only from what earlier
 * allocations left over. __alloc_percpu(): with GFP_KERNEL.
 */
void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp) __must_check;
void *__alloc_percpu(size_t size, size_t align) __must_check;

#define alloc_percpu_gfp(type, gfp)                                                                \
	((__typeof__(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type)                                                                         \
	((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))

/*
 * free_percpu() - give back what any of these gave; NULL is accepted. Anything else, and what has
 * been freed before, is reported and left alone. Any context but NMI.
 */
void free_percpu(void *ptr);

/* Bytes of one copy that are handed out now, all objects together. */
size_t percpu_bytes_used(void);

/* Self-check, any context but NMI: what is wrong with the books, or NULL. */
const char *percpu_alloc_check(void);

#endif /* MM_PERCPU_ALLOC_H */
