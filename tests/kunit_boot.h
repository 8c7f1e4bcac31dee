/* SPDX-License-Identifier: MIT */
/*
 * When tests run: at boot by `selftest=`, and by the monitor's `test` command.
 */
#ifndef TESTS_KUNIT_BOOT_H
#define TESTS_KUNIT_BOOT_H

#include "tests/kunit_run.h"

/*
 * Runs what `selftest` on the kernel command line asks for: without it the quick set, reported in
 * one line `selftest: N passed, N failed`; `selftest=GLOB` (or `selftest` alone, for all) that part
 * with its whole KTAP report; `selftest=off` nothing. A run that is not good marks the verdict as
 * failed. Once, at the end of the boot, when everything that is tested has been set up.
 */
void kunit_run_at_boot(void);

/* Sets RUN up for all suites of the image. */
void kunit_image_suites(struct kunit_run *run);

/*
 * Runs RUN, whose glob and quick_only are set, over the suites of the image, with the console as
 * sink. Returns whether the run was good; if not, the verdict is marked as failed.
 */
bool kunit_run_image(struct kunit_run *run);

#endif /* TESTS_KUNIT_BOOT_H */
