/* SPDX-License-Identifier: MIT */
/*
 * Between the files of the host's side (tests/host/host_*.c); tests include harness.h.
 */
#ifndef TESTS_HOST_HOST_H
#define TESTS_HOST_HOST_H

#include "lib/types.h"

/* Of the random numbers; from --seed. */
extern u64 host_seed;

/* Takes over lib/'s hooks and the signals of faults. */
void host_crash_init(void);

#endif /* TESTS_HOST_HOST_H */
