/* SPDX-License-Identifier: MIT */
/*
 * The integer types of the whole tree.
 *
 * u8..u64 and s8..s64 say how many bits a value has, wherever it is compiled: u64 is `unsigned
 * long long` on the 32-bit target and on the 64-bit test host alike, so %llu always fits it.
 * phys_addr_t is 64 bits wide in both page-table formats: a firmware map can speak of memory
 * above 4 GiB even to a kernel that cannot reach it, and a cut address would alias other RAM.
 * A virtual address is `unsigned long` or a pointer and is as wide as the machine's.
 *
 * Nothing comes from the compiler's own headers (a bare cross compiler may lack half of them),
 * yet every definition is spelled so that a host test can include libc's headers as well.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include "lib/sizes.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTPTR_TYPE__ intptr_t;
#ifndef __ssize_t_defined
#define __ssize_t_defined
typedef __PTRDIFF_TYPE__ ssize_t;
#endif

/* A physical address: an address on the memory bus, never dereferenced. */
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;

/* A counter that several CPUs change; the operations are in lib/atomic.h. */
typedef struct {
	int counter;
} atomic_t;

#ifndef __bool_true_false_are_defined
#define __bool_true_false_are_defined 1
#define bool _Bool
#define true 1
#define false 0
#endif

#ifndef NULL
#define NULL ((void *)0)
#endif

/* Sizes in bytes as u64, so that MIB(4096) does not overflow. */
#define KIB(n) ((u64)(n) << 10)
#define MIB(n) ((u64)(n) << 20)
#define GIB(n) ((u64)(n) << 30)

#endif /* LIB_TYPES_H */
